import { Database } from 'lucide-react'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { deviceTypeIcons, deviceTypeName } from '../device-words.ts'
import { volumeTypeNames } from '../volumes/volume-words.ts'
import type { ShownNode } from './shown-graph.ts'

type Typed = Pick<ShownNode, 'kind' | 'type'>

const deviceType = (type: string): DeviceItem['deviceType'] =>
  type in deviceTypeIcons ? (type as DeviceItem['deviceType']) : 'unknown'

/** The picture of a kind of device, or of a volume. */
export function NodeIcon({ of: { kind, type }, size = 14 }: { of: Typed; size?: number }) {
  const Icon = deviceTypeIcons[deviceType(type)]
  const className = 'shrink-0 text-muted'
  return kind === 'volume' ? (
    <Database size={size} className={className} aria-hidden />
  ) : (
    <Icon size={size} className={className} aria-hidden />
  )
}

export const nodeTypeName = ({ kind, type }: Typed): string =>
  kind === 'volume' ? (volumeTypeNames[type as keyof typeof volumeTypeNames] ?? type) : deviceTypeName(type)
