import { ArrowDown, ArrowUp } from 'lucide-react'
import { ChooseAllBox } from '../list/choose-all-box.tsx'
import { headHeight } from '../list/use-cursor-in-sight.ts'
import { classNames } from '../ui/class-names.ts'
import { orderOf, type DeviceColumn } from './columns.ts'
import type { DeviceTableProps } from './device-table.tsx'

/** The heads of the list, which set its order. */
export function DeviceHead({
  devices,
  columns,
  sort,
  selection,
  choosable,
  onSort,
  onChooseAll,
}: DeviceTableProps) {
  return (
    <thead className="sticky top-0 z-10 bg-surface shadow-[0_1px_0_var(--line)]">
      <tr aria-rowindex={1} style={{ height: headHeight }} className="text-xs text-muted">
        {choosable ? (
          <th scope="col" className="pl-3">
            <ChooseAllBox
              label="Select all devices shown"
              chosen={selection.chosen.size}
              shown={devices.length}
              onChooseAll={onChooseAll}
            />
          </th>
        ) : null}
        {columns.map((column) => (
          <Head key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </tr>
    </thead>
  )
}

function Head({ column, sort, onSort }: { column: DeviceColumn; sort: string; onSort(id: string): void }) {
  const { id, label, sortable, numeric } = column
  const order = orderOf(sort, id)
  const Arrow = order === 'descending' ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={sortable ? (order ?? 'none') : undefined}
      className={classNames('truncate px-2.5 font-medium', numeric && 'text-right')}
    >
      {sortable ? (
        <button
          type="button"
          onClick={() => onSort(id)}
          className={classNames(
            'group -mx-1 inline-flex h-6 max-w-full items-center gap-1 rounded px-1 hover:text-ink',
            order && 'text-ink',
          )}
        >
          <span className="truncate">{label}</span>
          <Arrow
            size={12}
            aria-hidden
            className={classNames('shrink-0', !order && 'opacity-0 group-hover:opacity-50')}
          />
        </button>
      ) : (
        label
      )}
    </th>
  )
}
