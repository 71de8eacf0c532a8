import { useCallback, useEffect, useMemo, useRef, type MouseEvent } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChooseAllBox } from '../list/choose-all-box.tsx'
import { Gap } from '../list/gap.tsx'
import type { ListColumn } from '../list/list-column.ts'
import type { Selection } from '../list/selection.ts'
import { SortHead } from '../list/sort-head.tsx'
import { headHeight, useCursorInSight } from '../list/use-cursor-in-sight.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { ServerRow, serverRowHeight } from './server-row.tsx'
import { useFleetRecent } from './use-fleet-recent.ts'

export interface ServerTableProps {
  servers: readonly ServerItem[]
  /** How many there are in all, where that is known. */
  total: number | undefined
  columns: readonly ListColumn[]
  sort: string
  selection: Selection<string>
  more: boolean
  onMore(): void
  onSort(id: string): void
  onPress(id: string, event: MouseEvent): void
  onToggle(id: string, event: MouseEvent): void
  onOpen(id: string): void
  onChooseAll(chosen: boolean): void
}

/** How many rows before the end the next page is asked for. */
const ahead = 120

/** The servers as a grid that draws, and asks recent values of, only what is in sight. The keys are the page's. */
export function ServerTable(props: ServerTableProps) {
  const { servers, columns, selection, more, onMore } = props
  const frame = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is passed on to what is memoized
  const virtual = useVirtualizer({
    count: servers.length,
    getScrollElement: () => frame.current,
    estimateSize: () => serverRowHeight,
    getItemKey: useCallback((index: number) => servers[index]!.id, [servers]),
    overscan: 12,
  })
  const cursor = useCursorInSight(frame, servers, selection.cursor, serverRowHeight)
  const rows = virtual.getVirtualItems()
  const first = rows.at(0)?.index ?? 0
  const last = rows.at(-1)?.index ?? 0
  const ids = useMemo(() => servers.map(({ id }) => id), [servers])
  const recentOf = useFleetRecent(
    { ids, first, last },
    columns.map(({ id }) => id),
  )
  useEffect(() => {
    if (more && last >= servers.length - ahead) onMore()
  }, [more, last, servers.length, onMore])
  const least = columns.reduce((sum, { width }) => sum + width, 36)
  return (
    <div ref={frame} className="min-h-0 grow overflow-auto [overflow-anchor:none]">
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a grid is a table with a cursor
        role="grid"
        aria-label="Servers"
        aria-rowcount={props.total === undefined ? -1 : props.total + 1}
        aria-multiselectable
        aria-activedescendant={
          rows.some(({ index }) => index === cursor) ? `server-${selection.cursor}` : undefined
        }
        tabIndex={0}
        style={{ minWidth: least }}
        className="w-full table-fixed text-left text-sm focus-visible:outline-offset-[-2px]"
      >
        <colgroup>
          <col style={{ width: 36 }} />
          {columns.map(({ id, width }) => (
            <col key={id} style={{ width: `${(100 * width) / least}%` }} />
          ))}
        </colgroup>
        <thead className="sticky top-0 z-10 bg-surface shadow-[0_1px_0_var(--line)]">
          <tr aria-rowindex={1} style={{ height: headHeight }} className="text-xs text-muted">
            <th scope="col" className="pl-3">
              <ChooseAllBox
                label="Select all servers shown"
                chosen={selection.chosen.size}
                shown={servers.length}
                onChooseAll={props.onChooseAll}
              />
            </th>
            {columns.map((column) => (
              <SortHead key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={rows.at(0)?.start ?? 0} />
          {rows.map(({ index }) => {
            const server = servers[index]!
            return (
              <ServerRow
                key={server.id}
                server={server}
                index={index}
                columns={columns}
                recent={recentOf(server.id)}
                current={server.id === selection.cursor}
                chosen={selection.chosen.has(server.id)}
                onPress={props.onPress}
                onToggle={props.onToggle}
                onOpen={props.onOpen}
              />
            )
          })}
          <Gap height={virtual.getTotalSize() - (rows.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  )
}
