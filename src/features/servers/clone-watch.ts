import type { Agent, Clone } from '#features/servers/agent-queries.ts'
import type { Reading } from '#features/servers/receipt.ts'

/** What a reading of a second machine with the same key comes to. */
export interface Second {
  /** True for one that was not known to be a second machine before. */
  isNews: boolean
  clone: Clone
}

/**
 * Tells two machines with one key apart. A start gives a machine a new boot id for good, so one that comes back after
 * another was seen means two machines that send in turn: the one that was there first stays, the other is refused.
 */
export class CloneWatch {
  #machineId: string | null
  #clone: Clone | null
  #current: string | undefined
  #before: string | undefined

  constructor({ machineId, clone }: Agent) {
    this.#machineId = machineId
    this.#clone = clone
  }

  /** What is kept of the agent may have changed meanwhile. */
  learn({ machineId, clone }: Agent): void {
    this.#machineId = machineId
    this.#clone = clone
  }

  /** Undefined for a reading of the agent's own machine. What was stored may tell of an earlier start. */
  see({ told, backfill, hostname }: Reading, now: string): Second | undefined {
    const machineId = told?.facts?.['machine_id']
    const bootId = told?.bootId
    if (typeof machineId === 'string' && this.#machineId !== null && machineId !== this.#machineId)
      return this.#second(bootId, hostname, machineId, now)
    if (bootId === undefined || backfill === true) return undefined
    if (this.#clone?.bootIds.includes(bootId)) return { isNews: false, clone: this.#clone }
    if (bootId === this.#current) return undefined
    if (bootId === this.#before) {
      const other = this.#current
      this.#current = bootId
      this.#before = undefined
      return { ...this.#second(other, undefined, undefined, now), isNews: true }
    }
    this.#before = this.#current
    this.#current = bootId
    return undefined
  }

  #second(
    bootId: string | undefined,
    hostname: string | undefined,
    machineId: string | undefined,
    now: string,
  ): Second {
    const before = this.#clone
    const isKnown =
      before !== null &&
      (bootId === undefined || before.bootIds.includes(bootId)) &&
      before.machineId === (machineId ?? null)
    this.#clone = {
      since: before?.since ?? now,
      bootIds: [...new Set([...(before?.bootIds ?? []), ...(bootId === undefined ? [] : [bootId])])].slice(
        -20,
      ),
      hostname: hostname ?? before?.hostname ?? null,
      machineId: machineId ?? before?.machineId ?? null,
    }
    return { isNews: !isKnown, clone: this.#clone }
  }
}
