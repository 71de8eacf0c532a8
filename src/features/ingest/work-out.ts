import type { Parts } from '#features/ingest/rounds.ts'
import { serviceStates } from '#features/ingest/meaning.ts'
import { coreMetrics, seriesKey, type CoreMetric, type ToldService } from '#model/sample.ts'

/** Where what was worked out goes. */
export interface Outcome {
  core: (number | null)[]
  extra: Record<string, number>
  services: readonly ToldService[] | undefined
}

/** What is known of one group at one time. */
export interface Known {
  parts: Parts
  /** The same group the time before. */
  before: Parts | undefined
  /** Everything of this time is there: a page, not one of several messages. */
  isWhole: boolean
  at: number
}

/** Names of series with one label, which are the same at every reading. */
const keys = new Map<string, Map<string, string>>()
const keysAtMost = 50_000

function keyOf(name: string, label: string, value: string): string {
  let ofName = keys.get(name)
  if (ofName === undefined) keys.set(name, (ofName = new Map()))
  let key = ofName.get(value)
  if (key === undefined) {
    if (ofName.size >= keysAtMost) ofName.clear()
    ofName.set(value, (key = seriesKey(name, { [label]: value })))
  }
  return key
}

const places = new Map(coreMetrics.map((metric, index) => [metric, index]))
/** As many as a heartbeat may tell of. */
const servicesAtMost = 1_000
const mebibyte = 1_048_576
const gibibyte = 1_073_741_824

export function setCore(outcome: Outcome, metric: CoreMetric, value: number | undefined): void {
  if (value !== undefined && Number.isFinite(value)) outcome.core[places.get(metric)!] = value
}

/** Works out what a group means once all of it is there; until then nothing. */
export function workOut(group: string, known: Known, outcome: Outcome): void {
  if (group.startsWith('filesystem:'))
    return workOutFilesystem(group.slice('filesystem:'.length), known, outcome)
  switch (group) {
    case 'cpu':
      return setCore(outcome, 'cpu_percent', cpuPercent(known))
    case 'cpu share':
      return setCore(outcome, 'cpu_percent', sharePercent(known))
    case 'memory':
      return workOutMemory(known, outcome)
    case 'network':
      return workOutNetwork(known, outcome)
    case 'uptime':
      return setCore(outcome, 'uptime_seconds', uptime(known))
    case 'services':
      outcome.services = services(known)
      return
    default:
  }
}

/** Whether everything is there that was there the time before; without one nobody knows unless it is whole. */
const isComplete = ({ parts, before, isWhole }: Known): boolean =>
  isWhole || (before !== undefined && [...before.keys()].every((name) => parts.has(name)))

/** Busy time of all time that passed, over all processors. Waiting for disks is no work of theirs. */
function cpuPercent(known: Known): number | undefined {
  const { parts, before } = known
  if (before === undefined || !isComplete(known)) return undefined
  let all = 0
  let unused = 0
  for (const [name, value] of parts) {
    const earlier = before.get(name)
    if (earlier === undefined) continue
    // Waiting time goes back a little now and then; what goes back far was reset by a start.
    if (value < earlier / 2) return undefined
    const passed = Math.max(0, value - earlier)
    all += passed
    if (name.endsWith('/idle') || name.endsWith('/iowait')) unused += passed
  }
  return all > 0 ? tenths((1 - unused / all) * 100) : undefined
}

/** Shares that the sender worked out itself: percent of the whole, or parts of one for each processor. */
function sharePercent(known: Known): number | undefined {
  const { parts, before } = known
  if (before !== undefined && !isComplete(known)) return undefined
  const idle = parts.get('percent/idle')
  if (idle !== undefined)
    return tenths(Math.min(100, Math.max(0, 100 - idle - (parts.get('percent/iowait') ?? 0))))
  if (!isComplete(known)) return undefined
  let all = 0
  let unused = 0
  for (const [name, value] of parts) {
    all += value
    if (name.endsWith('/idle') || name.endsWith('/iowait')) unused += value
  }
  return all > 0 ? tenths((1 - unused / all) * 100) : undefined
}

function workOutMemory(known: Known, outcome: Outcome): void {
  const { parts } = known
  let total = parts.get('total')
  let available = parts.get('available')
  if (total === undefined && parts.has('state/used') && parts.has('state/free') && isComplete(known)) {
    available = ['free', 'buffered', 'cached'].reduce(
      (sum, state) => sum + (parts.get(`state/${state}`) ?? 0),
      0,
    )
    total = available + parts.get('state/used')!
  }
  if (total === undefined || available === undefined || total <= 0) return
  if (known.before?.has('arc') && !parts.has('arc')) return
  // ZFS gives its cache back too, but for the least of it, and is not counted as available.
  const arc = parts.get('arc') ?? 0
  const spare = Math.max(0, arc - (parts.get('arc least') ?? 0))
  const used = total - Math.min(total, available + spare)
  setCore(outcome, 'memory_percent', tenths((used / total) * 100))
  setCore(outcome, 'memory_total_mb', Math.round(total / mebibyte))
  setCore(outcome, 'memory_used_mb', Math.round(used / mebibyte))
}

/** As `df` has it: what only root may still use is neither used nor free. */
function workOutFilesystem(mount: string, known: Known, outcome: Outcome): void {
  const { size, used, available } = spaceOf(known) ?? {}
  if (size === undefined || used === undefined || available === undefined || size <= 0) return
  outcome.extra[keyOf('filesystem_size_bytes', 'mount', mount)] = size
  outcome.extra[keyOf('filesystem_used_bytes', 'mount', mount)] = used
  outcome.extra[keyOf('filesystem_available_bytes', 'mount', mount)] = available
  const percent = used + available > 0 ? tenths((used / (used + available)) * 100) : undefined
  if (percent !== undefined) outcome.extra[keyOf('filesystem_used_percent', 'mount', mount)] = percent
  if (mount !== '/') return
  setCore(outcome, 'disk_percent', percent)
  setCore(outcome, 'disk_total_gb', hundredths(size / gibibyte))
  setCore(outcome, 'disk_used_gb', hundredths(used / gibibyte))
}

function spaceOf(known: Known): { size?: number; used?: number; available?: number } | undefined {
  const { parts } = known
  const size = parts.get('size')
  const available = parts.get('available')
  const used = parts.get('used')
  const free = parts.get('free')
  if (size !== undefined && available !== undefined && (used !== undefined || free !== undefined))
    return { size, available, used: used ?? size - free! }
  const ofState = (state: string) => parts.get(`state/${state}`)
  const [inUse, unused] = [ofState('used'), ofState('free')]
  if (inUse === undefined || unused === undefined || !isComplete(known)) return undefined
  return { size: inUse + unused + (ofState('reserved') ?? 0), used: inUse, available: unused }
}

function workOutNetwork(known: Known, outcome: Outcome): void {
  let rx = 0
  let tx = 0
  for (const [name, bytes] of known.parts) {
    const [direction, device] = [name.slice(0, 2), name.slice(3)]
    if (direction === 'rx') rx += bytes
    else tx += bytes
    outcome.extra[
      keyOf(direction === 'rx' ? 'interface_rx_bytes' : 'interface_tx_bytes', 'interface', device)
    ] = bytes
  }
  if (!isComplete(known)) return
  setCore(outcome, 'network_rx_bytes', rx)
  setCore(outcome, 'network_tx_bytes', tx)
}

/** As our agent tells them: the failed first, and what is stopped not at all. */
function services(known: Known): ToldService[] | undefined {
  if (!isComplete(known)) return undefined
  const told = [...known.parts].map(([name, status]): ToldService => ({
    name,
    status: serviceStates[status]!,
  }))
  return told
    .filter(({ status }) => status !== 'stopped')
    .toSorted(
      (one, other) =>
        Number(other.status === 'failed') - Number(one.status === 'failed') ||
        (one.name < other.name ? -1 : 1),
    )
    .slice(0, servicesAtMost)
}

function uptime({ parts, at }: Known): number | undefined {
  const boot = parts.get('boot')
  if (boot === undefined) return undefined
  const seconds = Math.round((parts.get('now') ?? at / 1_000) - boot)
  return seconds >= 0 ? seconds : undefined
}

const tenths = (value: number): number => Math.round(value * 10) / 10
const hundredths = (value: number): number => Math.round(value * 100) / 100
