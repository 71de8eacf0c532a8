import type { Host } from '#features/ingest/find-hosts.ts'
import type { Round } from '#features/ingest/rounds.ts'
import type { ServerState } from '#features/ingest/server-state.ts'
import { workOut, type Outcome } from '#features/ingest/work-out.ts'
import { coreMetrics } from '#model/sample.ts'

/** A reading that is being put together: one server at one time, as one message tells of it. */
export class Draft implements Outcome {
  readonly core: (number | null)[] = coreMetrics.map(() => null)
  readonly extra: Record<string, number> = Object.create(null) as Record<string, number>
  readonly groups = new Set<string>()
  /** How many samples it is made of. */
  samples = 0
  /** Something in it is only told of machines. */
  isOfMachine = false
  /** Its time is so far off that nothing of it is kept; that it came proves life nevertheless. */
  isOutOfTime = false
  readonly host: Host
  readonly state: ServerState
  readonly at: number
  #round: Round | undefined

  constructor(host: Host, state: ServerState, at: number) {
    this.host = host
    this.state = state
    this.at = at
  }

  setPart(group: string, part: string, value: number): void {
    const round = (this.#round ??= this.state.rounds.at(this.at))
    let parts = round.groups.get(group)
    if (parts === undefined) round.groups.set(group, (parts = new Map()))
    parts.set(part, value)
    this.groups.add(group)
  }

  /** Works out what needs several parts. */
  finish(isWhole: boolean): void {
    const round = this.#round
    if (round === undefined) return
    for (const group of this.groups) {
      const parts = round.groups.get(group)!
      const before = this.state.rounds.before(round, group)
      workOut(group, { parts, before, isWhole, at: this.at }, this)
    }
  }

  get isEmpty(): boolean {
    for (const _ in this.extra) return false
    return this.core.every((value) => value === null)
  }

  /** What it tells of, sorted: the same for the same part of every round. */
  get told(): string[] {
    const core = coreMetrics.filter((_metric, index) => this.core[index] !== null)
    return [...core, ...Object.keys(this.extra)].toSorted()
  }
}
