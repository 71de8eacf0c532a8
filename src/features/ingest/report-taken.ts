import type { Context } from '#features/context.ts'
import { type Reasons, saveSender, senderToChange, type SenderRow } from '#features/ingest/sender-queries.ts'
import type { Taken } from '#features/ingest/take-samples.ts'
import { type Reason, refusals, type RefusedCount } from '#features/ingest/tally.ts'
import { toMilliseconds, type Timestamp } from '#kernel/clock.ts'
import type { EventBus } from '#kernel/event-bus.ts'

/** The ways in which others' metrics come. */
export type Way = 'remote write 1.0' | 'remote write 2.0' | 'influx' | 'scrape'

/** Counts are written so often at most; milliseconds. */
const pause = 15_000
const warnPause = 3_600_000

type Part = Pick<Context, 'db' | 'engine' | 'clock' | 'log' | 'events'>
type Numbers = Pick<SenderRow, 'messages' | 'samples' | 'mapped' | 'kept' | 'left_out' | 'refused'>

interface Pending extends Numbers {
  servers: Set<string>
  reasons: Reasons
  firstAt: Timestamp
  writtenAt: number
  warnedAt: Map<Reason, number>
}

const byEvents = new WeakMap<EventBus, Map<string, Pending>>()

/** Notes what became of a message, for ingest.status. Counts of many messages are written at once. */
export async function reportTaken(
  context: Part,
  sender: string,
  way: Way,
  { tally, servers }: Taken,
): Promise<void> {
  let senders = byEvents.get(context.events)
  if (senders === undefined) byEvents.set(context.events, (senders = new Map()))
  const key = `${sender}\0${way}`
  let pending = senders.get(key)
  if (pending === undefined) senders.set(key, (pending = newPending(context.clock.now())))
  pending.messages += 1
  pending.samples += tally.samples
  pending.mapped += tally.mapped
  pending.kept += tally.kept
  for (const server of servers) if (pending.servers.size < 100_000) pending.servers.add(server)
  for (const [why, count] of tally.leftOut) {
    pending.left_out += count
    pending.reasons.leftOut[why] = (pending.reasons.leftOut[why] ?? 0) + count
  }
  for (const [reason, refused] of tally.refused) {
    pending.refused += refused.count
    pending.reasons.refused[reason] = together(pending.reasons.refused[reason], refused)
    warn(context, { sender, way }, pending, reason, refused)
  }
  const now = toMilliseconds(context.clock.now())
  if (now - pending.writtenAt < pause) return
  pending.writtenAt = now
  await write(context, sender, way, pending).catch((err: unknown) =>
    context.log.warn({ err, sender, way }, 'what a sender of metrics sent could not be noted'),
  )
}

/** Each reason once an hour: a sender that sends wrong things does so all the time. */
function warn(
  { log, clock }: Part,
  from: { sender: string; way: Way },
  { warnedAt }: Pending,
  reason: Reason,
  { count, example }: RefusedCount,
): void {
  const now = clock.monotonic()
  const before = warnedAt.get(reason)
  if (before !== undefined && now - before < warnPause) return
  warnedAt.set(reason, now)
  log.warn({ ...from, reason, count, example, remedy: refusals[reason] }, 'metrics were refused')
}

async function write({ db, engine, clock }: Part, sender: string, way: Way, pending: Pending): Promise<void> {
  const sent = { ...pending }
  Object.assign(pending, nothing(), { reasons: { leftOut: {}, refused: {} } })
  try {
    await db.transaction().execute(async (transaction) => {
      const before = await senderToChange(transaction, engine, sender, way)
      await saveSender(transaction, {
        sender,
        way,
        messages: sent.messages + (before?.messages ?? 0),
        samples: sent.samples + (before?.samples ?? 0),
        mapped: sent.mapped + (before?.mapped ?? 0),
        kept: sent.kept + (before?.kept ?? 0),
        left_out: sent.left_out + (before?.left_out ?? 0),
        refused: sent.refused + (before?.refused ?? 0),
        servers: sent.servers.size,
        reasons: joined(before?.reasons, sent.reasons),
        first_at: before?.first_at ?? sent.firstAt,
        last_at: clock.now(),
      })
    })
  } catch (error) {
    for (const name of Object.keys(nothing()) as (keyof Numbers)[]) pending[name] += sent[name]
    pending.reasons = joined(sent.reasons, pending.reasons)
    throw error
  }
}

const nothing = (): Numbers => ({ messages: 0, samples: 0, mapped: 0, kept: 0, left_out: 0, refused: 0 })

const newPending = (firstAt: Timestamp): Pending => ({
  ...nothing(),
  servers: new Set(),
  reasons: { leftOut: {}, refused: {} },
  firstAt,
  writtenAt: Number.NEGATIVE_INFINITY,
  warnedAt: new Map(),
})

const together = (one: RefusedCount | undefined, other: RefusedCount): RefusedCount => ({
  count: (one?.count ?? 0) + other.count,
  example: other.example,
})

function joined(before: Reasons | undefined, { leftOut, refused }: Reasons): Reasons {
  const all: Reasons = { leftOut: { ...before?.leftOut }, refused: { ...before?.refused } }
  for (const [why, count] of Object.entries(leftOut)) all.leftOut[why] = (all.leftOut[why] ?? 0) + count
  for (const [why, count] of Object.entries(refused)) all.refused[why] = together(all.refused[why], count)
  return all
}
