import type { Context } from '#features/context.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { countHeld, findUnseen, markAway } from '#features/sync/absence-queries.ts'
import type { BatchOutcome } from '#features/sync/apply-batch.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { relinkPresence } from '#features/identity/relink-records.ts'
import { markMissing } from '#features/sync/mark-missing.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import { assertRunning } from '#features/sync/run-queries.ts'
import { authorOf } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { chunksOf } from '#kernel/chunks-of.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'events'>

export interface Absence {
  /** How many records were not held any more. */
  away: number
  /** How many of them wait for a person. */
  waiting: number
}

/**
 * What a complete run did not see: missing where its source proves absence, unless it is so much at once that a person
 * should look first; only away where it does not.
 */
export async function noteAbsence(tools: Tools, run: RunState): Promise<Absence> {
  const held = await countHeld(tools.db, run.source)
  if (held <= run.seen.size) return { away: 0, waiting: 0 }
  const unseen = await findUnseen(tools.db, run)
  const isTooMuch = run.source.provesAbsence && isSuspicious(tools.config, unseen.length, run.heldBefore)
  const isProved = run.source.provesAbsence && !isTooMuch
  for (const ids of isTooMuch ? [unseen] : chunksOf(unseen, tools.config.sync.batchSize)) {
    publishOutcome(tools, await noteChunk(tools, run, ids, isProved, isTooMuch))
    if (isProved) run.removed += ids.length
  }
  return { away: unseen.length, waiting: isTooMuch ? unseen.length : 0 }
}

/** More than a share of what was held, and more than a few. */
const isSuspicious = ({ sync }: Tools['config'], gone: number, held: number): boolean =>
  gone > sync.missingCount && gone > sync.missingShare * held

/** Those that wait are noted in one go with the run that they wait under: half of them would be nobody's to decide. */
const noteChunk = (
  { db, engine, clock }: Tools,
  run: RunState,
  ids: readonly number[],
  isProved: boolean,
  isTooMuch: boolean,
): Promise<BatchOutcome> =>
  db.transaction().execute(async (transaction) => {
    const now = clock.now()
    await assertRunning(transaction, engine, run)
    const write = () => markAway(transaction, engine, run, ids, isProved)
    if (isProved) return markMissing(transaction, authorOf(run, engine, now), ids, write)
    // Only what a source holds at once must be two machines, and these it does not.
    const author = authorOf(run, engine, now)
    await lockIdentity(transaction, engine)
    const devices = await relinkPresence(transaction, author, ids, { isHeld: false, touched: [], write })
    if (isTooMuch)
      await transaction
        .updateTable('sync_runs')
        .set({ missing_waiting: ids.length })
        .where('id', '=', run.id)
        .execute()
    return { devices, hosts: await refreshHosts(transaction, { engine }, ids), findings: 0 }
  })
