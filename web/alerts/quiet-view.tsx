import { useState } from 'react'
import { BellOff, Pencil, Plus, Trash2, Wrench } from 'lucide-react'
import type { MaintenanceWindow } from '#features/status/maintenance-queries.ts'
import { api } from '../api.ts'
import { formatShortTime } from '../format.ts'
import { usePaged } from '../paged.ts'
import { queryClient } from '../query-client.ts'
import { useMay } from '../session.ts'
import { PagedList } from '../settings/paged-list.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayFailed } from '../ui/toaster.tsx'
import { SilenceDialog } from './silence-dialog.tsx'
import { WindowDialog } from './window-dialog.tsx'

interface Silence {
  id: number
  subject: 'device' | 'server'
  query: string | null
  ruleId: number | null
  alertId: number | null
  until: string
  reason: string
  createdBy: string
}

interface Window extends MaintenanceWindow {
  isOpen: boolean
}

async function remove(path: string, name: string): Promise<void> {
  await api.delete(path).catch(sayFailed)
  await queryClient.invalidateQueries({ queryKey: [name] })
}

const aboutSilence = ({ subject, query, ruleId, alertId }: Silence): string =>
  alertId !== null
    ? `alert ${alertId}`
    : [query && `${subject}s ${query}`, ruleId === null ? '' : `rule ${ruleId}`].filter(Boolean).join(', ') ||
      'everything'

const whenText = ({ from, to, cron, minutes, timeZone }: Window): string =>
  from !== null && to !== null
    ? `${formatShortTime(from)} to ${formatShortTime(to)}`
    : `${cron} for ${minutes} min, ${timeZone}`

/** When nobody is told: silences and maintenance windows. */
export function QuietView() {
  const mayAct = useMay('alerts.acknowledge')
  const mayChange = useMay('monitoring.change')
  const silences = usePaged<Silence>('silences', '/silences')
  const windows = usePaged<Window>('windows', '/maintenance-windows')
  const [adds, setAdds] = useState<'silence' | 'window' | Window>()
  const silenceColumns: Column<Silence>[] = [
    { header: 'About', cell: aboutSilence },
    { header: 'Reason', cell: ({ reason }) => reason },
    { header: 'By', cell: ({ createdBy }) => createdBy },
    { header: 'Ends', cell: ({ until }) => <TimeAgo at={until} /> },
    {
      header: 'End it',
      className: 'w-px',
      cell: (silence) =>
        mayAct ? (
          <IconButton
            label={`End the silence of ${aboutSilence(silence)}`}
            icon={Trash2}
            onClick={() => void remove(`/silences/${silence.id}`, 'silences')}
          />
        ) : null,
    },
  ]
  const windowColumns: Column<Window>[] = [
    {
      header: 'Name',
      cell: ({ name, isOpen }) => (
        <span className="flex gap-2 font-medium">
          {name}
          {isOpen ? <Badge tone="accent">open now</Badge> : null}
        </span>
      ),
    },
    { header: 'Covers', cell: ({ q, serverIds }) => q ?? serverIds.join(', ') },
    { header: 'When', cell: whenText },
    {
      header: 'Actions',
      className: 'w-px text-right',
      cell: (window) =>
        mayChange ? (
          <span className="flex">
            <IconButton label={`Edit ${window.name}`} icon={Pencil} onClick={() => setAdds(window)} />
            <IconButton
              label={`Delete ${window.name}`}
              icon={Trash2}
              onClick={() => void remove(`/maintenance-windows/${window.id}`, 'windows')}
            />
          </span>
        ) : null,
    },
  ]
  return (
    <>
      <Panel
        title="Silences"
        actions={
          mayAct ? (
            <Button icon={Plus} onClick={() => setAdds('silence')}>
              New silence
            </Button>
          ) : null
        }
      >
        <PagedList
          listing={silences}
          empty={
            <EmptyState icon={BellOff} title="Nothing is silenced">
              A silence keeps people from being told for a while; it is still watched.
            </EmptyState>
          }
        >
          {(items) => (
            <Table label="Silences" columns={silenceColumns} rows={items} rowKey={({ id }) => id} />
          )}
        </PagedList>
      </Panel>
      <Panel
        title="Maintenance windows"
        actions={
          mayChange ? (
            <Button icon={Plus} onClick={() => setAdds('window')}>
              New window
            </Button>
          ) : null
        }
      >
        <PagedList listing={windows} empty={<EmptyState icon={Wrench} title="No maintenance is planned" />}>
          {(items) => (
            <Table label="Maintenance windows" columns={windowColumns} rows={items} rowKey={({ id }) => id} />
          )}
        </PagedList>
      </Panel>
      {adds === 'silence' ? <SilenceDialog onClose={() => setAdds(undefined)} /> : null}
      {adds !== undefined && adds !== 'silence' ? (
        <WindowDialog window={adds === 'window' ? undefined : adds} onClose={() => setAdds(undefined)} />
      ) : null}
    </>
  )
}
