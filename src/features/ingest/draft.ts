import type { Host } from '#features/ingest/find-hosts.ts'
import type { Parts } from '#features/ingest/rounds.ts'
import type { ServerState } from '#features/ingest/server-state.ts'
import { workOut, type Outcome } from '#features/ingest/work-out.ts'
import { coreMetrics, type ToldService } from '#model/sample.ts'

/** Of one group, such as each state of each processor; what is more is made up. */
const partsAtMost = 20_000

/** A reading that is being put together: one server at one time, as one message tells of it. */
export class Draft implements Outcome {
  readonly core: (number | null)[] = coreMetrics.map(() => null)
  readonly extra: Record<string, number> = Object.create(null) as Record<string, number>
  services: ToldService[] | undefined
  /** How many samples it is made of. */
  samples = 0
  /** Something in it is only told of machines. */
  isOfMachine = false
  /** Its time is so far off that nothing of it is kept; that it came proves life nevertheless. */
  isOutOfTime = false
  readonly host: Host
  readonly state: ServerState
  readonly at: number
  readonly #groups = new Map<string, Parts>()

  constructor(host: Host, state: ServerState, at: number) {
    this.host = host
    this.state = state
    this.at = at
  }

  setPart(group: string, part: string, value: number): void {
    let parts = this.#groups.get(group)
    if (parts === undefined) this.#groups.set(group, (parts = this.state.rounds.parts(group, this.at)))
    if (parts.size < partsAtMost || parts.has(part)) parts.set(part, value)
  }

  /** Works out what needs several parts. */
  finish(isWhole: boolean): void {
    const { at } = this
    for (const [group, parts] of this.#groups)
      workOut(group, { parts, before: this.state.rounds.before(group, at), isWhole, at }, this)
    if (this.services) this.state.learnServices(this.services)
  }

  get isEmpty(): boolean {
    if (this.services !== undefined) return false
    for (const _ in this.extra) return false
    return this.core.every((value) => value === null)
  }

  /** What it tells of, sorted: the same for the same part of every round. */
  get told(): string[] {
    const core = coreMetrics.filter((_metric, index) => this.core[index] !== null)
    return [...core, ...Object.keys(this.extra)].toSorted()
  }
}
