import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { UsageBar } from '../volumes/usage-bar.tsx'
import { VolumeLink } from '../volumes/volume-table.tsx'

type Volume = DeviceDetail['volumes'][number]

const columns: readonly Column<Volume>[] = [
  { header: 'Name', cell: (volume) => <VolumeLink volume={volume} />, className: 'max-w-72' },
  { header: 'Kind', cell: ({ volumeType }) => <span className="text-muted">{volumeType ?? '—'}</span> },
  {
    header: 'Used',
    cell: (volume) => <UsageBar {...volume} />,
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
