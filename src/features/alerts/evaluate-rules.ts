import type { AlertRule, Terms } from '#features/alerts/alert-rule.ts'
import { crosses, termsOf } from '#features/alerts/alert-rule.ts'
import { measureOf, type Evidence, type Measure } from '#features/alerts/measure-rule.ts'
import type { Selection } from '#features/alerts/select-subjects.ts'
import { isIdle, newCell, stepCell, type Cell, type CellChange } from '#features/alerts/step-cell.ts'

/** A rule at work: its terms, whom it is about, and the cells of what is not as it should be. */
export interface RuleAtWork {
  rule: AlertRule
  terms: Terms
  measure: Measure
  selection: Selection
  /** By subject and part. */
  cells: Map<string, Map<string, Cell>>
}

export interface Outcome {
  work: RuleAtWork
  subject: string
  part: string
  cell: Cell
  change: CellChange | undefined
  /** Its clocks began or stopped, so it has to be kept anew. */
  hasTurned: boolean
}

export const putToWork = (rule: AlertRule, selection: Selection): RuleAtWork => ({
  rule,
  terms: termsOf(rule),
  measure: measureOf(rule.condition),
  selection,
  cells: new Map(),
})

type Tell = (outcome: Outcome) => void

/** Asks one rule of one subject that may have changed; calls back for what came of it. */
export function evaluate(
  work: RuleAtWork,
  subject: string,
  evidence: Evidence,
  now: number,
  tell: Tell,
): void {
  const { measure } = work
  const cells = work.cells.get(subject)
  if ('many' in measure) {
    const server = evidence.servers.get(subject)
    if (server)
      measure.many(server, evidence, (part, value) => take(work, subject, part, cells, value, now, tell))
    // A part that is told no longer has no evidence: a file system that was unmounted is not an empty one.
    if (cells)
      for (const [part, cell] of cells)
        if (cell.at !== now) step(work, subject, part, cell, undefined, now, tell)
    return
  }
  take(work, subject, '', cells, valueOf(measure, subject, evidence), now, tell)
}

function valueOf(
  measure: Exclude<Measure, { many: unknown }>,
  subject: string,
  evidence: Evidence,
): number | undefined {
  if (measure.of === 'server') {
    const server = evidence.servers.get(subject)
    return server && measure.one(server, evidence)
  }
  const check = evidence.checks.get(Number(subject.slice('check:'.length)))
  return check && measure.one(check, evidence)
}

/** Lets time pass for what is under way, with the values there are. */
export function passTime(work: RuleAtWork, now: number, tell: Tell): void {
  for (const [subject, cells] of work.cells)
    for (const [part, cell] of cells)
      if (cell.at !== now) step(work, subject, part, cell, cell.value, now, tell)
}

/** Most subjects are all right most of the time: nothing is made of them. */
function take(
  work: RuleAtWork,
  subject: string,
  part: string,
  cells: Map<string, Cell> | undefined,
  value: number | undefined,
  now: number,
  tell: Tell,
): void {
  const known = cells?.get(part)
  if (known) return step(work, subject, part, known, value, now, tell)
  const { levels, operator } = work.terms
  if (value === undefined || levels.length === 0 || !crosses(operator, value, levels[0]!.threshold)) return
  const cell = newCell(levels.length, now)
  const into = work.cells.get(subject)
  if (into === undefined) work.cells.set(subject, new Map([[part, cell]]))
  else into.set(part, cell)
  step(work, subject, part, cell, value, now, tell)
}

function step(
  work: RuleAtWork,
  subject: string,
  part: string,
  cell: Cell,
  value: number | undefined,
  now: number,
  tell: Tell,
): void {
  const before = shapeOf(cell)
  const change = stepCell(cell, value, now, work.terms)
  const hasTurned = shapeOf(cell) !== before
  if (change === undefined && !hasTurned) return
  tell({ work, subject, part, cell, change, hasTurned })
  if (isIdle(cell)) forget(work, subject, part)
}

export function forget(work: RuleAtWork, subject: string, part: string): void {
  const cells = work.cells.get(subject)
  cells?.delete(part)
  if (cells?.size === 0) work.cells.delete(subject)
}

/** What of a cell is kept: which clocks run, and whether there is evidence to let them. */
function shapeOf(cell: Cell): number {
  let shape =
    cell.level + 8 * Number(cell.calm >= 0) + 16 * Number(cell.value === undefined) + 32 * cell.returns.length
  for (const held of cell.rising) shape = shape * 2 + Number(held >= 0)
  return shape
}
