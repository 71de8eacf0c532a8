import type { Transaction } from '#database/schema.ts'
import type { Call } from '#features/operation.ts'
import { settleFindings } from '#features/hosts/settle-findings.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { relinkPresence } from '#features/identity/relink-records.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { waitingRecords } from '#features/sync/absence-queries.ts'
import type { WaitingRun } from '#features/sync/absence-queries.ts'
import type { BatchOutcome } from '#features/sync/apply-batch.ts'
import { markMissing } from '#features/sync/mark-missing.ts'
import { completeRunBefore, findRun } from '#features/sync/run-queries.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { AppError } from '#kernel/errors.ts'

type Decision = NonNullable<Run['missingDecision']>

/**
 * A person's word on what a complete run did not hold: approved, it is missing; rejected, it counts as held until a
 * complete run does not hold it again. What a newer run has seen meanwhile is no longer concerned. A decision that was
 * broken off goes on when it is given again.
 */
export async function decideRun(call: Call, id: number, decision: Decision): Promise<Run> {
  const run = await findRun(call.db, id)
  await writeDecision(call, run, decision)
  const waiting: WaitingRun = {
    id,
    source: { system: run.system, name: run.source },
    completeBefore: await completeRunBefore(call.db, { system: run.system, name: run.source }, id),
  }
  let isDone = false
  while (!isDone) {
    const outcome = await decideSome(call, waiting, decision)
    isDone = outcome === undefined
    if (outcome) publishOutcome(call, outcome)
  }
  await settleFindings(call, id)
  return findRun(call.db, id)
}

async function writeDecision({ db, clock, actor }: Call, run: Run, decision: Decision): Promise<void> {
  if (run.missingDecision === decision) return
  const { numUpdatedRows } = await db
    .updateTable('sync_runs')
    .set({ missing_decision: decision, decided_by: actor.name, decided_at: clock.now() })
    .where('id', '=', run.id)
    .where('status', '=', 'complete')
    .where('missing_waiting', '>', 0)
    .where('missing_decision', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  const { missingDecision, decidedBy } = await findRun(db, run.id)
  if (missingDecision !== null)
    throw new AppError('CONFLICT', `${decidedBy} has ${missingDecision} this already`)
  throw new AppError('CONFLICT', `Nothing of run ${run.id} waits for a decision`)
}

/** Decides about some of the records, in a short transaction; undefined when there are none left. */
const decideSome = (
  { db, engine, clock, config, actor }: Call,
  waiting: WaitingRun,
  decision: Decision,
): Promise<BatchOutcome | undefined> =>
  db.transaction().execute(async (transaction) => {
    const rows = await waitingRecords(transaction, waiting).limit(config.sync.batchSize).execute()
    if (rows.length === 0) return undefined
    const ids = rows.map((row) => row.id)
    const author: Authorship = {
      engine,
      now: clock.now(),
      syncId: `run:${waiting.id}`,
      system: waiting.source.system,
      identifier: waiting.source.name,
      by: actor.name,
    }
    if (decision === 'rejected') return holdAgain(transaction, author, ids)
    const outcome = await markMissing(transaction, author, ids, () =>
      setMissing(transaction, author, waiting, ids),
    )
    await transaction
      .updateTable('sync_runs')
      .set((eb) => ({ devices_removed: eb('devices_removed', '+', ids.length) }))
      .where('id', '=', waiting.id)
      .execute()
    return outcome
  })

async function setMissing(
  transaction: Transaction,
  { engine }: Authorship,
  { id }: WaitingRun,
  ids: readonly number[],
): Promise<void> {
  await transaction
    .updateTable('source_records')
    .set({ missing_run_id: id })
    .where(idsIn(engine, 'id', ids))
    .execute()
}

async function holdAgain(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
): Promise<BatchOutcome> {
  await lockIdentity(transaction, author.engine)
  const write = async () => {
    await transaction
      .updateTable('source_records')
      .set({ last_run_id: null })
      .where(idsIn(author.engine, 'id', ids))
      .execute()
  }
  const devices = await relinkPresence(transaction, author, ids, { isHeld: true, touched: [], write })
  return { devices, hosts: await refreshHosts(transaction, author, ids), findings: 0 }
}
