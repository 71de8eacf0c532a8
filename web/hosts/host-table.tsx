import { useCallback, useEffect, useRef, type MouseEvent } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { Host } from '#features/hosts/host-shapes.ts'
import { classNames } from '../ui/class-names.ts'
import { columns, HostRow, rowHeight } from './host-row.tsx'
import { ChooseAllBox } from '../list/choose-all-box.tsx'
import { Gap } from '../list/gap.tsx'
import type { Selection } from '../list/selection.ts'
import { headHeight, useCursorInSight } from '../list/use-cursor-in-sight.ts'

interface HostTableProps {
  hosts: readonly Host[]
  /** How many there are in all, where that is known. */
  total: number | undefined
  /** Says of each what was decided, where that is not the same for all. */
  withStatus: boolean
  selection: Selection
  choosable: boolean
  more: boolean
  onMore(): void
  onPress(id: number, event: MouseEvent): void
  onToggle(id: number, event: MouseEvent): void
  onChooseAll(chosen: boolean): void
}

/** The hosts as a grid that draws only what is in sight. The keys are the page's. */
export function HostTable(props: HostTableProps) {
  const { hosts, selection, more, onMore } = props
  const frame = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is passed on to what is memoized
  const virtual = useVirtualizer({
    count: hosts.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    getItemKey: useCallback((index: number) => hosts[index]!.id, [hosts]),
    overscan: 12,
  })
  const cursor = useCursorInSight(frame, hosts, selection.cursor, rowHeight)
  const rows = virtual.getVirtualItems()
  const first = rows.at(0)?.start ?? 0
  const end = rows.at(-1)?.end ?? 0
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && last >= hosts.length - 40) onMore()
  }, [more, last, hosts.length, onMore])
  const inSight = rows.some(({ index }) => index === cursor)
  return (
    <div ref={frame} className="min-h-0 grow overflow-auto [overflow-anchor:none]">
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a grid is a table with a cursor
        role="grid"
        aria-label="Hosts"
        aria-rowcount={props.total === undefined ? -1 : props.total + 1}
        aria-multiselectable={props.choosable}
        aria-activedescendant={inSight ? `host-${selection.cursor}` : undefined}
        tabIndex={0}
        className="w-full table-fixed text-left text-sm focus-visible:outline-offset-[-2px]"
      >
        <HeadRow {...props} />
        <tbody>
          <Gap height={first} />
          {rows.map(({ index }) => {
            const host = hosts[index]!
            return (
              <HostRow
                key={host.id}
                host={host}
                index={index}
                current={host.id === selection.cursor}
                chosen={selection.chosen.has(host.id)}
                withStatus={props.withStatus}
                choosable={props.choosable}
                onPress={props.onPress}
                onToggle={props.onToggle}
              />
            )
          })}
          <Gap height={virtual.getTotalSize() - end} />
        </tbody>
      </table>
    </div>
  )
}

const heads = [
  ['name', 'Name'],
  ['mac', 'MAC address'],
  ['maker', 'Maker'],
  ['addresses', 'Addresses'],
  ['type', 'Type'],
  ['sources', 'Seen by'],
  ['seen', 'Last seen'],
] as const

function HeadRow({ hosts, withStatus, selection, choosable, onChooseAll }: HostTableProps) {
  return (
    <thead className="sticky top-0 z-10 bg-surface shadow-[0_1px_0_var(--line)]">
      <tr aria-rowindex={1} style={{ height: headHeight }} className="text-xs text-muted">
        <th scope="col" className={columns.choose}>
          {choosable ? (
            <ChooseAllBox
              label="Select all hosts shown"
              chosen={selection.chosen.size}
              shown={hosts.length}
              onChooseAll={onChooseAll}
            />
          ) : null}
        </th>
        {[...heads, ...(withStatus ? [['status', 'Status'] as const] : [])].map(([name, label]) => (
          <th key={name} scope="col" className={classNames(columns[name], 'truncate font-medium')}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  )
}
