import type { Context } from '#features/context.ts'
import { Batch } from '#features/ingest/batch.ts'
import type { Draft } from '#features/ingest/draft.ts'
import type { Host } from '#features/ingest/find-hosts.ts'
import { intakeMemory } from '#features/ingest/intake-memory.ts'
import type { Tally } from '#features/ingest/tally.ts'
import type { Reading } from '#features/servers/receipt.ts'
import { receiveEntries } from '#features/servers/receive-entries.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { Actor } from '#model/actor.ts'

export type IntakePart = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'events' | 'metrics'>

export interface TakeOptions {
  actor: Actor
  /** Everything of a time is there: a page that was read, not one of several messages. */
  isWhole: boolean
  /** The machine that everything is of, whatever labels say. */
  host?: Host | undefined
  /** Seconds between two readings, where it is known. */
  interval?: number | undefined
}

/** What became of a message, and which servers it told of. */
export interface Taken {
  tally: Tally
  servers: ReadonlySet<string>
}

/**
 * Takes the samples of a message: `read` hands each of them to a batch, which sorts them into readings. Resolves when
 * they are on disk; throws BUSY, and what makes the body unreadable.
 */
export async function takeSamples(
  context: IntakePart,
  read: (batch: Batch) => void,
  { actor, isWhole, host, interval }: TakeOptions,
): Promise<Taken> {
  const { clock, config } = context
  const memory = intakeMemory(context)
  const now = toMilliseconds(clock.now())
  const newBatch = () => {
    const parts = {
      memory,
      config: config.monitoring,
      sender: actor.name,
      now,
      monotonic: clock.monotonic(),
      host,
    }
    const fresh = new Batch(parts)
    read(fresh)
    return fresh
  }
  let batch = newBatch()
  // Reading is cheap beside waiting, so it is done again when it is known whose the samples are: names can lead to names.
  for (let tries = 0; tries < 3 && (batch.missing.size > 0 || batch.hasNewName); tries += 1) {
    await memory.hosts.find(context, batch.missing)
    batch = newBatch()
  }
  const drafts = [...batch.drafts()].filter((draft) => isTaken(draft, batch.tally))
  const readings = drafts.flatMap((draft) => {
    draft.finish(isWhole)
    leaveRoom(draft, batch.tally, now, context.config.monitoring.maxSeriesPerServer)
    return draft.isEmpty && !draft.isOutOfTime
      ? []
      : [{ draft, reading: readingOf(draft, { interval, now }) }]
  })
  if (readings.length === 0) return { tally: batch.tally, servers: new Set() }
  const receipt = await receiveEntries(
    context,
    { actor },
    readings.map(({ reading }) => reading),
  )
  const servers = new Set(readings.map(({ reading }) => reading.subject))
  for (const { index, path, value, expected } of receipt.rejected) {
    const { draft } = readings[index]!
    if (path.startsWith('metrics.')) {
      // The rest of the reading was taken.
      batch.tally.takeBack('too many series', `${path.slice(8)} of ${draft.host.name}`, Number(value))
      continue
    }
    servers.delete(draft.host.id!)
    if (!draft.isOutOfTime)
      batch.tally.refuse(
        'not taken',
        `${draft.host.id}: ${String(value)}, expected ${expected}`,
        draft.samples,
      )
  }
  // A server that was made now is found by its name from now on.
  for (const { draft } of readings) if (!draft.host.isKnown) draft.host.until = Number.NEGATIVE_INFINITY
  return { tally: batch.tally, servers }
}

/** Only what is told of machines makes a server: what an application tells of itself does not. */
function isTaken(draft: Draft, tally: Tally): boolean {
  if (draft.host.isKnown || draft.isOfMachine || draft.isOutOfTime) return true
  const [example = ''] = Object.keys(draft.extra)
  tally.kept -= draft.samples
  tally.refuse('no such server', `${draft.host.name}: ${example}`, draft.samples)
  return false
}

/** Storage keeps so many series of a server, the known ones too; what is more is told of here. */
function leaveRoom({ state, extra, host }: Draft, tally: Tally, now: number, atMost: number): void {
  for (const key in extra) {
    if (state.admits(key, now, atMost)) continue
    delete extra[key]
    tally.takeBack('too many series', `${key} of ${host.name}`)
  }
}

function readingOf(draft: Draft, { interval, now }: { interval: number | undefined; now: number }): Reading {
  const { host, state, at, core, extra, isOutOfTime } = draft
  const hasExtra = Object.keys(extra).length > 0
  return {
    subject: host.id!,
    at,
    core,
    ...(hasExtra ? { extra } : {}),
    ...(isOutOfTime ? {} : { told: state.news(now, interval) }),
    ...(/^[\d.:]+$/.test(host.name) ? {} : { hostname: host.name }),
  }
}
