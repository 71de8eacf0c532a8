import type { Context } from '#features/context.ts'
import type { Refusal } from '#features/servers/receipt.ts'
import type { EventBus } from '#kernel/event-bus.ts'

type Limits = Pick<Context['config']['monitoring'], 'maxSeriesPerServer' | 'maxSeries'>
type Series = Readonly<Record<string, number>>

/** A series that was silent for so long gives its place to another; milliseconds. */
const silence = 3_600_000
const lookAgain = silence / 10

/** What of a reading's further series is kept, and one word about those that are too many. */
export interface Admitted {
  extra: Series | undefined
  refusal?: Omit<Refusal, 'index'>
}

/** Counts series beside the usual ones, of each server and of all, so that memory and disk have an end. */
export class SeriesBudget {
  /** By server: when each series was told last. */
  readonly #servers = new Map<string, Map<string, number>>()
  /** How many there are of all servers. */
  count = 0
  readonly #lookedAt = new Map<string, number>()
  #lookedAtAll = Number.NEGATIVE_INFINITY

  admit(server: string, extra: Series | undefined, now: number, limits: Limits): Admitted {
    if (extra === undefined) return { extra }
    let known = this.#servers.get(server)
    if (known === undefined) this.#servers.set(server, (known = new Map()))
    const tooMany: string[] = []
    for (const key in extra) {
      const isNew = !known.has(key)
      if (isNew && !this.#hasRoom(server, known, now, limits)) tooMany.push(key)
      else {
        known.set(key, now)
        if (isNew) this.count += 1
      }
    }
    if (tooMany.length === 0) return { extra }
    const kept = Object.fromEntries(Object.entries(extra).filter(([key]) => known.has(key)))
    return { extra: kept, refusal: this.#refusal(known, tooMany, limits) }
  }

  #hasRoom(server: string, known: Map<string, number>, now: number, limits: Limits): boolean {
    if (known.size >= limits.maxSeriesPerServer && now - (this.#lookedAt.get(server) ?? 0) >= lookAgain) {
      this.#lookedAt.set(server, now)
      this.#forgetSilent(known, now)
    }
    if (this.count >= limits.maxSeries && now - this.#lookedAtAll >= lookAgain) {
      this.#lookedAtAll = now
      for (const [id, each] of this.#servers) {
        this.#forgetSilent(each, now)
        if (each.size === 0 && each !== known) this.#servers.delete(id)
      }
    }
    return known.size < limits.maxSeriesPerServer && this.count < limits.maxSeries
  }

  #forgetSilent(known: Map<string, number>, now: number): void {
    for (const [key, at] of known)
      if (now - at > silence) {
        known.delete(key)
        this.count -= 1
      }
  }

  #refusal(
    known: ReadonlyMap<string, number>,
    [first, ...others]: string[],
    limits: Limits,
  ): Omit<Refusal, 'index'> {
    const isOfServer = known.size >= limits.maxSeriesPerServer
    const limit = isOfServer
      ? `${limits.maxSeriesPerServer} series of one server`
      : `${limits.maxSeries} series of all servers together`
    const key = isOfServer ? 'maxSeriesPerServer' : 'maxSeries'
    const how = others.length === 0 ? 'this one is' : `this one and ${others.length} more are`
    return {
      code: 'INPUT_INVALID',
      path: `metrics.${first!.slice(0, 200)}`,
      value: others.length + 1,
      expected: `at most ${limit} beside the usual metrics; ${how} left out, the rest was taken. Send fewer, or raise monitoring.${key}`,
    }
  }
}

const byEvents = new WeakMap<EventBus, SeriesBudget>()

/** The counts of a process; they live as long as the bus that it hears by. */
export function seriesBudget({ events }: Pick<Context, 'events'>): SeriesBudget {
  let budget = byEvents.get(events)
  if (budget === undefined) byEvents.set(events, (budget = new SeriesBudget()))
  return budget
}
