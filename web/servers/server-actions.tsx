import { useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { ChartSpline, Ellipsis, Pause, Pencil, Play, Trash2 } from 'lucide-react'
import { api } from '../api.ts'
import { changeServers, refreshServers } from '../fleet/change-servers.ts'
import { MaintenanceMenu } from '../fleet/fleet-bar.tsx'
import { useKeys } from '../list/use-keys.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { EditServerDialog } from './edit-server-dialog.tsx'
import { serverPath } from './server-query.ts'
import type { ServerDetail } from './server-types.ts'

/** What can be done with a server. */
export function ServerActions({ server }: { server: ServerDetail }) {
  const mayChange = useMay('monitoring.change')
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const navigate = useNavigate()
  const close = () => setOpen(undefined)
  const isPaused = server.pausedAt !== null
  useKeys({ e: () => mayChange && setOpen('edit') })
  if (!mayChange) return null
  return (
    <>
      <Button
        icon={isPaused ? Play : Pause}
        onClick={() => void changeServers(isPaused ? 'resume' : 'pause', [server.id])}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
      <MaintenanceMenu ids={[server.id]} />
      <Button icon={Pencil} onClick={() => setOpen('edit')} title="e">
        Edit
      </Button>
      <Menu trigger={<IconButton label="More actions" icon={Ellipsis} />}>
        <MenuItem onSelect={() => void navigate({ to: '/fleet/compare', search: { ids: server.id } })}>
          <ChartSpline size={14} aria-hidden /> Compare with others
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => setOpen('delete')}>
          <Trash2 size={14} aria-hidden /> Delete…
        </MenuItem>
      </Menu>
      {open === 'edit' ? <EditServerDialog server={server} onClose={close} /> : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={`Delete ${server.name}?`}
          verb="Delete it with its metrics"
          onClose={close}
          onConfirm={async () => {
            await api.delete(serverPath(server.id))
            await navigate({ to: '/servers' })
            await refreshServers()
          }}
        >
          Everything it measured goes, and cannot be brought back. Its agent is refused from now on. Its
          device stays. To stop only the alarms, pause it instead.
        </ConfirmDialog>
      ) : null}
    </>
  )
}
