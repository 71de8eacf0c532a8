import {
  Activity,
  Bell,
  CalendarClock,
  Coins,
  Gauge,
  HardDrive,
  History,
  House,
  LayoutList,
  ListChecks,
  MonitorSmartphone,
  Network,
  PlugZap,
  Radar,
  Scale,
  Settings,
  Waypoints,
  type LucideIcon,
} from 'lucide-react'
import type { Permission } from '#model/actor.ts'

export interface Destination {
  to:
    | '/'
    | '/devices'
    | '/hosts'
    | '/review'
    | '/topology'
    | '/prefixes'
    | '/volumes'
    | '/servers'
    | '/alerts'
    | '/checks'
    | '/cost'
    | '/sources'
    | '/schedules'
    | '/runs'
    | '/jobs'
    | '/changes'
    | '/settings'
  label: string
  icon: LucideIcon
  /** The key that goes there after g. */
  key: string
  needs?: Permission
  /** The heading it stands under in the side bar. */
  group?: string
}

/** The pages of the inventory, in the order of the side bar. */
export const destinations: readonly Destination[] = [
  { to: '/', label: 'Overview', icon: House, key: 'o' },
  { to: '/devices', label: 'Devices', icon: LayoutList, key: 'd' },
  { to: '/hosts', label: 'Hosts', icon: MonitorSmartphone, key: 'h' },
  { to: '/review', label: 'Review', icon: Scale, key: 'v' },
  { to: '/topology', label: 'Topology', icon: Waypoints, key: 'n' },
  { to: '/prefixes', label: 'Prefixes', icon: Network, key: 'p' },
  { to: '/volumes', label: 'Volumes', icon: HardDrive, key: 'l' },
  {
    to: '/servers',
    label: 'Servers',
    icon: Gauge,
    key: 'm',
    needs: 'monitoring.read',
    group: 'Monitoring',
  },
  { to: '/alerts', label: 'Alerts', icon: Bell, key: 'a', needs: 'monitoring.read', group: 'Monitoring' },
  { to: '/checks', label: 'Checks', icon: Radar, key: 'k', needs: 'monitoring.read', group: 'Monitoring' },
  { to: '/cost', label: 'Cost', icon: Coins, key: 'b', needs: 'monitoring.read', group: 'Monitoring' },
  { to: '/sources', label: 'Sources', icon: PlugZap, key: 's', needs: 'sources.read', group: 'Work' },
  { to: '/runs', label: 'Runs', icon: Activity, key: 'r', needs: 'sources.read', group: 'Work' },
  { to: '/jobs', label: 'Jobs', icon: ListChecks, key: 'j', needs: 'jobs.read', group: 'Work' },
  { to: '/schedules', label: 'Schedules', icon: CalendarClock, key: 'e', needs: 'jobs.read', group: 'Work' },
  { to: '/changes', label: 'Changes', icon: History, key: 'c', group: 'Work' },
  { to: '/settings', label: 'Settings', icon: Settings, key: 't', group: 'Work' },
]
