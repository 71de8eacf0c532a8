import { schemaState } from '#database/migrate.ts'
import type { Context, JobQueue } from '#features/context.ts'
import { scheduler } from '#features/system/backup-job.ts'
import { lastJob } from '#features/system/upkeep-queries.ts'
import { claimSlot, freeSlot } from '#features/sync/schedule-queries.ts'
import { lastSlot } from '#features/sync/schedule-times.ts'
import { systemActor } from '#model/actor.ts'

type Part = Pick<Context, 'db' | 'clock' | 'config' | 'log'>
type Queue = Pick<JobQueue, 'submit'>

/** When the database is tidied up: after the backup of the night. */
export const maintainSchedule = '43 3 * * *'

const lookEvery = 30_000

interface Upkeep {
  action: string
  name: string
  schedule: string
}

const upkeepOf = ({ backup }: Context['config']): Upkeep[] => [
  ...(backup.enabled ? [{ action: 'backup', name: 'Back up the database', schedule: backup.schedule }] : []),
  { action: 'maintain', name: 'Tidy up the database', schedule: maintainSchedule },
]

/**
 * Submits the backup and the clean-up when they are due, until the signal aborts. Of several processes on one database
 * only one does. What was due while nobody ran is made up for once.
 */
export async function startUpkeep(
  context: Part & Pick<Context, 'events'>,
  queue: Queue,
  signal: AbortSignal,
): Promise<void> {
  let woken = new AbortController()
  const unsubscribe = context.events.subscribe(({ topic }) => {
    if (topic === 'setting.changed') woken.abort()
  })
  while (!signal.aborted) {
    woken = new AbortController()
    try {
      await submitUpkeep(context, queue)
    } catch (error) {
      context.log.error({ err: error }, 'the upkeep of the database could not be looked at; trying again')
    }
    await context.clock.sleep(lookEvery, AbortSignal.any([signal, woken.signal]))
  }
  unsubscribe()
}

/** Submits what is due now; gives what that was. */
export async function submitUpkeep(context: Part, queue: Queue): Promise<string[]> {
  const submitted: string[] = []
  for (const upkeep of upkeepOf(context.config)) {
    const slot = await dueSlot(context, upkeep)
    if (slot !== undefined && (await submitOnce(context, queue, upkeep, slot))) submitted.push(upkeep.action)
  }
  return submitted
}

/** The newest time of its schedule, when no job has come of it; a new database counts from when it was made. */
async function dueSlot({ db, clock }: Part, { action, schedule }: Upkeep): Promise<string | undefined> {
  const slot = lastSlot(schedule, clock.now())
  if (slot === undefined) return undefined
  const last = await lastJob(db, action, systemActor(scheduler).name)
  const since = last?.createdAt ?? (await madeAt(db))
  return since !== undefined && slot > since ? slot : undefined
}

const madeAt = async (db: Part['db']): Promise<string | undefined> =>
  (await schemaState({ db })).applied.map((each) => each.appliedAt).sort()[0]

async function submitOnce(
  { db, clock }: Part,
  queue: Queue,
  { action, name }: Upkeep,
  slot: string,
): Promise<boolean> {
  // A source cannot have this name, so its times cannot be mistaken for ours.
  const claim = `upkeep/${action}`
  if (!(await claimSlot(db, claim, slot, clock.now()))) return false
  try {
    const parameters = { reason: scheduler }
    await queue.submit({ action, name, parameters, actor: systemActor(scheduler) })
    return true
  } catch (error) {
    await freeSlot(db, claim, slot)
    throw error
  }
}
