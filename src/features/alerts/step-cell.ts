import { crosses, isUpward, type Level, type Terms } from '#features/alerts/alert-rule.ts'

/**
 * Where one thing stands by one rule. Times are milliseconds in which we watched and had evidence: neither our own
 * absence nor a silent server lets them pass, and no clock that is put forward or back.
 */
export interface Cell {
  /** Which of the rule's levels an alert is open at, from 1; 0 while there is none. */
  level: number
  /** How long each level has been crossed without a break; -1 while it is not. */
  rising: number[]
  /** How long it has been all right again, while an alert is open; -1 while it is not. */
  calm: number
  /** The value of the last step; undefined while there is no evidence. */
  value: number | undefined
  /** When, in watched time, it came back though it had been all right: what comes and goes is told once. */
  returns: number[]
  /** Watched time of the last step. */
  at: number
}

export type CellChange =
  | { is: 'fired' | 'raised' | 'lowered'; level: number }
  | { is: 'resolved' }
  | { is: 'returned'; isFlapping: boolean }

export const newCell = (levels: number, at: number): Cell => ({
  level: 0,
  rising: Array.from({ length: levels }, () => -1),
  calm: -1,
  value: undefined,
  returns: [],
  at,
})

/** What came and went so often within this time is flapping, and has to be calm for longer and longer. */
const flappingWindow = 3_600_000
const flappingReturns = 2
const shortestHold = 60_000
const longestHold = 3_600_000

export const isFlapping = ({ returns }: Pick<Cell, 'returns'>): boolean => returns.length >= flappingReturns

/** How long it must be all right before an alert is over. */
export function holdOf({ returns }: Pick<Cell, 'returns'>, { clearForMilliseconds }: Terms): number {
  const excess = returns.length - flappingReturns
  if (excess < 0) return clearForMilliseconds
  const doubled = Math.max(shortestHold, clearForMilliseconds) * 2 ** (excess + 1)
  return Math.max(clearForMilliseconds, Math.min(longestHold, doubled))
}

/** Nothing to remember: no alert, nothing rising, no unrest lately. */
export const isIdle = ({ level, rising, returns }: Cell): boolean =>
  level === 0 && returns.length === 0 && rising.every((held) => held < 0)

/**
 * Takes one cell to `now` of watched time with the value there is; changes it in place and says what came of it.
 * Without evidence nothing happens: it neither begins nor ends, and its clocks stand still.
 */
export function stepCell(
  cell: Cell,
  value: number | undefined,
  now: number,
  terms: Terms,
): CellChange | undefined {
  const had = cell.value !== undefined
  const passed = had ? now - cell.at : 0
  cell.at = now
  cell.value = value
  if (cell.returns.length > 0) cell.returns = cell.returns.filter((at) => now - at < flappingWindow)
  if (value === undefined) return undefined
  const reached = raise(cell, value, passed, terms)
  if (reached > cell.level) {
    const change = { is: cell.level === 0 ? 'fired' : 'raised', level: reached } as const
    cell.level = reached
    cell.calm = -1
    return change
  }
  return cell.level === 0 ? undefined : settle(cell, value, passed, now, terms)
}

/** Lets time pass for each level that is crossed; gives the highest that has been so for long enough, from 1. */
function raise(
  cell: Cell,
  value: number,
  passed: number,
  { levels, operator, forMilliseconds }: Terms,
): number {
  let reached = 0
  for (let index = 0; index < levels.length; index += 1) {
    const held = cell.rising[index] ?? -1
    const next = crosses(operator, value, levels[index]!.threshold) ? (held < 0 ? 0 : held + passed) : -1
    cell.rising[index] = next
    if (next >= forMilliseconds) reached = index + 1
  }
  return reached
}

/** An alert is open: whether it is over, milder, or came back. */
function settle(
  cell: Cell,
  value: number,
  passed: number,
  now: number,
  terms: Terms,
): CellChange | undefined {
  const current = terms.levels[cell.level - 1]
  if (current !== undefined && !isOver(value, current, terms)) {
    const wasCalm = cell.calm >= 0
    cell.calm = -1
    if (!wasCalm) return undefined
    cell.returns.push(now)
    return { is: 'returned', isFlapping: isFlapping(cell) }
  }
  cell.calm = cell.calm < 0 ? 0 : cell.calm + passed
  if (cell.calm < holdOf(cell, terms)) return undefined
  cell.calm = -1
  const milder = terms.levels.findLastIndex(
    (level, index) => index + 1 < cell.level && !isOver(value, level, terms),
  )
  cell.level = milder + 1
  if (milder >= 0) return { is: 'lowered', level: cell.level }
  cell.rising.fill(-1)
  cell.returns.push(now)
  return { is: 'resolved' }
}

const isOver = (value: number, { threshold, clearAt }: Level, { operator }: Terms): boolean =>
  !crosses(operator, value, threshold) && (isUpward(operator) ? value <= clearAt : value >= clearAt)

/** A cell as it is kept: watched times as ages, since that clock begins anew with each process. */
export const saveCell = (cell: Cell, now: number): string =>
  JSON.stringify({
    level: cell.level,
    rising: cell.rising,
    calm: cell.calm,
    value: cell.value ?? null,
    returns: cell.returns.map((at) => now - at),
  })

/**
 * A cell as it was kept, `passed` milliseconds of watching later. What was rising or calm was so in all that time, or
 * it would have been kept anew.
 */
export function loadCell(
  text: string,
  { passed, now, levels }: { passed: number; now: number; levels: number },
): Cell {
  const kept = JSON.parse(text) as Omit<Cell, 'at' | 'value'> & { value: number | null }
  const had = kept.value !== null
  const later = (held: number): number => (held < 0 || !had ? held : held + passed)
  return {
    level: Math.min(kept.level, levels),
    rising: Array.from({ length: levels }, (_, index) => later(kept.rising[index] ?? -1)),
    calm: later(kept.calm),
    value: undefined,
    returns: kept.returns.map((age) => now - age - passed),
    at: now,
  }
}
