import {
  Box,
  CircleHelp,
  Cpu,
  HardDrive,
  Laptop,
  MonitorCog,
  Network,
  Server,
  Smartphone,
  SquareStack,
  type LucideIcon,
} from 'lucide-react'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'

type DeviceType = DeviceItem['deviceType']

/** The kinds of device as people read them, most usual first. */
export const deviceTypeNames: Record<DeviceType, string> = {
  server: 'Server',
  vm: 'VM',
  network_device: 'Network device',
  storage: 'Storage',
  container: 'Container',
  cluster: 'Cluster',
  workstation: 'Workstation',
  phone: 'Phone',
  iot: 'IoT',
  unknown: 'Unknown',
}

export const deviceTypeIcons: Record<DeviceType, LucideIcon> = {
  server: Server,
  vm: MonitorCog,
  network_device: Network,
  storage: HardDrive,
  container: Box,
  cluster: SquareStack,
  workstation: Laptop,
  phone: Smartphone,
  iot: Cpu,
  unknown: CircleHelp,
}

/** The name of a kind of device, also of one that this page does not know yet. */
export const deviceTypeName = (type: string): string => deviceTypeNames[type as DeviceType] ?? type
