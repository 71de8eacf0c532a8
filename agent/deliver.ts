import type { Clock } from '#agent/clock.ts'
import { reasonOf } from '#agent/collector.ts'
import { type HubAnswer, type HubClient, sentencesOf } from '#agent/hub-client.ts'
import type { Spool } from '#agent/spool.ts'

/** How it stands between the agent and its hub. */
export interface Delivery {
  /** Sends a heartbeat, or keeps it on the disk when the hub is away. */
  send(line: string, sentAt: number, signal: AbortSignal): Promise<void>
  /** Sends what lies on the disk, until nothing is left, the hub is away again or the signal aborts. */
  catchUp(signal: AbortSignal): Promise<void>
  readonly state: DeliveryState
}

export interface DeliveryState {
  /** away: no answer; refused: the key is not valid (any more). */
  hub: 'unknown' | 'there' | 'away' | 'refused'
  problem?: string | undefined
  /** Seconds between two heartbeats that the hub asked for. */
  interval?: number | undefined
  /** How far our clock is behind the hub's, in milliseconds. */
  skew?: number | undefined
  /** Heartbeats that the hub did not want, with its reasons. */
  refused: number
}

export interface DeliveryParts {
  hub: HubClient
  spool: Spool
  clock: Clock
  say(line: string): void
}

const heartbeatPath = '/api/v1/agents/heartbeat'
/** Who has no key is heard this often: someone may mend it. */
const refusedPause = 900_000
/** A batch in transit; the hub takes ten times as much. */
const largestBatch = 1_000_000

export function createDelivery({ hub, spool, clock, say }: DeliveryParts): Delivery {
  const state: DeliveryState = { hub: 'unknown', refused: 0 }
  let notBefore = 0

  /** True when the hub took what was sent, or will never take it. */
  async function post(text: string, sentAt: number | undefined, signal: AbortSignal): Promise<boolean> {
    const began = clock.monotonic()
    let answer: HubAnswer
    try {
      answer = await hub.post(heartbeatPath, text, signal)
    } catch (error) {
      signal.throwIfAborted()
      return away(reasonOf(error), 0)
    }
    const { status } = answer
    // Conflict: a copy of a machine that has the key of the first.
    if (status === 401 || status === 403 || status === 409) return refused(answer)
    if (!isSettled(answer))
      return away(`the hub answered ${status}${detailOf(answer)}`, answer.retryAfter ?? 0)
    learn(answer, sentAt, began)
    return true
  }

  function away(problem: string, seconds: number): false {
    if (state.hub !== 'away')
      say(`The hub is away: ${problem}. Heartbeats are kept on the disk until it is back.`)
    state.hub = 'away'
    state.problem = problem
    notBefore = clock.monotonic() + seconds * 1_000
    return false
  }

  function refused(answer: HubAnswer): false {
    if (state.hub !== 'refused')
      say(
        `The hub refuses this agent (${answer.status})${detailOf(answer)}. ` +
          'If its server or its key was removed, ask for a new token and run `rollcall-agent enrol` again.',
      )
    state.hub = 'refused'
    state.problem = `the hub refuses the key${detailOf(answer)}`
    notBefore = clock.monotonic() + refusedPause
    return false
  }

  function learn(answer: HubAnswer, sentAt: number | undefined, began: number): void {
    if (state.hub !== 'there') say('The hub takes heartbeats.')
    state.hub = 'there'
    state.problem = undefined
    const { serverTime, nextIntervalSeconds: interval, rejected } = answer.body
    if (typeof interval === 'number' && interval >= 1 && interval <= 86_400) state.interval = interval
    const theirs = typeof serverTime === 'string' ? Date.parse(serverTime) : Number.NaN
    // Half of the way there and back is what the hub's answer was old when it came.
    if (sentAt !== undefined && Number.isFinite(theirs))
      state.skew = Math.round(theirs - sentAt - (clock.monotonic() - began) / 2)
    if (Array.isArray(rejected) && rejected.length > 0) tellRejected(rejected)
  }

  function tellRejected(rejected: readonly unknown[]): void {
    if (state.refused === 0) say(`The hub did not take all: ${JSON.stringify(rejected[0]).slice(0, 300)}`)
    state.refused += rejected.length
  }

  return {
    state,
    async send(line, sentAt, signal) {
      const isTime = clock.monotonic() >= notBefore
      try {
        if (isTime && (await post(line, sentAt, signal))) return
      } catch (error) {
        // The agent ends: what it has measured is sent by the next one.
        spool.add(asBackfill(line))
        throw error
      }
      spool.add(asBackfill(line))
    },
    async catchUp(signal) {
      let batch = spool.oldest()
      while (batch !== undefined && state.hub === 'there') {
        signal.throwIfAborted()
        for (const part of inParts(batch.lines))
          if (!(await post(`[${part.join(',')}]`, undefined, signal))) return
        batch.done()
        batch = spool.oldest()
      }
    },
  }
}

/**
 * Whether this was the hub, and its last word: it took what it wanted, or will never want it. Anybody between us (a
 * proxy, a sign-in page of a hotel) may answer too.
 */
const isSettled = ({ status, body }: HubAnswer): boolean =>
  status === 200 || status === 202
    ? typeof body['accepted'] === 'number'
    : [400, 413, 422].includes(status) && typeof body['code'] === 'string'

/** Told as late: it says nothing about who is alive now. */
const asBackfill = (line: string): string =>
  JSON.stringify({ ...(JSON.parse(line) as object), backfill: true })

function* inParts(lines: readonly string[]): Generator<string[]> {
  let part: string[] = []
  let length = 0
  for (const line of lines) {
    if (part.length > 0 && length + line.length > largestBatch) {
      yield part
      part = []
      length = 0
    }
    part.push(line)
    length += line.length
  }
  if (part.length > 0) yield part
}

const detailOf = ({ body }: HubAnswer): string => {
  const words = sentencesOf(body)
  return words === '' ? '' : `: ${words.slice(0, 300)}`
}
