import type { AlertRule, Level } from '#features/alerts/alert-rule.ts'
import { parseSeries } from '#features/alerts/series-pattern.ts'

const units: readonly [RegExp, string][] = [
  [/percent/, ' %'],
  [/celsius/, ' °C'],
  [/watts/, ' W'],
  [/seconds/, ' s'],
  [/days/, ' days'],
  [/hours/, ' hours'],
]

const names: Readonly<Record<string, string>> = {
  cpu_percent: 'CPU',
  memory_percent: 'memory',
  disk_percent: 'disk',
  filesystem_percent: 'file system',
  temperature_celsius: 'temperature',
}

/** A number as people read it, with its unit. */
export function valueText(measured: string, value: number): string {
  const unit = units.find(([pattern]) => pattern.test(measured))?.[1] ?? ''
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10
  return `${rounded.toLocaleString('en')}${unit}`
}

/** What is wrong, as one line. */
export function alertTitle(
  { condition }: Pick<AlertRule, 'condition'>,
  { name, part, value, level }: { name: string; part: string; value: number; level: Level | undefined },
): string {
  const of = part === '' ? '' : ` ${part}`
  if (condition.on === 'metric') {
    const metric = parseSeries(condition.metric)?.name ?? condition.metric
    const limit = level === undefined ? '' : ` (limit ${valueText(metric, level.threshold)})`
    return `${name}: ${names[metric] ?? metric}${of} is at ${valueText(metric, value)}${limit}`
  }
  switch (condition.state) {
    case 'server_offline':
      return `${name} is offline`
    case 'server_stale':
      return `${name} missed a heartbeat`
    case 'server_unknown':
      return `It is unknown how ${name} is`
    case 'server_flapping':
      return `${name} comes and goes`
    case 'service_failed':
      return `${name}: service${of} does not run`
    case 'container_stopped':
      return `${name}: container${of} does not run`
    case 'check_down':
      return `The check ${name} fails`
    case 'reboot_required':
      return `${name} needs a restart`
    case 'updates_pending':
      return `${name}: ${value} updates wait`
    case 'security_updates_pending':
      return `${name}: ${value} security updates wait`
    case 'certificate_days':
      return value < 0
        ? `${name}: the certificate has expired`
        : `${name}: the certificate ends in ${Math.floor(value)} days`
    case 'filesystem_full_hours':
      return `${name}: file system${of} is full in about ${Math.max(1, Math.round(value))} hours`
    case 'clock_skew_seconds':
      return `${name}: its clock is ${Math.round(value).toLocaleString('en')} s away`
    case 'agent_outdated':
      return `${name}: its agent is too old`
  }
}

/** What several have in common that is lost. */
export function causeTitle(name: string, lost: number, members: readonly string[]): string {
  const share = `${lost.toLocaleString('en')} of ${members.length.toLocaleString('en')}`
  return members[0]?.startsWith('check:')
    ? `${name}: ${share} checks fail`
    : `${name}: ${share} servers are not heard of`
}
