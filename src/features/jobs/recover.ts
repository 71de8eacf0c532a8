import { appendAudit } from '#features/audit/append-audit.ts'
import type { AuditEntry, Context } from '#features/context.ts'
import { moveCounts, noCounts } from '#features/jobs/control-queries.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import { freeJobs, lostRows, nodesInWork, settleLost } from '#features/jobs/recover-queries.ts'
import type { LostRow } from '#features/jobs/recover-queries.ts'
import type { Transaction } from '#database/schema.ts'

export type RecoverContext = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'events' | 'log'>

/** A row whose process died under it so many times is not begun again: it may be what kills them. */
const mostInterruptions = 3
const rowsAtOnce = 1_000

/**
 * Takes rows from nodes that are gone. What may be done again goes back; what may have been done once waits for somebody
 * to say. Gives how many rows that were.
 */
export async function recoverRows(context: RecoverContext, own: string): Promise<number> {
  const { db, events, clock, log } = context
  const busy = (await nodesInWork(db)).filter((node) => node !== own)
  if (busy.length === 0) return 0
  const alive = new Set((await liveNodes(context)).map(({ id }) => id))
  let count = 0
  for (const node of busy.filter((each) => !alive.has(each))) {
    for (;;) {
      const jobs = await db.transaction().execute((transaction) => recoverSome(transaction, context, node))
      if (jobs.size === 0) break
      for (const [id, rows] of jobs) {
        count += rows
        events.publish({ topic: 'job.changed', at: clock.now(), data: { id } })
      }
    }
    await freeJobs(db, node)
    log.info({ node }, 'a process is gone; its rows go on elsewhere')
  }
  return count
}

async function recoverSome(
  transaction: Transaction,
  { engine, clock }: RecoverContext,
  node: string,
): Promise<Map<number, number>> {
  const rows = await lostRows(transaction, engine, node, rowsAtOnce)
  if (rows.length === 0) return new Map()
  const now = clock.now()
  const unknown = rows.filter((row) => row.effect === 'once')
  const poisoned = rows.filter((row) => row.effect !== 'once' && row.interruptions + 1 >= mostInterruptions)
  const again = rows.filter((row) => !unknown.includes(row) && !poisoned.includes(row))
  // Behind what was never begun: should one of them be what kills processes, the others get done.
  await settleLost(transaction, engine, again, { status: 'pending', next_run_at: now })
  await settleLost(transaction, engine, poisoned, {
    status: 'failed',
    error_code: 'JOB_INTERRUPTED',
    error_message: `Its process ended in the middle of it ${mostInterruptions} times`,
    processed_at: now,
  })
  await settleLost(transaction, engine, unknown, {
    status: 'failed',
    review: 'ambiguous',
    error_code: 'OUTCOME_UNKNOWN',
    error_message: 'Whether it was done is not known: its process ended in the middle of it',
    processed_at: now,
  })
  const byJob = Map.groupBy(rows, (row) => row.job_id)
  for (const [id, each] of [...byJob].toSorted(([left], [right]) => left - right)) {
    const failed = each.filter((row) => !again.includes(row)).length
    const ambiguous = each.filter((row) => row.effect === 'once').length
    await moveCounts(
      transaction,
      id,
      { ...noCounts, processed: failed, failed, ambiguous },
      { updated_at: now },
    )
  }
  await appendAudit(
    transaction,
    clock,
    rows.map((row) => lineOf(row, node, again.includes(row))),
  )
  return new Map([...byJob].map(([id, each]) => [id, each.length]))
}

const lineOf = (row: LostRow, node: string, isAgain: boolean): AuditEntry => ({
  actor: 'system:jobs',
  operation: 'job.row',
  subject: row.row_key,
  eventType: 'row_event',
  level: isAgain ? 'WARNING' : 'ERROR',
  message: isAgain ? 'taken back' : row.effect === 'once' ? 'ambiguous' : 'failed',
  jobId: row.job_id,
  rowNumber: row.row_number,
  details: { attempt: row.attempt, node, reason: 'its process is gone' },
})
