import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { formatBytes } from '../format.ts'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'

type Volume = DeviceDetail['volumes'][number]

const columns: readonly Column<Volume>[] = [
  { header: 'Name', cell: ({ name }) => <span className="font-medium">{name}</span> },
  { header: 'Kind', cell: ({ volumeType }) => <span className="text-muted">{volumeType ?? '—'}</span> },
  {
    header: 'Used',
    cell: (volume) => <Used volume={volume} />,
    className: 'w-2/5 min-w-48',
  },
]

/** The volumes of a storage system, or the file systems of a machine. */
export function VolumesPanel({ volumes }: { volumes: readonly Volume[] }) {
  if (volumes.length === 0) return null
  return (
    <Panel title={`Volumes (${volumes.length})`}>
      <Table label="Volumes" columns={columns} rows={volumes} rowKey={({ id }) => id} />
    </Panel>
  )
}

function Used({ volume: { capacityBytes, usedBytes } }: { volume: Volume }) {
  if (capacityBytes === null) return <span className="text-muted">—</span>
  const capacity = formatBytes(capacityBytes)
  if (usedBytes === null || capacityBytes === 0) return <span>{capacity}</span>
  const share = Math.min(1, usedBytes / capacityBytes)
  const tone = share > 0.95 ? 'bg-bad' : share > 0.85 ? 'bg-warn' : 'bg-accent'
  return (
    <span className="flex items-center gap-2">
      <span className="h-1.5 min-w-16 grow overflow-hidden rounded-full bg-sunken" aria-hidden>
        <span className={`block h-full rounded-full ${tone}`} style={{ width: `${share * 100}%` }} />
      </span>
      <span className="text-xs whitespace-nowrap">
        {formatBytes(usedBytes)} of {capacity}{' '}
        <span className="text-muted">({Math.round(share * 100)} %)</span>
      </span>
    </span>
  )
}
