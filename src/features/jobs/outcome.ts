import type { EffectClass, RowOutcome } from '#features/jobs/action.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import { shift } from '#kernel/clock.ts'

/** What is written of a row that was taken, whoever took it. */
export interface Outcome {
  status: 'pending' | 'completed' | 'failed' | 'skipped'
  isAmbiguous: boolean
  result: string | null
  errorCode: string | null
  errorMessage: string | null
  costCents: number | null
  /** For rows that are tried again. */
  nextRunAt: string
  /** The beginning did not count. */
  isUncounted: boolean
  /** It was never begun, or nothing changed by it: the trail has nothing to tell. */
  isUntold?: boolean
  /** What becomes of the kept effect key. */
  effect: 'done' | 'forget' | 'keep'
}

/** A row that ended well, or had nothing to do. */
export function goodOutcome(outcome: RowOutcome, estimatedCents: number | null): Outcome {
  const isSkipped = outcome.skipped !== undefined
  return {
    ...plain,
    status: isSkipped ? 'skipped' : 'completed',
    result: jsonText(outcome.result),
    errorMessage: outcome.skipped === undefined ? null : storable(outcome.skipped),
    costCents: wholeCents(outcome.costCents) ?? (isSkipped ? null : estimatedCents),
    effect: isSkipped ? 'forget' : 'done',
    ...(outcome.isUnchanged ? { isUntold: true } : {}),
  }
}

/** What the rules for errors need to know of a row. */
export interface FailedRow {
  effect: EffectClass
  attempt: number
  maxAttempts: number
  /** It was told to stop. */
  isAborted: boolean
  now: string
  /** From 0 to 1. */
  random: number
}

/**
 * What becomes of a row whose work threw: it is tried again where that is safe and can help, failed otherwise, and
 * ambiguous where nobody can tell whether its effect was done.
 */
export function badOutcome(thrown: unknown, row: FailedRow): Outcome {
  const isKnown = thrown instanceof AppError && !(thrown instanceof OutcomeUnknown)
  const error = toAppError(thrown)
  if (!isKnown && row.effect === 'once') return ambiguous(error, row.isAborted)
  if (row.isAborted) return stopped(row.effect)
  const isLeft = row.attempt < row.maxAttempts
  const isUnknown = !isKnown && row.effect !== 'read'
  if (isLeft && (error.retry || isUnknown)) return again(error, row, isKnown)
  if (thrown instanceof OutcomeUnknown && row.effect !== 'read') return ambiguous(error, false)
  return { ...failed(error), effect: isKnown ? 'forget' : 'keep' }
}

/** A row whose work does not end although it was told to. */
export function stuckOutcome(effect: EffectClass, graceSeconds: number): Outcome {
  const error = new AppError(
    'HANDLER_STUCK',
    `Its work did not stop within ${graceSeconds} seconds of being told to`,
  )
  return effect === 'once' ? ambiguous(error, false) : failed(error)
}

/** A row that is not what was previewed any more, or not to be done for another reason. */
export const skippedOutcome = (code: string, message: string, result: string | null = null): Outcome => ({
  ...plain,
  status: 'skipped',
  result,
  errorCode: code,
  errorMessage: message,
})

const plain: Outcome = {
  status: 'completed',
  isAmbiguous: false,
  result: null,
  errorCode: null,
  errorMessage: null,
  costCents: null,
  nextRunAt: '',
  isUncounted: false,
  effect: 'keep',
}

const failed = (error: AppError): Outcome => ({
  ...plain,
  status: 'failed',
  errorCode: error.code,
  errorMessage: messageOf(error),
})

/** Nobody knows whether it was done, so nothing does it again before somebody says. */
function ambiguous(error: AppError, wasStopped: boolean): Outcome {
  const reason = wasStopped ? 'It was stopped in the middle' : messageOf(error)
  return {
    ...plain,
    status: 'failed',
    isAmbiguous: true,
    errorCode: 'OUTCOME_UNKNOWN',
    errorMessage: `Whether it was done is not known: ${reason}`,
  }
}

/** A row that was taken and not begun. */
export const untouched: Outcome = {
  ...plain,
  status: 'pending',
  isUncounted: true,
  isUntold: true,
}

/** Stopped before it was over: to be done again later. A probe has to see that it was begun. */
const stopped = (effect: EffectClass): Outcome => ({
  ...plain,
  status: 'pending',
  isUncounted: effect === 'read',
})

/** Longer ones are cut, in UTF-16 code units: a job has up to millions of rows. */
const longestMessage = 4_000
const longestResult = 256_000
const longestBackoff = 300_000
/** Nobody is waited for longer, whatever they ask. In milliseconds. */
export const longestAsked = 3_600_000

function again(error: AppError, row: FailedRow, isKnown: boolean): Outcome {
  const backoff = Math.min(longestBackoff, 1_000 * 2 ** Math.min(row.attempt, 20)) * row.random
  const asked = Math.min(longestAsked, (error.retryAfterSeconds ?? 0) * 1_000)
  return {
    ...failed(error),
    status: 'pending',
    nextRunAt: shift(row.now, Math.max(Math.round(backoff), asked)),
    effect: isKnown ? 'forget' : 'keep',
  }
}

const messageOf = (error: AppError): string =>
  storable(error.hint === undefined ? error.message : `${error.message}. ${error.hint}`)

/** PostgreSQL keeps no NUL; a message tells of a row, it does not hold it. */
function storable(text: string): string {
  return whole(text.length > longestMessage ? `${text.slice(0, longestMessage - 1)}…` : text)
}

const whole = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

/** What is no amount of money says nothing of the cost. */
function wholeCents(cents: number | undefined): number | undefined {
  const rounded = Math.round(cents ?? NaN)
  return Number.isSafeInteger(rounded) && rounded >= 0 ? rounded : undefined
}

/** What a row or a job gives, as it is kept: only its length where it is too long. */
export function jsonText(value: unknown, longest = longestResult): string | null {
  if (value === undefined || value === null) return null
  try {
    const text = JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'string' ? whole(each) : each,
    )
    if (text !== undefined && text.length > longest)
      return JSON.stringify({ shortened: true, length: text.length })
    return text ?? null
  } catch {
    // What cannot be kept must not make work count as undone that was done.
    return null
  }
}
