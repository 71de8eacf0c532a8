import { Rounds } from '#features/ingest/rounds.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Told } from '#model/sample.ts'

/** Series beside the known ones that one server may have. */
export const ownSeriesAtMost = 500

/** Facts are told again after so long, for those who did not hear them; milliseconds. */
const toldAgain = 600_000
const timesKept = 8

/** What is remembered of a server between two messages, to work out what needs both. */
export class ServerState {
  readonly rounds = new Rounds()
  readonly #series = new Set<string>()
  #facts: JsonObject = {}
  #cards = new Map<string, string>()
  #isNews = false
  #toldAt = Number.NEGATIVE_INFINITY
  #interval: number | undefined
  /** Times that readings were given, with the part of a round that each is of. */
  readonly #taken = new Map<number, string>()

  /** Whether another series of its own has room; one that is known has it. */
  admits(key: string): boolean {
    if (this.#series.has(key)) return true
    if (this.#series.size >= ownSeriesAtMost) return false
    this.#series.add(key)
    return true
  }

  learn(facts: JsonObject): void {
    for (const [name, value] of Object.entries(facts)) {
      if (this.#facts[name] === value) continue
      this.#facts = { ...this.#facts, [name]: value }
      this.#isNews = true
    }
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
    const cards = [...this.#cards].map(([name, mac]) => ({ name, mac, addresses: [] }))
    const facts = { ...this.#facts, ...(cards.length > 0 ? { network_interfaces: cards } : {}) }
    const hasFacts = Object.keys(facts).length > 0
    if (!hasFacts && interval === undefined) return undefined
    return { ...(interval === undefined ? {} : { interval }), ...(hasFacts ? { facts } : {}) }
  }

  /**
   * A time for a part of what was measured at once. Storage keeps one reading of a time, and senders split a round
   * over several messages, seconds apart: so each part has a time of its own, up to half a second before, always the
   * same for the same part.
   */
  timeOfPart(at: number, names: string): number {
    let time = at - (hashOf(names) % 500)
    while (this.#taken.has(time) && this.#taken.get(time) !== names) time -= 1
    this.#taken.delete(time)
    this.#taken.set(time, names)
    if (this.#taken.size > timesKept) this.#taken.delete(this.#taken.keys().next().value!)
    return time
  }
}

/** FNV-1a: nothing but well spread. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  return hash
}
