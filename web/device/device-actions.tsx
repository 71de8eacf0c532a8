import { useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { Archive, ArchiveRestore, Clock, Ellipsis, Pencil, Trash2 } from 'lucide-react'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api } from '../api.ts'
import { useKeys } from '../list/use-keys.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { refreshDevice } from './device-query.ts'
import { EditDialog } from './edit-dialog.tsx'

interface DeviceActionsProps {
  device: DeviceDetail
  goesBack: boolean
  onGoBack(): void
}

/** What can be done with the device. */
export function DeviceActions({ device, goesBack, onGoBack }: DeviceActionsProps) {
  const mayChange = useMay('inventory.change')
  const [open, setOpen] = useState<'edit' | 'retire' | 'delete'>()
  const navigate = useNavigate()
  const close = () => setOpen(undefined)
  useKeys({
    e: () => {
      if (mayChange && device.asOf === null) setOpen('edit')
    },
  })
  const isRetired = device.retiredAt !== null
  const mayDelete = isRetired || device.records.every(({ source }) => source === 'manual')
  const restore = async () => {
    try {
      await api.post(`/devices/${device.id}/restore`)
      sayDone(`${device.name} is back in the inventory`)
      await refreshDevice()
    } catch (error) {
      sayFailed(error)
    }
  }
  return (
    <>
      <Button look="quiet" icon={Clock} aria-pressed={goesBack} onClick={onGoBack}>
        As it was
      </Button>
      {mayChange && device.asOf === null ? (
        <>
          <Button icon={Pencil} onClick={() => setOpen('edit')} title="e">
            Edit
          </Button>
          <Menu trigger={<IconButton label="More actions" icon={Ellipsis} />}>
            {isRetired ? (
              <MenuItem onSelect={() => void restore()}>
                <ArchiveRestore size={14} aria-hidden /> Restore
              </MenuItem>
            ) : (
              <MenuItem onSelect={() => setOpen('retire')}>
                <Archive size={14} aria-hidden /> Retire…
              </MenuItem>
            )}
            <MenuSeparator />
            <MenuItem disabled={!mayDelete} onSelect={() => setOpen('delete')}>
              <Trash2 size={14} aria-hidden /> {mayDelete ? 'Delete…' : 'Delete (retire it first)'}
            </MenuItem>
          </Menu>
        </>
      ) : null}
      {open === 'edit' ? <EditDialog device={device} onClose={close} /> : null}
      {open === 'retire' ? (
        <ConfirmDialog
          title={`Retire ${device.name}?`}
          verb="Retire"
          onClose={close}
          onConfirm={async () => {
            await api.post(`/devices/${device.id}/retire`)
            await refreshDevice()
          }}
        >
          It leaves the listings. Its records and history stay, and it can be restored at any time.
        </ConfirmDialog>
      ) : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={`Delete ${device.name}?`}
          verb="Delete for good"
          onClose={close}
          onConfirm={async () => {
            await api.delete(`/devices/${device.id}`)
            await navigate({ to: '/devices' })
            await refreshDevice()
          }}
        >
          It cannot be brought back. A source that still reports it makes it anew.
        </ConfirmDialog>
      ) : null}
    </>
  )
}
