import { isDeepStrictEqual } from 'node:util'
import { Rounds } from '#features/ingest/rounds.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Told, ToldService } from '#model/sample.ts'

/** Of the series that one server may have, so much may be its own; the rest is for file systems and such. */
export const ownShare = 0.8
/** A series that was silent for so long gives its place to another; milliseconds. */
const silence = 3_600_000

/** Facts are told again after so long, for those who did not hear them; milliseconds. */
const toldAgain = 600_000

/** What is remembered of a server between two messages, to work out what needs both. */
export class ServerState {
  readonly rounds = new Rounds()
  /** When each series was told last. */
  readonly #series = new Map<string, number>()
  #facts: JsonObject = {}
  #cards = new Map<string, string>()
  #services: readonly ToldService[] | undefined
  #isNews = false
  #toldAt = Number.NEGATIVE_INFINITY
  #interval: number | undefined
  #forgotAt = Number.NEGATIVE_INFINITY

  /** Whether another series has room, of which all are so many; one that is known has it. */
  admits(key: string, now: number, atMost: number): boolean {
    if (!this.#series.has(key)) {
      if (this.#series.size >= atMost) this.#forgetSilent(now)
      if (this.#series.size >= atMost) return false
    }
    this.#series.set(key, now)
    return true
  }

  #forgetSilent(now: number): void {
    if (now - this.#forgotAt < silence / 10) return
    this.#forgotAt = now
    for (const [key, at] of this.#series) if (now - at > silence) this.#series.delete(key)
  }

  learn(facts: JsonObject): void {
    for (const [name, value] of Object.entries(facts)) {
      if (this.#facts[name] === value) continue
      this.#facts = { ...this.#facts, [name]: value }
      this.#isNews = true
    }
  }

  /** All services of a machine that run or failed. */
  learnServices(services: readonly ToldService[]): void {
    if (isDeepStrictEqual(services, this.#services)) return
    this.#services = services
    this.#isNews = true
  }

  learnCard(name: string, mac: string): void {
    if (this.#cards.get(name) === mac || this.#cards.size > 64) return
    this.#cards.set(name, mac)
    this.#isNews = true
  }

  /** What is to be told with the next reading; undefined where it was told already. */
  news(now: number, interval = this.rounds.interval): Told | undefined {
    if (interval !== this.#interval) {
      this.#interval = interval
      this.#isNews = true
    }
    if (!this.#isNews && now - this.#toldAt < toldAgain) return undefined
    this.#isNews = false
    this.#toldAt = now
    const cards = [...this.#cards].map(([name, mac]) => ({ name, mac }))
    const facts = { ...this.#facts, ...(cards.length > 0 ? { interfaces: cards } : {}) }
    const told: Told = {
      ...(interval === undefined ? {} : { interval }),
      ...(this.#services === undefined ? {} : { services: this.#services }),
      ...(Object.keys(facts).length > 0 ? { facts } : {}),
    }
    return Object.keys(told).length > 0 ? told : undefined
  }
}
