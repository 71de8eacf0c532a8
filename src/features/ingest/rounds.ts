/** The parts that are known of one group at one time, by name. */
export type Parts = Map<string, number>

/** What is known of a server at one time, by group. Senders split what they measure at once over several messages. */
export interface Round {
  at: number
  groups: Map<string, Parts>
}

/** The newest two rounds of a server: counters mean something only beside what they were before. */
export class Rounds {
  #newest: Round | undefined
  #before: Round | undefined
  /** The last times between two rounds, in milliseconds. */
  readonly #gaps: number[] = []

  /** The round of a time. One from before the two that are kept is on its own. */
  at(time: number): Round {
    const newest = this.#newest
    if (newest?.at === time) return newest
    if (newest === undefined || time > newest.at) {
      if (newest !== undefined) this.#note(time - newest.at)
      this.#before = newest
      this.#newest = { at: time, groups: new Map() }
      return this.#newest
    }
    return this.#before?.at === time ? this.#before : { at: time, groups: new Map() }
  }

  /** What was known of a group before this round; undefined where that is not kept. */
  before(round: Round, group: string): Parts | undefined {
    return round === this.#newest ? this.#before?.groups.get(group) : undefined
  }

  /** Whole seconds between two rounds, as long as they keep to it. */
  get interval(): number | undefined {
    if (this.#gaps.length < 3) return undefined
    const seconds = Math.round(Math.max(...this.#gaps) / 1_000)
    return seconds >= 1 && seconds <= 86_400 ? seconds : undefined
  }

  #note(gap: number): void {
    this.#gaps.push(gap)
    if (this.#gaps.length > 3) this.#gaps.shift()
  }
}
