import { useCallback, useEffect, useRef, type MouseEvent } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { Gap } from '../list/gap.tsx'
import type { Selection } from '../list/selection.ts'
import { useCursorInSight } from '../list/use-cursor-in-sight.ts'
import type { DeviceColumn } from './columns.ts'
import { DeviceHead } from './device-head.tsx'
import { DeviceRow, rowHeight } from './device-row.tsx'

export interface DeviceTableProps {
  devices: readonly DeviceItem[]
  /** How many there are in all, where that is known. */
  total: number | undefined
  columns: readonly DeviceColumn[]
  sort: string
  selection: Selection
  choosable: boolean
  more: boolean
  onMore(): void
  onSort(id: string): void
  onPress(id: number, event: MouseEvent): void
  onToggle(id: number, event: MouseEvent): void
  onOpen(id: number): void
  onChooseAll(chosen: boolean): void
}

/** How many rows before the end the next page is asked for. */
const ahead = 120

/** The devices as a grid that draws only what is in sight. The keys are the page's. */
export function DeviceTable(props: DeviceTableProps) {
  const { devices, columns, selection, more, onMore } = props
  const frame = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is passed on to what is memoized
  const virtual = useVirtualizer({
    count: devices.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    getItemKey: useCallback((index: number) => devices[index]!.id, [devices]),
    overscan: 12,
  })
  const cursor = useCursorInSight(frame, devices, selection.cursor, rowHeight)
  const rows = virtual.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && last >= devices.length - ahead) onMore()
  }, [more, last, devices.length, onMore])
  const least = columns.reduce((sum, { width }) => sum + width, props.choosable ? 36 : 0)
  return (
    <div ref={frame} className="min-h-0 grow overflow-auto [overflow-anchor:none]">
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a grid is a table with a cursor
        role="grid"
        aria-label="Devices"
        aria-rowcount={props.total === undefined ? -1 : props.total + 1}
        aria-multiselectable={props.choosable}
        aria-activedescendant={
          rows.some(({ index }) => index === cursor) ? `device-${selection.cursor}` : undefined
        }
        tabIndex={0}
        style={{ minWidth: least }}
        className="w-full table-fixed text-left text-sm focus-visible:outline-offset-[-2px]"
      >
        <colgroup>
          {props.choosable ? <col style={{ width: 36 }} /> : null}
          {columns.map(({ id, width }) => (
            <col key={id} style={{ width: `${(100 * width) / least}%` }} />
          ))}
        </colgroup>
        <DeviceHead {...props} />
        <tbody>
          <Gap height={rows.at(0)?.start ?? 0} />
          {rows.map(({ index }) => {
            const device = devices[index]!
            return (
              <DeviceRow
                key={device.id}
                device={device}
                index={index}
                columns={columns}
                current={device.id === selection.cursor}
                chosen={selection.chosen.has(device.id)}
                choosable={props.choosable}
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
