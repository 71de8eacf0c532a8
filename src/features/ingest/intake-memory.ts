import { isDeepStrictEqual } from 'node:util'
import type { Context } from '#features/context.ts'
import { Hosts, type Host } from '#features/ingest/find-hosts.ts'
import type { Meaning } from '#features/ingest/meaning.ts'
import type { Wishes } from '#features/ingest/meaning-of-series.ts'
import { ServerState } from '#features/ingest/server-state.ts'
import type { EventBus } from '#kernel/event-bus.ts'

/** What one series means, and whose it is. */
export interface Target {
  /** Undefined where nothing says whose it is. */
  host: Host | undefined
  meaning: Meaning
  /** Its own name, for one that is kept as it is. */
  key: string
  /** What its machine is called where every machine is called so, and by whom. */
  loopback: string | undefined
}

const targetsAtMost = 200_000
const targetsOfAllAtMost = 1_000_000
const sendersAtMost = 2_000
/** Longer ones are worked out each time: nobody who means well has such. */
const identityAtMost = 4_096
const statesAtMost = 20_000

/** What this process remembers between two messages: what series mean, whose they are, what servers last told. */
export class IntakeMemory {
  readonly hosts = new Hosts()
  /** Names that senders have for machines which they know as localhost only. */
  readonly ownNames = new Map<string, string>()
  readonly #targets = new Map<string, Map<string, Target>>()
  #wishes: Wishes | undefined
  readonly #states = new Map<string, ServerState>()

  /**
   * What is known of the series of one sender, by what they are known by. Series come and go without an end, so they
   * are forgotten when there are too many; those that are still there come back at once.
   */
  targets(sender: string, wishes: Wishes): Map<string, Target> {
    // What is kept and dropped may have been set anew.
    if (!isDeepStrictEqual(wishes, this.#wishes)) this.#targets.clear()
    this.#wishes = wishes
    let targets = this.#targets.get(sender)
    if (targets === undefined || targets.size >= targetsAtMost) {
      const count = this.#targets.values().reduce((sum, each) => sum + each.size, 0)
      if (this.#targets.size >= sendersAtMost || count >= targetsOfAllAtMost) this.#targets.clear()
      this.#targets.set(sender, (targets = new Map()))
    }
    return targets
  }

  /** Keeps what a series means, where its name is of a length that can be kept. */
  remember(targets: Map<string, Target>, identity: string, target: Target): void {
    if (identity.length <= identityAtMost && targets.size < targetsAtMost) targets.set(identity, target)
  }

  state(server: string): ServerState {
    let state = this.#states.get(server)
    if (state === undefined) {
      if (this.#states.size >= statesAtMost) this.#states.delete(this.#states.keys().next().value!)
      state = new ServerState()
      this.#states.set(server, state)
    }
    return state
  }
}

const byEvents = new WeakMap<EventBus, IntakeMemory>()

/** The memory of a process. */
export function intakeMemory({ events }: Pick<Context, 'events'>): IntakeMemory {
  let memory = byEvents.get(events)
  if (memory === undefined) {
    memory = new IntakeMemory()
    byEvents.set(events, memory)
  }
  return memory
}
