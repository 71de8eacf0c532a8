import { Link } from '@tanstack/react-router'
import { deviceTypeIcons, deviceTypeName } from '../device-words.ts'
import { formatNumber } from '../format.ts'
import type { Overview } from '../inventory-types.ts'
import { Panel } from '../ui/page.tsx'

type Type = keyof typeof deviceTypeIcons

/** How many devices there are of each kind. */
export function DeviceKinds({ devices }: { devices: Overview['devices'] }) {
  const kinds = Object.entries(devices.byType)
    .filter(([, count]) => count > 0)
    .toSorted(([, left], [, right]) => right - left)
  if (kinds.length === 0) return null
  const most = kinds[0]![1]
  return (
    <Panel title="Kinds of device">
      <ul className="px-2 py-1.5">
        {kinds.map(([type, count]) => {
          const Icon = deviceTypeIcons[type as Type] ?? deviceTypeIcons.unknown
          return (
            <li key={type}>
              <Link
                to="/devices"
                search={{ q: `type:${type}` }}
                className="grid h-7 grid-cols-[8.5rem_minmax(0,1fr)_auto] items-center gap-3 rounded px-2 hover:bg-sunken"
              >
                <span className="flex min-w-0 items-center gap-2">
                  <Icon size={14} className="shrink-0 text-muted" aria-hidden />
                  <span className="truncate">{deviceTypeName(type)}</span>
                </span>
                <span className="h-1.5 overflow-hidden rounded-full bg-sunken" aria-hidden>
                  <span
                    className="block h-full rounded-full bg-accent/70"
                    style={{ width: `${(100 * count) / most}%` }}
                  />
                </span>
                <span className="min-w-8 text-right">{formatNumber(count)}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
