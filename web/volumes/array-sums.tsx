import type { ArraySum } from '#features/volumes/volume-shapes.ts'
import { counted, formatBytes, formatNumber } from '../format.ts'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { UsageBar } from './usage-bar.tsx'
import { promisedShare } from './volume-words.ts'

interface ArraySumsProps {
  arrays: readonly ArraySum[]
  onArray(array: string): void
}

/** The space of each array: what there is, and what was promised of it. */
export function ArraySums({ arrays, onArray }: ArraySumsProps) {
  const shown = arrays.filter((sum) => sum.array !== null)
  if (shown.length === 0) return null
  const columns: readonly Column<ArraySum>[] = [
    {
      header: 'Array',
      cell: ({ array }) => (
        <button
          type="button"
          className="truncate font-medium hover:text-accent hover:underline"
          onClick={() => onArray(array!)}
        >
          {array}
        </button>
      ),
    },
    {
      header: 'Pools',
      cell: ({ pools }) =>
        pools.count === 0 ? <span className="text-muted">no pools are told</span> : <UsageBar {...pools} />,
      className: 'w-1/3 min-w-52',
    },
    {
      header: 'Promised',
      cell: (sum) => <Promised sum={sum} />,
      className: 'hidden whitespace-nowrap sm:table-cell',
    },
    {
      header: 'Copies',
      cell: ({ copies }) =>
        copies.count === 0 ? (
          <span className="text-muted">—</span>
        ) : (
          `${counted(copies.count, 'copy', 'copies')}, ${formatBytes(copies.capacityBytes)}`
        ),
      className: 'hidden whitespace-nowrap lg:table-cell',
    },
    {
      header: 'Read',
      cell: ({ readAt }) => <TimeAgo at={readAt} className="text-xs whitespace-nowrap text-muted" />,
      className: 'hidden md:table-cell',
    },
  ]
  return (
    <Panel title="Arrays">
      <Table
        label="Arrays"
        columns={columns}
        rows={shown}
        rowKey={({ source, array }) => `${source}/${array}`}
      />
    </Panel>
  )
}

function Promised({ sum: { provisioned, pools } }: { sum: ArraySum }) {
  const share = promisedShare(provisioned.capacityBytes, pools.capacityBytes)
  return (
    <span title={`${formatNumber(provisioned.count)} volumes, without copies and what lies within others`}>
      {formatBytes(provisioned.capacityBytes)}
      {share === undefined ? null : (
        <span className={share > 100 ? 'text-warn' : 'text-muted'}> ({formatNumber(share)} %)</span>
      )}
    </span>
  )
}
