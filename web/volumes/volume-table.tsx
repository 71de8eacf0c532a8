import { Link } from '@tanstack/react-router'
import type { VolumeItem } from '#features/volumes/volume-shapes.ts'
import { Badge } from '../ui/badge.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { UsageBar } from './usage-bar.tsx'
import { volumeMarks, volumeTypeNames } from './volume-words.ts'

const columns: readonly Column<VolumeItem>[] = [
  { header: 'Volume', cell: (volume) => <VolumeName volume={volume} />, className: 'max-w-72' },
  {
    header: 'Kind',
    cell: ({ volumeType }) => <span className="whitespace-nowrap">{volumeTypeNames[volumeType]}</span>,
  },
  {
    header: 'Array',
    cell: (volume) => <Where volume={volume} />,
    className: 'hidden max-w-48 sm:table-cell',
  },
  { header: 'Used', cell: (volume) => <UsageBar {...volume} />, className: 'w-1/3 min-w-52' },
  {
    header: 'RAID',
    cell: ({ raidLevel }) => <span className="whitespace-nowrap text-muted">{raidLevel ?? '—'}</span>,
    className: 'hidden lg:table-cell',
  },
  {
    header: 'Cut from',
    cell: ({ pool }) =>
      pool === null ? <span className="text-muted">—</span> : <VolumeLink volume={pool} />,
    className: 'hidden max-w-40 lg:table-cell',
  },
  {
    header: 'Read',
    cell: ({ readAt }) => <TimeAgo at={readAt} className="text-xs whitespace-nowrap text-muted" />,
    className: 'hidden md:table-cell',
  },
]

/** Volumes in a dense table, with how full each is and how old that knowledge is. */
export function VolumeTable({ volumes }: { volumes: readonly VolumeItem[] }) {
  return <Table label="Volumes" columns={columns} rows={volumes} rowKey={({ id }) => id} />
}

/** A volume's name, which leads to its page. */
export function VolumeLink({ volume }: { volume: Pick<VolumeItem, 'id' | 'name'> }) {
  return (
    <Link
      to="/volumes/$id"
      params={{ id: String(volume.id) }}
      title={volume.name}
      className="block truncate font-medium hover:text-accent hover:underline"
    >
      {volume.name}
    </Link>
  )
}

export function VolumeName({ volume }: { volume: VolumeItem }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <VolumeLink volume={volume} />
      {volumeMarks(volume).map((mark) => (
        <Badge key={mark} tone={mark === 'gone' ? 'bad' : 'neutral'}>
          {mark}
        </Badge>
      ))}
    </span>
  )
}

function Where({ volume: { array, within, device, source } }: { volume: VolumeItem }) {
  return (
    <span className="block truncate">
      {device === null ? (
        <span>{array ?? source}</span>
      ) : (
        <Link
          to="/devices/$id"
          params={{ id: String(device.id) }}
          className="hover:text-accent hover:underline"
        >
          {device.name}
        </Link>
      )}
      {within === null ? null : <span className="text-muted"> · {within}</span>}
    </span>
  )
}
