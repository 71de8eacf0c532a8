import { ArrowDown, ArrowUp } from 'lucide-react'
import { classNames } from '../ui/class-names.ts'
import { orderOf, type ListColumn } from './list-column.ts'

interface SortHeadProps {
  column: ListColumn
  sort: string
  onSort(id: string): void
}

/** The head of a column, which sets the order of its list. */
export function SortHead({ column, sort, onSort }: SortHeadProps) {
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
