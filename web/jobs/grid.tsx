import { useCallback, useEffect, useRef, type MouseEvent, type ReactNode } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChooseAllBox } from '../list/choose-all-box.tsx'
import { Gap } from '../list/gap.tsx'
import type { Selection } from '../list/selection.ts'
import { headHeight, useCursorInSight } from '../list/use-cursor-in-sight.ts'
import { classNames } from '../ui/class-names.ts'

export interface GridColumn<Row> {
  id: string
  label: string
  /** Pixels at least; what is left over is shared by these. */
  width: number
  numeric?: boolean
  cell(row: Row): ReactNode
}

interface GridProps<Row extends { id: number }> {
  label: string
  rows: readonly Row[]
  columns: readonly GridColumn<Row>[]
  /** What a row is called when it is chosen. */
  nameOf(row: Row): string
  selection: Selection
  choosable: boolean
  more: boolean
  onMore(): void
  onPress(id: number, event: MouseEvent): void
  onToggle(id: number, event: MouseEvent): void
  onOpen(id: number): void
  onChooseAll(chosen: boolean): void
}

const rowHeight = 36
/** How many rows before the end the next page is asked for. */
const ahead = 60

/** Rows as a grid that draws only what is in sight. The keys are the page's. */
export function Grid<Row extends { id: number }>(props: GridProps<Row>) {
  const { rows, columns, selection, more, onMore, choosable, label } = props
  const frame = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is passed on to what is memoized
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    getItemKey: useCallback((index: number) => rows[index]!.id, [rows]),
    overscan: 12,
  })
  const cursor = useCursorInSight(frame, rows, selection.cursor, rowHeight)
  const drawn = virtual.getVirtualItems()
  const last = drawn.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && last >= rows.length - ahead) onMore()
  }, [more, last, rows.length, onMore])
  const least = columns.reduce((sum, { width }) => sum + width, choosable ? 36 : 0)
  return (
    <div ref={frame} className="relative min-h-0 grow overflow-auto [overflow-anchor:none]">
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a grid is a table with a cursor
        role="grid"
        aria-label={label}
        aria-rowcount={more ? -1 : rows.length + 1}
        aria-multiselectable={choosable}
        aria-activedescendant={
          drawn.some(({ index }) => index === cursor) ? `row-${selection.cursor}` : undefined
        }
        tabIndex={0}
        style={{ minWidth: least }}
        className="w-full table-fixed text-left text-sm focus-visible:outline-offset-[-2px]"
      >
        <colgroup>
          {choosable ? <col style={{ width: 36 }} /> : null}
          {columns.map(({ id, width }) => (
            <col key={id} style={{ width: `${(100 * width) / least}%` }} />
          ))}
        </colgroup>
        <Head {...props} />
        <tbody>
          <Gap height={drawn.at(0)?.start ?? 0} />
          {drawn.map(({ index }) => (
            <GridRow key={rows[index]!.id} {...props} row={rows[index]!} index={index} />
          ))}
          <Gap height={virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  )
}

function Head<Row extends { id: number }>(props: GridProps<Row>) {
  const { columns, choosable, label, selection, rows, onChooseAll } = props
  return (
    <thead className="sticky top-0 z-10 bg-surface shadow-[0_1px_0_var(--line)]">
      <tr aria-rowindex={1} style={{ height: headHeight }} className="text-xs text-muted">
        {choosable ? (
          <th scope="col" className="pl-3">
            <ChooseAllBox
              label={`Select all ${label.toLowerCase()} shown`}
              chosen={selection.chosen.size}
              shown={rows.length}
              onChooseAll={onChooseAll}
            />
          </th>
        ) : null}
        {columns.map(({ id, label: head, numeric }) => (
          <th
            key={id}
            scope="col"
            className={classNames('truncate px-2.5 font-medium', numeric && 'text-right')}
          >
            {head}
          </th>
        ))}
      </tr>
    </thead>
  )
}

type RowProps<Row extends { id: number }> = GridProps<Row> & { row: Row; index: number }

function GridRow<Row extends { id: number }>(props: RowProps<Row>) {
  const { row, index, columns, selection, choosable } = props
  const current = row.id === selection.cursor
  const chosen = selection.chosen.has(row.id)
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the grid has the keys, as ARIA's pattern wants
    <tr
      id={`row-${row.id}`}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-current={current ? 'true' : undefined}
      onClick={(event) => props.onPress(row.id, event)}
      onDoubleClick={() => props.onOpen(row.id)}
      style={{ height: rowHeight }}
      className={classNames(
        'cursor-default border-b border-line/60',
        chosen ? 'bg-accent-soft' : current ? 'bg-sunken' : 'hover:bg-sunken/50',
        current && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      {choosable ? (
        <td className="pl-3">
          <input
            type="checkbox"
            tabIndex={-1}
            className="block size-3.5 accent-accent"
            aria-label={`Select ${props.nameOf(row)}`}
            checked={chosen}
            readOnly
            onClick={(event) => {
              event.stopPropagation()
              props.onToggle(row.id, event)
            }}
          />
        </td>
      ) : null}
      {columns.map(({ id, numeric, cell }) => (
        <td key={id} className={classNames('truncate px-2.5', numeric && 'text-right')}>
          {cell(row)}
        </td>
      ))}
    </tr>
  )
}
