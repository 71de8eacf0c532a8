import type { Context, JobQueue } from '#features/context.ts'
import { claimSlot, findLastStart, freeSlot, sourcesInWork } from '#features/sync/schedule-queries.ts'
import { lastSlot, nextSlot } from '#features/sync/schedule-times.ts'
import { listSources, type RegisteredSource } from '#features/sync/source-registry.ts'
import { syncJob } from '#features/sync/source-jobs.ts'
import { toMilliseconds, type Timestamp } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'

type Part = Pick<Context, 'db' | 'config' | 'sourceTypes' | 'clock' | 'log'>
type Queue = Pick<JobQueue, 'submit'>
type Scheduled = RegisteredSource & { schedule: string; system: string }

/** Sources may be changed by another process, so none sleeps longer than this. */
const longestSleep = 30_000

/**
 * Submits a job for each source at the times of its schedule until the signal aborts. Of several processes on one
 * database only one does, and none while the source is waiting to be read or being read. Times that were missed are
 * made up for by one reading, unless the source has been read since.
 */
export async function startSchedules(
  context: Part & Pick<Context, 'events'>,
  queue: Queue,
  signal: AbortSignal,
): Promise<void> {
  let pause = new AbortController()
  const stopListening = context.events.subscribe(({ topic }) => {
    if (topic === 'source.changed') pause.abort()
  })
  const settled: Settled = new Map()
  while (!signal.aborted) {
    pause = new AbortController()
    const milliseconds = await untilNext(context, queue, settled)
    await context.clock.sleep(milliseconds, AbortSignal.any([signal, pause.signal]))
  }
  stopListening()
}

/** Submits what is due and says how long to sleep; a database that is lost for a while doesn't end the schedules. */
async function untilNext(context: Part, queue: Queue, settled: Settled): Promise<number> {
  try {
    const next = await submitDue(context, queue, settled)
    if (next === undefined) return longestSleep
    const until = toMilliseconds(next) - toMilliseconds(context.clock.now())
    return Math.min(Math.max(until, 0), longestSleep)
  } catch (error) {
    context.log.error({ err: error }, 'the schedules of sources could not be looked at; trying again')
    return longestSleep
  }
}

/** Up to which scheduled time this process has dealt with each source. */
export type Settled = Map<string, Timestamp>

/** Submits a job for each source whose time has come; gives the next time of any of them. */
export async function submitDue(
  context: Part,
  queue: Queue,
  settled: Settled,
): Promise<Timestamp | undefined> {
  const now = context.clock.now()
  const scheduled = (await listSources(context)).flatMap((source) => toScheduled(context, source))
  for (const source of scheduled) {
    const slot = await dueSlot(context, source, settled, now)
    if (slot === undefined) continue
    await submitOnce(context, queue, source, slot)
    settled.set(source.name, slot)
  }
  return scheduled
    .flatMap(({ schedule }) => nextSlot(schedule, now) ?? [])
    .sort()
    .at(0)
}

function toScheduled({ sourceTypes }: Part, source: RegisteredSource): Scheduled[] {
  const system = sourceTypes.get(source.type)?.system
  const { enabled, schedule } = source
  return enabled && schedule !== undefined && system !== undefined ? [{ ...source, schedule, system }] : []
}

/** The newest time of a source's schedule, when nothing has come of it yet and it was already scheduled then. */
async function dueSlot(
  { db }: Part,
  source: Scheduled,
  settled: Settled,
  now: Timestamp,
): Promise<Timestamp | undefined> {
  const slot = lastSlot(source.schedule, now)
  const known = settled.get(source.name)
  if (known !== undefined && (slot === undefined || slot <= known)) return undefined
  const started = await findLastStart(db, source)
  const since = [known, started, source.changedAt]
    .filter((each) => each !== undefined)
    .sort()
    .at(-1)
  if (since !== undefined && slot !== undefined && slot > since) return slot
  // One that never ran, and whose age nobody knows, counts from now on.
  settled.set(source.name, since === undefined ? now : (slot ?? since))
  return undefined
}

async function submitOnce(
  { db, clock, log }: Part,
  queue: Queue,
  { name }: Scheduled,
  slot: Timestamp,
): Promise<void> {
  if (!(await claimSlot(db, name, slot, clock.now()))) return
  if ((await sourcesInWork(db)).has(name)) {
    log.info({ source: name, slot }, 'scheduled reading left out: the source is being read')
    return
  }
  try {
    await queue.submit(syncJob([name], systemActor('schedule')))
  } catch (error) {
    await freeSlot(db, name, slot)
    throw error
  }
}
