import { randomUUID } from 'node:crypto'
import { appendAudit } from '#features/audit/append-audit.ts'
import type { Context } from '#features/context.ts'
import {
  claimRows,
  claimThese,
  costInWork,
  giveBack,
  jobStates,
  lastOfFirst,
  openJobColumns,
  rowsInWork,
} from '#features/jobs/claim-queries.ts'
import type { ClaimedRow, Claimer, OpenJob } from '#features/jobs/claim-queries.ts'
import { changeJob } from '#features/jobs/control-queries.ts'
import { beginEffects } from '#features/jobs/effect-queries.ts'
import type { Ledger } from '#features/jobs/effect-queries.ts'
import { workBegun } from '#features/jobs/guard-queries.ts'
import { isBroken, isGuarded, noWork, rowsDone, verdictOf, withinBudget } from '#features/jobs/guard.ts'
import type { Verdict } from '#features/jobs/guard.ts'
import { guardedJob } from '#features/jobs/guarded-job.ts'
import { pausedLine } from '#features/jobs/paused-line.ts'
import { admitLimited } from '#features/jobs/limit-queries.ts'
import type { SharedLimits } from '#features/jobs/limits.ts'
import type { EffectClass } from '#features/jobs/action.ts'
import type { Transaction } from '#database/schema.ts'
import { shift } from '#kernel/clock.ts'

type ClaimContext = Pick<Context, 'db' | 'engine' | 'clock'>

/** What a claim has to know of its job. */
export interface Claimable {
  id: number
  action: string
  effect: EffectClass
  concurrency: number
  limits: SharedLimits | null
  isGuarded: boolean
  /** No more rows than may be are in work over all processes, also where doing one twice would do no harm. */
  isStrict?: boolean
}

/** Rows that were taken. */
export interface Claim {
  lease: string
  /** To be done, or given back where the job `isStopped`. */
  rows: ClaimedRow[]
  /** Taken, but their effects were done before. */
  done: Ledger['done']
  /** Nothing more is due now, as far as this claim saw. */
  isDry: boolean
  /** As many rows of the job as may be are in work. */
  isFull: boolean
  /** When it makes sense to look again; undefined where the due times of the rows say it. */
  nextAt?: string | undefined
  /** Somebody stopped the job meanwhile. */
  isStopped: boolean
  /** Why the job was paused instead. */
  paused?: Exclude<Verdict, null>['pause'] | undefined
}

/**
 * Takes up to so many due rows of a job for a node, with everything that has to hold when they are begun. When it throws
 * nobody knows whether rows were taken: `giveBackLease` with the same lease settles that.
 */
export async function claim(
  context: ClaimContext,
  job: Claimable,
  node: string,
  wanted: number,
  lease: string = randomUUID(),
): Promise<Claim> {
  const { db, engine, clock } = context
  const claimer = { node, lease, now: clock.now() }
  const isPlain = takesAhead(job) && job.limits === null && !job.isGuarded
  const claimed = isPlain
    ? await plainClaim(context, job, wanted, claimer)
    : await db
        .transaction()
        .execute((transaction) => carefulClaim(transaction, context, job, wanted, claimer))
  if (engine === 'sqlite' || claimed.rows.length + claimed.done.length === 0) return claimed
  // Whoever stopped the job before this commit may not have seen that rows were taken.
  const [state] = await jobStates(db, engine, [job.id])
  return { ...claimed, isStopped: state?.status !== 'running' || state.cancel_requested_at !== null }
}

const takesAhead = ({ effect, isStrict }: Claimable): boolean => effect === 'read' && !isStrict

async function plainClaim(
  { db, engine }: ClaimContext,
  job: Claimable,
  wanted: number,
  claimer: Claimer,
): Promise<Claim> {
  const rows = await claimRows(db, engine, job.id, wanted, claimer)
  return {
    lease: claimer.lease,
    rows,
    done: [],
    isDry: rows.length < wanted,
    isFull: false,
    isStopped: false,
  }
}

async function carefulClaim(
  transaction: Transaction,
  { engine, clock }: ClaimContext,
  job: Claimable,
  wanted: number,
  claimer: Claimer,
): Promise<Claim> {
  const none = { lease: claimer.lease, rows: [], done: [], isDry: false, isFull: true, isStopped: false }
  const room = await roomOf(transaction, engine, job, wanted)
  if (room <= 0) return none
  const taken = await take(transaction, engine, job, room, claimer)
  const still = taken.rows.length === 0 ? await standstill(transaction, job) : null
  const { kept, verdict = still } = await withinGuards(transaction, job, taken.rows)
  const over = taken.rows.filter((row) => !kept.includes(row)).map((row) => row.id)
  await giveBack(transaction, engine, over, claimer.lease)
  if (verdict?.pause)
    await changeJob(transaction, job.id, ['running'], {
      status: 'paused',
      waiting_for: verdict.pause,
      updated_at: claimer.now,
    })
  const ledger = await sortOut(transaction, engine, job, kept, claimer)
  if (verdict?.pause) await appendAudit(transaction, clock, [pausedLine(job.id, verdict)])
  return {
    ...none,
    rows: ledger.mine,
    done: ledger.done,
    isDry: still?.pause !== null && (over.length > 0 || taken.rows.length < room),
    isFull: room < wanted,
    nextAt: ledger.held.length > 0 ? shift(claimer.now, heldFor) : taken.nextAt,
    paused: verdict?.pause,
  }
}

/** Places that the job has left, over all processes: what is done with an effect is begun as soon as it is taken. */
async function roomOf(
  transaction: Transaction,
  engine: Context['engine'],
  job: Claimable,
  wanted: number,
): Promise<number> {
  const isAhead = takesAhead(job)
  if (isAhead && !job.isGuarded) return wanted
  const inWork = await rowsInWork(transaction, engine, job.id)
  return isAhead ? wanted : Math.min(wanted, job.concurrency - inWork)
}

async function take(
  transaction: Transaction,
  engine: Context['engine'],
  job: Claimable,
  room: number,
  claimer: Claimer,
): Promise<{ rows: ClaimedRow[]; nextAt?: string | undefined }> {
  const stored = job.isGuarded ? await guardsOf(transaction, job.id) : undefined
  const most = stored && isBroken(stored.guarded) ? 0 : room
  if (most <= 0) return { rows: [] }
  const { canary } = stored?.guarded.isCanaryPassed ? {} : (stored?.guarded.options ?? {})
  const upTo = canary && (await lastOfFirst(transaction, job.id, canary.rows))
  if (job.limits === null) return { rows: await claimRows(transaction, engine, job.id, most, claimer, upTo) }
  const { ids, nextAt } = await admitLimited(transaction, engine, job.id, job.limits, most, claimer.now, upTo)
  const rows = await claimThese(transaction, engine, job.id, ids, claimer)
  return { rows, nextAt: nextAt ?? undefined }
}

/**
 * Why a guarded job takes nothing: it was resumed with its budget used up, or its first rows ended while it was paused,
 * when nobody asked whether they went well.
 */
async function standstill(transaction: Transaction, { id, isGuarded: has }: Claimable): Promise<Verdict> {
  const stored = has ? await guardsOf(transaction, id) : undefined
  if (stored && isBroken(stored.guarded)) return verdictOf(stored.guarded, noWork)
  const canary = stored?.guarded.options.canary
  if (!stored || !canary || stored.guarded.isCanaryPassed || rowsDone(stored.guarded) < canary.rows)
    return null
  const verdict = verdictOf(stored.guarded, await workBegun(transaction, id))
  if (verdict?.pause === null) await changeJob(transaction, id, ['running'], { canary_passed: 1 })
  return verdict
}

async function guardsOf(transaction: Transaction, jobId: number) {
  const row = (await transaction
    .selectFrom('jobs')
    .select(openJobColumns)
    .where('id', '=', jobId)
    .executeTakeFirst()) as OpenJob | undefined
  return row && { guarded: guardedJob(row) }
}

async function withinGuards(
  transaction: Transaction,
  job: Claimable,
  rows: ClaimedRow[],
): Promise<{ kept: ClaimedRow[]; verdict?: Verdict }> {
  if (!job.isGuarded || rows.length === 0) return { kept: rows }
  const { guarded } = (await guardsOf(transaction, job.id))!
  if (!isGuarded(guarded.options)) return { kept: rows, verdict: null }
  const own = rows.reduce((sum, row) => sum + (row.estimated_cost_cents ?? 0), 0)
  const { inWork, cents } = await costInWork(transaction, job.id)
  const begun = { inWork: inWork - rows.length, waiting: 0, cents: cents - own }
  const { rows: kept, verdict } = withinBudget(guarded, begun, rows)
  return { kept, verdict }
}

/** A row whose effect another one has in work looks again after so many milliseconds. */
const heldFor = 1_000

async function sortOut(
  transaction: Transaction,
  engine: Context['engine'],
  job: Claimable,
  rows: ClaimedRow[],
  claimer: Claimer,
): Promise<Ledger> {
  if (job.effect !== 'keyed') return { mine: rows, done: [], held: [] }
  const ledger = await beginEffects(transaction, engine, job, rows, claimer.now)
  const held = ledger.held.map((row) => row.id)
  await giveBack(transaction, engine, held, claimer.lease, shift(claimer.now, heldFor))
  return ledger
}
