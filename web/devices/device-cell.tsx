import type { MouseEvent } from 'react'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { deviceTypeIcons, deviceTypeName } from '../device-words.ts'
import { formatMegabytes, formatValue } from '../format.ts'
import { TagList } from '../tags.tsx'
import { DeviceState } from '../ui/status-badges.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

const powerWords: Record<string, string> = { POWERED_ON: 'on', POWERED_OFF: 'off', SUSPENDED: 'suspended' }

const nothing = <span className="text-muted">—</span>

interface DeviceCellProps {
  device: DeviceItem
  column: string
  onOpen(id: number): void
}

/** One fact of a device in the list. */
export function DeviceCell({ device, column, onOpen }: DeviceCellProps) {
  switch (column) {
    case 'name':
      return <NameCell device={device} onOpen={onOpen} />
    case 'deviceType':
      return <span className="text-muted">{deviceTypeName(device.deviceType)}</span>
    case 'status':
      return <DeviceState device={device} />
    case 'address':
    case 'serial':
      return device[column] === null ? nothing : <span className="font-mono text-xs">{device[column]}</span>
    case 'memoryMb':
      return device.memoryMb === null ? nothing : formatMegabytes(device.memoryMb)
    case 'powerState':
      return device.powerState === null ? nothing : (powerWords[device.powerState] ?? device.powerState)
    case 'tags':
      return device.tags.length === 0 ? nothing : <TagList names={device.tags} limit={2} inOneLine />
    case 'sources':
      return <span className="text-xs text-muted">{device.sources.join(', ')}</span>
    case 'firstSeen':
    case 'lastSeen':
      return <TimeAgo at={device[column]} className="text-xs text-muted" />
    default:
      return formatValue(valueOf(device, column)) || nothing
  }
}

/** A plain link, because hundreds of the router's own make scrolling slow. */
function NameCell({ device, onOpen }: Pick<DeviceCellProps, 'device' | 'onOpen'>) {
  const Icon = deviceTypeIcons[device.deviceType]
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    onOpen(device.id)
  }
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Icon size={14} className="shrink-0 text-muted" aria-hidden />
      <a
        href={`/devices/${device.id}`}
        onClick={open}
        tabIndex={-1}
        className="min-w-0 truncate font-medium hover:text-accent hover:underline"
      >
        {device.name}
      </a>
    </span>
  )
}

const valueOf = (device: DeviceItem, column: string): unknown =>
  column.startsWith('custom.') ? device.custom[column.slice(7)] : device[column as keyof DeviceItem]
