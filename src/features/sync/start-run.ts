import { isUniqueViolation } from '#database/constraint-errors.ts'
import type { Transaction } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { bootId, isAlive, processStarted } from '#features/jobs/process-identity.ts'
import { countHeld } from '#features/sync/absence-queries.ts'
import { completeRunBefore, wasReadBefore } from '#features/sync/run-queries.ts'
import type { RunState, SourceIdentity } from '#features/sync/run-state.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { JobId } from '#model/ids.ts'

/** Who asked for a run. */
export interface RunRequest {
  /** `ada@example.net`, `system:schedule`, `cli:root`. */
  startedBy: string
  jobId: JobId | null
}

type Tools = Pick<Context, 'db' | 'clock'>

/** A process that has not said for so many milliseconds that it still reads is taken for dead. */
const silence = 30_000

/** Begins a run; CONFLICT when the source is being read already, by whichever process. */
export async function startRun(tools: Tools, source: SourceIdentity, request: RunRequest): Promise<RunState> {
  try {
    return await tools.db.transaction().execute(async (transaction) => {
      await endAbandoned(transaction, tools.clock.now(), source, request.jobId)
      return insertRun(transaction, tools.clock.now(), source, request)
    })
  } catch (error) {
    if (isUniqueViolation(error) || isUniqueViolation((error as Error).cause)) throw beingRead(source)
    throw error
  }
}

const beingRead = ({ name }: SourceIdentity): AppError =>
  new AppError('CONFLICT', `The source ${name} is being read already`, {
    hint: `Wait for that run or cancel its job. If its process died, the source can be read again ${silence / 1000} seconds later.`,
  })

/** Ends runs whose process died, of whatever source, and one whose job is being done again. */
async function endAbandoned(
  transaction: Transaction,
  now: string,
  source: SourceIdentity,
  jobId: JobId | null,
): Promise<void> {
  const running = await transaction
    .selectFrom('sync_runs')
    .select(['id', 'source_system', 'source_identifier', 'alive_at', 'job_id', 'reader'])
    .where('status', '=', 'running')
    .execute()
  for (const row of running) {
    const isOwn = row.source_system === source.system && row.source_identifier === source.name
    const isSilent = (row.alive_at ?? '') < shift(now, -silence)
    const isGone = row.reader !== null && !isAlive(JSON.parse(row.reader) as Parameters<typeof isAlive>[0])
    const isRepeated = isOwn && jobId !== null && row.job_id === jobId
    if (isSilent || isGone || isRepeated) await endDead(transaction, now, row.id)
    else if (isOwn) throw beingRead(source)
  }
}

async function endDead(transaction: Transaction, now: string, id: number): Promise<void> {
  const reason = 'The process that read it ended before it was done.'
  await transaction
    .updateTable('sync_runs')
    .set({ status: 'failed', completed_at: now, reason })
    .where('id', '=', id)
    .execute()
  await transaction
    .updateTable('sync_metadata')
    .set({ last_sync_status: 'failed', error_message: reason, updated_at: now })
    .where('last_run_id', '=', id)
    .execute()
}

async function insertRun(
  transaction: Transaction,
  now: string,
  source: SourceIdentity,
  { startedBy, jobId }: RunRequest,
): Promise<RunState> {
  const none = { devices_added: 0, devices_updated: 0, devices_removed: 0 }
  const key = { source_system: source.system, source_identifier: source.name }
  const reader = { pid: process.pid, boot_id: bootId(), process_started: processStarted(process.pid) }
  const { id } = await transaction
    .insertInto('sync_runs')
    .values({
      ...key,
      ...none,
      status: 'running',
      started_at: now,
      completed_at: null,
      started_by: startedBy,
      job_id: jobId,
      records_seen: 0,
      records_total: null,
      records_unchanged: 0,
      reason: null,
      error_code: null,
      warnings: '[]',
      missing_waiting: 0,
      missing_decision: null,
      decided_by: null,
      decided_at: null,
      alive_at: now,
      reader: JSON.stringify(reader),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await transaction
    .insertInto('sync_metadata')
    .values({ ...key, ...none, last_sync_start: now, created_at: now, updated_at: now, last_run_id: id })
    .onConflict((conflict) =>
      conflict
        .columns(['source_system', 'source_identifier'])
        .doUpdateSet({ last_sync_start: now, updated_at: now, last_run_id: id }),
    )
    .execute()
  return {
    id,
    source,
    startedAt: now,
    startedBy,
    completeBefore: await completeRunBefore(transaction, source, id),
    heldBefore: await countHeld(transaction, source),
    isFirst: !(await wasReadBefore(transaction, source, id)),
    seen: new Map(),
    total: null,
    added: 0,
    updated: 0,
    removed: 0,
    unchanged: 0,
    warnings: [],
    relations: new Map(),
    ports: new Map(),
    hidden: new Set(),
    volumes: new Map(),
  }
}
