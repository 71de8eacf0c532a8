import { CircleCheck, CircleHelp, CirclePause, CircleX, Hourglass } from 'lucide-react'
import type { Check } from '#features/checks/check-shapes.ts'
import { classNames } from '../ui/class-names.ts'

export type { Check }

/** How a check did over a time. */
export interface Trend {
  id: number
  times: string[]
  stepSeconds: number
  latencyMs: (number | null)[]
  worstMs: (number | null)[]
  uptimePercent: number | null
  certificateDays: number | null
}

export const checkKindNames: Readonly<Record<Check['kind'], string>> = {
  ping: 'Ping',
  tcp: 'Port',
  http: 'Web address',
  dns: 'Name',
  snmp: 'SNMP',
  certificate: 'Certificate',
}

const looks = {
  up: [CircleCheck, 'text-good', 'up'],
  down: [CircleX, 'text-bad', 'down'],
  pending: [Hourglass, 'text-warn', 'failing'],
  unknown: [CircleHelp, 'text-muted', 'unknown'],
} as const

/** The state of a check as a shape, a colour and a word. */
export function CheckMark({ check }: { check: Pick<Check, 'state' | 'paused'> }) {
  const [Icon, colour, word] = check.paused
    ? ([CirclePause, 'text-muted', 'paused'] as const)
    : looks[check.state]
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Icon size={14} className={classNames('shrink-0', colour)} aria-hidden />
      {word}
    </span>
  )
}
