import type { RowCall } from '#features/jobs/action.ts'
import type { HeldRow, JobInWork } from '#features/jobs/job-in-work.ts'
import { badOutcome, goodOutcome } from '#features/jobs/outcome.ts'
import type { Outcome } from '#features/jobs/outcome.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import { DeviceId } from '#model/ids.ts'

/** Does a row and tells what became of it; never throws. */
export async function doRow(job: JobInWork, { row }: HeldRow): Promise<Outcome> {
  const { work, parameters, call, signal } = job
  try {
    // Told to stop in the moment in which it was to begin.
    if (signal.aborted) throw notBegun
    const input = JSON.parse(row.input) as JsonObject
    const rowCall: RowCall = {
      ...call,
      row: {
        number: row.row_number,
        key: row.row_key,
        attempt: row.attempt,
        deviceId: row.device_id === null ? null : DeviceId.parse(row.device_id),
        effectKey: row.effect_key,
      },
    }
    if (job.effect === 'probe' && row.attempt > 1 && work.probe) {
      const found = await work.probe(rowCall, parameters, input, signal)
      if (found.outcome === 'done') return goodOutcome({ result: found.result }, row.estimated_cost_cents)
      if (found.outcome === 'unknown') throw new OutcomeUnknown('The other side cannot tell')
      if (signal.aborted) throw notBegun
    }
    return goodOutcome(await work.run(rowCall, parameters, input, signal), row.estimated_cost_cents)
  } catch (thrown) {
    return told(job, row.row_number, row.attempt, thrown)
  }
}

const notBegun = new AppError('JOB_INTERRUPTED', 'It was told to stop before it began')

/** What an error of a row means; a stranger's is logged, as nobody else hears of it. */
export function told(job: JobInWork, rowNumber: number, attempt: number, thrown: unknown): Outcome {
  const isAborted = job.signal.aborted
  if (!(thrown instanceof AppError) && !isAborted)
    job.call.log.error({ err: thrown, job: job.id, row: rowNumber }, 'a row failed for an unexpected reason')
  return badOutcome(thrown, {
    effect: job.effect,
    attempt,
    maxAttempts: job.maxAttempts,
    isAborted,
    now: job.call.clock.now(),
    random: Math.random(),
  })
}
