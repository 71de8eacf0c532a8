import type { Clock } from '#kernel/clock.ts'
import type { IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'
import type { Neighbour } from '#sources/local/neighbours.ts'
import type { NeighbourLimits } from '#sources/scan/neighbour-limits.ts'

/** What a sweep may use of the world; a test gives it another one. */
export interface SweepWorld {
  clock: Clock
  poke(address: IpAddress): void
  /** A quick look at the table: may tell no states. Called several times a second. */
  glance(signal: AbortSignal): Promise<Neighbour[]>
  /** A full look, with states where the system has them. */
  look(signal: AbortSignal): Promise<Neighbour[]>
  /** Whether the table shows addresses that are being asked: then an absent entry proves that nobody was asked. */
  showsUnresolved: boolean
  limits: NeighbourLimits
  /** Which of these say at once that they live; the silent ones are waited for. */
  quick(addresses: readonly IpAddress[], signal: AbortSignal): Promise<ReadonlySet<IpAddress>>
  /** Addresses asked per second at most. */
  rate: number
}

export interface SweepResult {
  alive: Map<IpAddress, Mac>
  /** Addresses that could not be asked: the table stayed full. */
  unasked: IpAddress[]
  /** Addresses whose entry was set by hand: the table cannot tell whether anybody is there. */
  undecided: IpAddress[]
}

interface Pending {
  /** When it was last poked, in milliseconds. */
  since: number
  /** The table has shown it since: the system is really asking. */
  asked: boolean
  /** Looks in a row that did not show it. */
  absences: number
  tries: number
}

/** How often an address is poked again when the table has no room for it. */
const maximumTries = 8

/** Addresses asked at once even when the table seems full. */
const smallestWindow = 16

/** Milliseconds between two looks at the table. */
const lookEvery = 100

/**
 * Looks in a row that must miss an entry before it counts as never made. A table that changes while it is read can
 * hide an entry from one look.
 */
const absencesThatCount = 4

/** Milliseconds granted beyond the system's own patience, for its timers and our looking. */
const grace = 150

/** More new entries than this share missing means that the table is full. */
const crowdedShare = 0.1

/** An old entry is confirmed (5 s of patience, then three questions of a second each) or gone after this, in milliseconds. */
const confirmWithin = 9000

/** One sweep: which addresses wait for an answer, and how many may. */
class Sweep {
  readonly #world: SweepWorld
  readonly #queue: IpAddress[]
  readonly #pending = new Map<IpAddress, Pending>()
  readonly #result: SweepResult = { alive: new Map(), unasked: [], undecided: [] }
  #next = 0
  #window: number

  constructor(world: SweepWorld, queue: readonly IpAddress[]) {
    this.#world = world
    this.#queue = [...queue]
    this.#window = world.limits.window
  }

  /** Pokes as many more as the window and the rate allow in one round. */
  #refill(elapsed: number): void {
    let room = Math.min(
      Math.floor(this.#window) - this.#pending.size,
      Math.ceil((this.#world.rate * elapsed) / 1000),
    )
    for (; room > 0 && this.#next < this.#queue.length; room -= 1) {
      this.#send(this.#queue[this.#next++]!, 1)
    }
  }

  #send(address: IpAddress, tries: number): void {
    this.#pending.set(address, { since: this.#world.clock.monotonic(), asked: false, absences: 0, tries })
    this.#world.poke(address)
  }

  /** Settles what the table answers. `seenAt` is the time just before it was read. */
  #settle(table: ReadonlyMap<IpAddress, Neighbour>, seenAt: number): void {
    let refused = 0
    for (const [address, pending] of this.#pending) {
      const entry = table.get(address)
      if (entry?.mac !== undefined && entry.state !== 'failed') this.#found(address, entry.mac)
      else if (this.#wasRefused(pending, entry)) {
        refused += 1
        this.#again(address, pending)
      } else if (seenAt - pending.since > this.#world.limits.patience + grace) this.#pending.delete(address)
    }
    this.#adapt(refused)
  }

  #wasRefused(pending: Pending, entry: Neighbour | undefined): boolean {
    if (entry !== undefined) pending.asked = true
    pending.absences += 1
    return !pending.asked && this.#world.showsUnresolved && pending.absences >= absencesThatCount
  }

  /** Fewer at once when the table turns entries away, slowly more again when it takes them all. */
  #adapt(refused: number): void {
    const { window } = this.#world.limits
    if (refused > this.#pending.size * crowdedShare)
      this.#window = Math.max(smallestWindow, this.#window * 0.8)
    else if (refused === 0) this.#window = Math.min(window, this.#window * 1.02)
  }

  #found(address: IpAddress, mac: Mac): void {
    this.#result.alive.set(address, mac)
    this.#pending.delete(address)
  }

  /** The table had no room: ask later, after all others. */
  #again(address: IpAddress, pending: Pending): void {
    this.#pending.delete(address)
    if (pending.tries >= maximumTries) this.#result.unasked.push(address)
    else this.#retry.set(address, pending.tries + 1)
  }

  readonly #retry = new Map<IpAddress, number>()

  /** What had no room goes first in the next round, as far as there is room now. */
  #resend(): void {
    for (const [address, tries] of this.#retry) {
      if (this.#pending.size >= this.#window) return
      this.#retry.delete(address)
      this.#send(address, tries)
    }
  }

  async run(signal: AbortSignal): Promise<SweepResult> {
    const { clock } = this.#world
    let last = clock.monotonic() - lookEvery
    while (this.#next < this.#queue.length || this.#pending.size > 0 || this.#retry.size > 0) {
      signal.throwIfAborted()
      const now = clock.monotonic()
      this.#resend()
      this.#refill(now - last)
      last = now
      await clock.sleep(lookEvery, signal)
      signal.throwIfAborted()
      const seenAt = clock.monotonic()
      this.#settle(byAddress(await this.#world.glance(signal)), seenAt)
    }
    return this.#result
  }
}

const byAddress = (table: readonly Neighbour[]) => {
  const map = new Map<IpAddress, Neighbour>()
  for (const entry of table) {
    const known = map.get(entry.address)
    if (known?.mac === undefined) map.set(entry.address, entry)
  }
  return map
}

/** Pokes entries that were there before and waits until each has answered or the system has confirmed or dropped it. */
async function confirm(
  world: SweepWorld,
  old: Set<IpAddress>,
  signal: AbortSignal,
): Promise<SweepResult['alive']> {
  const alive = new Map<IpAddress, Mac>()
  if (old.size === 0) return alive
  const stop = new AbortController()
  let answered: ReadonlySet<IpAddress> = new Set()
  const quick = world.quick([...old], AbortSignal.any([signal, stop.signal])).then(
    (some) => (answered = some),
    () => {},
  )
  for (const address of old) world.poke(address)
  const started = world.clock.monotonic()
  try {
    while (old.size > 0) {
      await world.clock.sleep(lookEvery * 2, signal)
      signal.throwIfAborted()
      const waited = world.clock.monotonic() - started
      decide(byAddress(await world.look(signal)), old, alive, { last: waited > confirmWithin, answered })
    }
  } finally {
    stop.abort()
    await quick
  }
  return alive
}

/** Moves what is sure from the old entries to the living ones, and forgets what the system dropped. */
function decide(
  table: ReadonlyMap<IpAddress, Neighbour>,
  old: Set<IpAddress>,
  alive: Map<IpAddress, Mac>,
  { last, answered }: { last: boolean; answered: ReadonlySet<IpAddress> },
): void {
  for (const address of old) {
    const entry = table.get(address)
    const held = entry?.mac !== undefined && entry.state !== 'failed'
    const sure = held && (last || entry.state === 'confirmed' || answered.has(address))
    if (sure) alive.set(address, entry.mac!)
    if (sure || !held) old.delete(address)
  }
}

/** What the table already said before anything was asked. */
function sortByEntry(before: ReadonlyMap<IpAddress, Neighbour>, addresses: readonly IpAddress[]) {
  const sorted = { fresh: [] as IpAddress[], old: [] as IpAddress[], undecided: [] as IpAddress[] }
  const confirmed = new Map<IpAddress, Mac>()
  for (const address of addresses) {
    const entry = before.get(address)
    if (entry?.mac === undefined || entry.state === 'failed') sorted.fresh.push(address)
    else if (entry.state === 'static') sorted.undecided.push(address)
    else if (entry.state === 'confirmed') confirmed.set(address, entry.mac)
    else sorted.old.push(address)
  }
  return { ...sorted, confirmed }
}

/**
 * Finds who is there on this machine's own links, as any user may: every address is sent a datagram, the system asks
 * for it on the wire (ARP, NDP), and the neighbour table shows who answered, whatever its firewall drops. Never
 * more addresses at once than the table holds; an address whose entry never appeared is asked again.
 */
export async function sweepNeighbours(
  world: SweepWorld,
  addresses: readonly IpAddress[],
  signal: AbortSignal,
): Promise<SweepResult> {
  const { fresh, old, undecided, confirmed } = sortByEntry(byAddress(await world.look(signal)), addresses)
  const [swept, stillThere] = await Promise.all([
    new Sweep(world, fresh).run(signal),
    confirm(world, new Set(old), signal),
  ])
  // An old entry that went away may have another card by now: it is asked once more as if never seen.
  const gone = old.filter((address) => !stillThere.has(address))
  const again = await new Sweep(world, gone).run(signal)
  return {
    alive: new Map([...confirmed, ...swept.alive, ...stillThere, ...again.alive]),
    unasked: [...swept.unasked, ...again.unasked],
    undecided,
  }
}
