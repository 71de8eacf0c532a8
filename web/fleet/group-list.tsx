import type { FleetGroup } from '#features/servers/group-servers.ts'
import { formatNumber, short } from '../format.ts'
import { StateMark } from '../servers/state-mark.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { narrowed } from './narrowed.ts'
import { PercentBar } from './percent-bar.tsx'
import { useFleetGroups } from './use-fleet-groups.ts'
import { groupings, type Grouping } from './use-fleet-place.ts'

interface GroupListProps {
  by: Grouping
  q: string
  /** Shows the servers of one group. */
  onOpen(q: string): void
}

/** The fleet by site, rack, tag or status: how many servers, in which state, and how loaded they are together. */
export function GroupList({ by, q, onOpen }: GroupListProps) {
  const query = useFleetGroups(by, q)
  const columns: readonly Column<FleetGroup>[] = [
    {
      header: groupings.find(([name]) => name === by)![1],
      cell: ({ name }) => (
        <button
          type="button"
          onClick={() => onOpen(narrowed(q, by, name))}
          className="font-medium hover:text-accent hover:underline"
        >
          {name ?? 'None'}
        </button>
      ),
    },
    { header: 'Servers', cell: ({ total }) => formatNumber(total), className: 'text-right' },
    { header: 'State', cell: (group) => <States group={group} />, className: 'min-w-52' },
    { header: 'CPU, mean', cell: ({ cpu }) => <Mean share={cpu} />, className: 'w-1/6 min-w-28' },
    { header: 'Memory, mean', cell: ({ memory }) => <Mean share={memory} />, className: 'w-1/6 min-w-28' },
    {
      header: 'Fullest disk',
      cell: ({ disk }) => <PercentBar value={disk?.max} />,
      className: 'w-1/6 min-w-28',
    },
  ]
  return (
    <div className="min-h-0 grow overflow-auto">
      <QueryView query={query} lines={8}>
        {({ groups }) => (
          <Table
            label={`Servers by ${by}`}
            columns={columns}
            rows={groups}
            rowKey={({ name }) => JSON.stringify(name)}
          />
        )}
      </QueryView>
    </div>
  )
}

function States({ group }: { group: FleetGroup }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      {(['offline', 'unknown', 'online'] as const)
        .filter((status) => group[status] > 0)
        .map((status) => (
          <span key={status} className="inline-flex gap-1">
            {formatNumber(group[status])} <StateMark server={{ status, condition: null }} />
          </span>
        ))}
    </span>
  )
}

function Mean({ share }: { share: FleetGroup['cpu'] }) {
  return (
    <span title={share === null ? undefined : `The highest has ${short(share.max)} %`}>
      <PercentBar value={share?.avg} />
    </span>
  )
}
