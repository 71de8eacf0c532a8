import { ChooseAllBox } from '../list/choose-all-box.tsx'
import { SortHead } from '../list/sort-head.tsx'
import { headHeight } from '../list/use-cursor-in-sight.ts'
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
          <SortHead key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </tr>
    </thead>
  )
}
