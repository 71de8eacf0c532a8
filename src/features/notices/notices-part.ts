import { randomUUID } from 'node:crypto'
import type { Context } from '#features/context.ts'
import { type Channel, channelsById } from '#features/notices/channel-queries.ts'
import { kindNamed } from '#features/notices/channel-kinds.ts'
import { messageOf } from '#features/notices/message.ts'
import { worded } from '#features/notices/notice-templates.ts'
import {
  claimNotices,
  dueNotices,
  forgetNotices,
  holdNotices,
  type Outcome,
  sentMessages,
  settleNotices,
  takeUpAgain,
  type Waiting,
} from '#features/notices/outbox-queries.ts'
import { planMessage } from '#features/notices/plan-messages.ts'
import { sendMessage } from '#features/notices/send-message.ts'
import type { Watch, WatchPart } from '#features/monitoring/watch.ts'
import { shift, toMilliseconds } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { retryDelay } from '#kernel/retry.ts'

const hour = 3_600_000
/** Channels that are told something at the same time. */
const mostAtOnce = 8
/** Notices of one channel that are looked at in one go. */
const mostOfChannel = 500
/** From its first try on. */
const patience = 24 * hour
/** Between two tries: about 10 seconds at first, a quarter of an hour at most. */
const delays = { base: 10_000, cap: 15 * 60_000 }

/** What sends a message; the tests hand in others. */
export type Send = typeof sendMessage

/**
 * Tells people what is in the outbox: each channel one message at a time, in order, beside the watch. What fails is
 * tried again for a day. A message that was on its way when this node died is told again.
 */
export function noticesPart(send: Send = sendMessage): WatchPart {
  let watch: Watch | undefined
  let ended = new AbortController()
  const busy = new Map<number, Promise<void>>()
  /** Since when a channel fails, and until when it is left alone; milliseconds of the monotonic clock. */
  const trouble = new Map<number, { times: number; until: number }>()
  let tidiedAt = Number.NEGATIVE_INFINITY

  return {
    name: 'notices',
    async start(given) {
      watch = given
      ended = new AbortController()
      tidiedAt = given.context.clock.monotonic()
      await given.lease.mine((transaction) => takeUpAgain(transaction, given.context.clock.now()))
    },
    async tick(signal) {
      if (watch === undefined || signal.aborted) return
      const { context } = watch
      const now = context.clock.now()
      const due = await dueNotices(context.db, now, mostOfChannel)
      const byChannel = Map.groupBy(due, ({ channelId }) => channelId)
      const free = [...byChannel.keys()].filter((id) => !busy.has(id) && !isLeftAlone(id, context))
      const channels = await channelsById(context.db, free)
      for (const [id, channel] of channels) {
        if (busy.size >= mostAtOnce) break
        const next = await claimNext(watch, channel, byChannel.get(id)!)
        if (next)
          busy.set(
            id,
            tell(watch, channel, next).finally(() => busy.delete(id)),
          )
      }
      if (context.clock.monotonic() - tidiedAt >= hour) await tidy(watch)
    },
    async stop() {
      ended.abort()
      await Promise.all(busy.values())
      watch = undefined
    },
  }

  function isLeftAlone(id: number, { clock }: Pick<Context, 'clock'>): boolean {
    const known = trouble.get(id)
    return known !== undefined && known.until > clock.monotonic()
  }

  async function tell(on: Watch, channel: Channel, { notices, message }: Claimed): Promise<void> {
    const { context, lease } = on
    const at = notices[0]!.firstTriedAt ?? context.clock.now()
    const told = notices.map((notice) => ({ ...notice, ...worded(channel.templates, notice) }))
    const ids = notices.map(({ id }) => id)
    try {
      let outcome: Outcome
      try {
        await send(context, channel, messageOf(message, at, told), ended.signal)
        outcome = { is: 'sent', at: context.clock.now() }
        trouble.delete(channel.id)
      } catch (error) {
        if (ended.signal.aborted) return
        outcome = failed(context, channel, notices, at, error)
      }
      await lease.mine((transaction) => settleNotices(transaction, ids, message, outcome))
      await say(context, channel, ids, outcome)
    } catch (err) {
      // Replaced, or the database is away: it stays as being sent, and is told again.
      if (!ended.signal.aborted)
        context.log.error({ err, channel: channel.name }, 'what became of a notice was not kept')
    }
  }

  function failed(
    { clock, log }: Pick<Context, 'clock' | 'log'>,
    channel: Channel,
    notices: readonly Waiting[],
    firstTriedAt: string,
    error: unknown,
  ): Outcome {
    const isOurs = error instanceof AppError
    if (!isOurs) log.error({ err: error, channel: channel.name }, 'a notice could not be told')
    const says = isOurs ? error.message : 'Something went wrong inside Rollcall; the log has the details'
    const now = clock.now()
    if (isOurs && !error.retry) return { is: 'given_up', error: says }
    if (toMilliseconds(now) - toMilliseconds(firstTriedAt) >= patience)
      return { is: 'given_up', error: `${says} (tried for a day)` }
    const asked = (isOurs ? (error.retryAfterSeconds ?? 0) : 0) * 1000
    const attempts = notices[0]!.attempts
    const delay = Math.max(asked, retryDelay(attempts, Math.random(), delays.base, delays.cap))
    const times = (trouble.get(channel.id)?.times ?? 0) + 1
    // Others of this channel have their turn a little earlier: perhaps it was this message only.
    const pause = Math.max(asked, retryDelay(Math.min(times, 8), 0, delays.base / 2, delays.cap / 2))
    trouble.set(channel.id, { times, until: clock.monotonic() + pause })
    return { is: 'failed', error: says, nextAt: shift(now, Math.min(delay, patience)) }
  }

  async function say(
    context: Context,
    channel: Channel,
    ids: readonly number[],
    outcome: Outcome,
  ): Promise<void> {
    if (outcome.is === 'given_up') await sayGivenUp(context, channel, ids, outcome.error)
    const data = { channel: channel.id, ids, state: outcome.is }
    context.events.publish({ topic: 'notice.changed', at: context.clock.now(), data })
  }

  async function sayGivenUp(
    context: Context,
    channel: Channel,
    ids: readonly number[],
    error: string,
  ): Promise<void> {
    context.log.warn({ channel: channel.name, notices: ids.length }, 'notices were given up')
    await context.audit({
      actor: 'system:notices',
      operation: 'notice.give-up',
      subject: channel.name,
      level: 'ERROR',
      eventType: 'error',
      message: `${ids.length === 1 ? 'A notice' : `${ids.length} notices`} over ${channel.name} given up: ${error}`,
      details: { channelId: channel.id, notices: [...ids] },
    })
  }

  async function tidy({ context, lease }: Watch): Promise<void> {
    tidiedAt = context.clock.monotonic()
    const before = shift(context.clock.now(), -context.config.monitoring.noticeDays * 24 * hour)
    await lease.mine((transaction) => forgetNotices(transaction, before))
  }
}

interface Claimed {
  notices: readonly Waiting[]
  message: string
}

/** Decides what a channel is told next, and keeps that it is on its way before anything is sent. */
async function claimNext(
  { context, lease }: Watch,
  channel: Channel,
  due: readonly Waiting[],
): Promise<Claimed | undefined> {
  const now = context.clock.now()
  const sent = await sentMessages(context.db, channel.id, shift(now, -hour))
  const { groups } = kindNamed(channel.kind)
  const { next, holds } = planMessage({ now, channel, groups, due, sent })
  if (next === undefined && holds.length === 0) return undefined
  const message = next?.message ?? randomUUID()
  await lease.mine(async (transaction) => {
    for (const { ids, until } of holds) await holdNotices(transaction, ids, until)
    if (next)
      await claimNotices(
        transaction,
        now,
        next.notices.map(({ id }) => id),
        message,
      )
  })
  return next && { notices: next.notices, message }
}
