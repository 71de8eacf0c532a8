/** A stretch of time, milliseconds since 1970; `to` is no part of it. */
export interface Stretch {
  from: number
  to: number
}

/** Milliseconds in each; together they are the whole stretch. */
export interface Uptime {
  up: number
  down: number
  unknown: number
}

/**
 * How long a server was up in a stretch, exactly, from its changes in order. Before the first of them, and while nobody
 * listened, it is unknown and never down.
 */
export function uptimeIn(
  { from, to }: Stretch,
  changes: readonly { at: number; status: string }[],
  gaps: readonly Stretch[],
): Uptime {
  const uptime: Uptime = { up: 0, down: 0, unknown: 0 }
  let at = from
  let status = 'unknown'
  for (const change of [...changes, { at: to, status: '' }]) {
    const until = Math.min(Math.max(change.at, at), to)
    const whole = until - at
    // Hours in which nobody listened tell nothing, whatever was known at their beginning.
    const blind = overlap({ from: at, to: until }, gaps)
    uptime.unknown += blind
    uptime[keyOf(status)] += whole - blind
    at = until
    status = change.status
  }
  return uptime
}

const keyOf = (status: string): keyof Uptime =>
  status === 'online' ? 'up' : status === 'offline' ? 'down' : 'unknown'

/** How much of a stretch lies in others, which may overlap each other. */
function overlap({ from, to }: Stretch, others: readonly Stretch[]): number {
  let sum = 0
  let end = from
  for (const other of others.toSorted((one, next) => one.from - next.from)) {
    const begin = Math.max(other.from, end)
    const until = Math.min(other.to, to)
    if (until <= begin) continue
    sum += until - begin
    end = until
  }
  return sum
}

/** Up in percent of what is known; null where nothing is. */
export function percentOf({ up, down }: Uptime): number | null {
  const known = up + down
  return known === 0 ? null : (up / known) * 100
}
