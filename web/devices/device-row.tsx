import { memo, type MouseEvent } from 'react'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { classNames } from '../ui/class-names.ts'
import type { DeviceColumn } from './columns.ts'
import { DeviceCell } from './device-cell.tsx'

export const rowHeight = 34

interface DeviceRowProps {
  device: DeviceItem
  index: number
  columns: readonly DeviceColumn[]
  /** The one the keyboard is on. */
  current: boolean
  chosen: boolean
  choosable: boolean
  onPress(id: number, event: MouseEvent): void
  onToggle(id: number, event: MouseEvent): void
  onOpen(id: number): void
}

/** One device in the list. */
export const DeviceRow = memo(function DeviceRow(props: DeviceRowProps) {
  const { device, index, columns, current, chosen } = props
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the grid has the keys, as ARIA's pattern wants
    <tr
      id={`device-${device.id}`}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-current={current ? 'true' : undefined}
      onClick={(event) => props.onPress(device.id, event)}
      onDoubleClick={() => props.onOpen(device.id)}
      style={{ height: rowHeight }}
      className={classNames(
        'cursor-default border-b border-line/60',
        chosen ? 'bg-accent-soft' : current ? 'bg-sunken' : 'hover:bg-sunken/50',
        current && 'shadow-[inset_3px_0_0_var(--accent)]',
        device.retiredAt !== null && 'text-muted',
      )}
    >
      {props.choosable ? (
        <td className="pl-3">
          <input
            type="checkbox"
            tabIndex={-1}
            className="block size-3.5 accent-accent"
            aria-label={`Select ${device.name}`}
            checked={chosen}
            readOnly
            onClick={(event) => {
              event.stopPropagation()
              props.onToggle(device.id, event)
            }}
          />
        </td>
      ) : null}
      {columns.map(({ id, numeric }) => (
        <td key={id} className={classNames('truncate px-2.5', numeric && 'text-right')}>
          <DeviceCell device={device} column={id} onOpen={props.onOpen} />
        </td>
      ))}
    </tr>
  )
})
