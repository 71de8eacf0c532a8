import type { Channel } from '#features/notices/channel-queries.ts'
import type { Waiting } from '#features/notices/outbox-queries.ts'
import { quietUntil } from '#features/notices/quiet-hours.ts'
import { shift } from '#kernel/clock.ts'

const hour = 3_600_000
/** More than so many at once become one message, whatever the channel says: nobody reads twenty in a row. */
const crowd = 10

/** What is known of one channel when it is planned what it is told. */
export interface PlanInput {
  now: string
  channel: Pick<Channel, 'quietHours' | 'groupSeconds' | 'maxPerHour'>
  /** Whether one message can tell of several things. */
  groups: boolean
  /** What is due, oldest first. */
  due: readonly Waiting[]
  /** When messages went over it in the last hour, oldest first. */
  sent: readonly string[]
}

/** The next message of a channel, and what waits longer. */
export interface Plan {
  /** Told in one message; the same again when it was tried before, under its old id. */
  next: { notices: readonly Waiting[]; message: string | undefined } | undefined
  holds: readonly { ids: readonly number[]; until: string }[]
}

/** Decides what a channel is told next. Pure. */
export function planMessage({ now, channel, groups, due, sent }: PlanInput): Plan {
  const tried = due.find(({ message }) => message !== undefined)
  // Exactly the same notices again, so that a product that knows the message by its id tells it once.
  if (tried)
    return {
      next: { notices: due.filter(({ message }) => message === tried.message), message: tried.message },
      holds: [],
    }
  const quiet = channel.quietHours === null ? undefined : quietUntil(channel.quietHours, now)
  const held =
    quiet === undefined ? [] : due.filter(({ severity, kind }) => severity !== 'critical' && kind !== 'test')
  const holds = quiet === undefined || held.length === 0 ? [] : [{ ids: idsOf(held), until: quiet }]
  const rest = due.filter((notice) => !held.includes(notice))
  const [first] = rest
  if (first === undefined) return { next: undefined, holds }
  if (!groups) return { next: { notices: [first], message: undefined }, holds }
  if (sent.length >= channel.maxPerHour) {
    const until = shift(sent[sent.length - channel.maxPerHour]!, hour)
    if (until > now) return { next: undefined, holds: [...holds, { ids: idsOf(rest), until }] }
  }
  // Not held in the outbox: what comes meanwhile has to go with it.
  if (channel.groupSeconds > 0 && shift(first.createdAt, channel.groupSeconds * 1000) > now)
    return { next: undefined, holds }
  // What was held back, in quiet hours or for its turn in this hour, is told together.
  const wasHeld = first.nextAt > first.createdAt
  const isTogether =
    channel.groupSeconds > 0 || wasHeld || rest.length > crowd || sent.length >= channel.maxPerHour - 1
  return { next: { notices: isTogether ? rest : [first], message: undefined }, holds }
}

const idsOf = (notices: readonly Waiting[]): number[] => notices.map(({ id }) => id)
