/** The parts that are known of one group at one time, by name. */
export type Parts = Map<string, number>

interface Round {
  at: number
  parts: Parts
}

interface Group {
  newest: Round
  before: Round | undefined
}

/** Groups of one server, such as one for each file system: what is more is on its own. */
const groupsAtMost = 1_000
/** A group that was silent for so long gives its place to another; milliseconds. */
const silence = 3_600_000
const gapsKept = 5

/**
 * The newest two rounds of each group of a server: counters mean something only beside what they were before. Senders
 * split what they measure at once over several messages, and give what took longer a later time.
 */
export class Rounds {
  readonly #groups = new Map<string, Group>()
  /** The last times between two rounds of a group, in milliseconds. */
  readonly #gaps: number[] = []
  #newest = Number.NEGATIVE_INFINITY
  /** The group by which the time between rounds is taken: of one round it is one. */
  #pacing: string | undefined

  /** What is known of a group at a time. What is older than the two that are kept is on its own. */
  parts(name: string, at: number): Parts {
    const group = this.#groups.get(name)
    if (group === undefined) return this.#add(name, at)
    if (at === group.newest.at) return group.newest.parts
    if (at > group.newest.at) {
      this.#note(name, at - group.newest.at)
      group.before = group.newest
      group.newest = { at, parts: new Map() }
      this.#newest = Math.max(this.#newest, at)
      return group.newest.parts
    }
    return group.before?.at === at ? group.before.parts : new Map()
  }

  /** What was known of a group before a time; undefined where that is not kept. */
  before(name: string, at: number): Parts | undefined {
    const group = this.#groups.get(name)
    return group?.newest.at === at ? group.before?.parts : undefined
  }

  /**
   * Whole seconds between two rounds. Of the last times the second longest: one outage says nothing, and of two senders
   * in turn the longer pause counts.
   */
  get interval(): number | undefined {
    if (this.#gaps.length < 3) return undefined
    const seconds = Math.round(this.#gaps.toSorted((one, other) => other - one)[1]! / 1_000)
    return seconds >= 1 && seconds <= 86_400 ? seconds : undefined
  }

  #add(name: string, at: number): Parts {
    const parts: Parts = new Map()
    if (this.#groups.size >= groupsAtMost) this.#forgetSilent()
    if (this.#groups.size < groupsAtMost) this.#groups.set(name, { newest: { at, parts }, before: undefined })
    this.#newest = Math.max(this.#newest, at)
    return parts
  }

  #forgetSilent(): void {
    for (const [name, { newest }] of this.#groups)
      if (newest.at < this.#newest - silence) this.#groups.delete(name)
  }

  #note(name: string, gap: number): void {
    const pacing = this.#groups.get(this.#pacing ?? '')
    if (pacing === undefined || pacing.newest.at < this.#newest - 3 * gap) this.#pacing = name
    if (name !== this.#pacing) return
    this.#gaps.push(gap)
    if (this.#gaps.length > gapsKept) this.#gaps.shift()
  }
}
