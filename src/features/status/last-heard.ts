import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import type { WatchedServer } from '#features/monitoring/watch.ts'
import { writeLastHeard, writeTold } from '#features/status/status-queries.ts'
import { toTimestamp } from '#kernel/clock.ts'
import type { Entry, Told } from '#model/sample.ts'

/** Milliseconds between two writings of when everybody was last heard: often where they are few, else rarely. */
const writeEvery = { few: 60_000, many: 600_000 }
const few = 200
/** What servers say of themselves is written soon, but together. */
const toldEvery = 5_000
/** A change of the clock's error below this is noise. */
const skewStep = 2_000

/**
 * When servers were last heard and what they said, on its way to the database. It is written set-wise and rarely: the
 * log tells it again after a restart.
 */
export interface LastHeard {
  heard(server: WatchedServer, entry: Entry): void
  /** Whether there is something to write by now. */
  isDue(now: number, servers: number): boolean
  /** Writes what is due, or everything; `done` has to be called when that is on disk. */
  write(
    transaction: Transaction,
    engine: Engine,
    servers: ReadonlyMap<string, WatchedServer>,
  ): Promise<{ done(now: number): void }>
  forget(id: string): void
}

export function createLastHeard(now: number): LastHeard {
  const unwritten = new Map<string, Entry>()
  const untold = new Map<string, Told>()
  const skews = new Map<string, number>()
  let wroteAt = now
  let toldAt = now
  return {
    heard(server, entry) {
      unwritten.set(server.id, entry)
      // A clock that is too far off to label readings is told as a series instead.
      const told = entry.extra?.['clock_skew_seconds']
      const skew = told === undefined ? Math.round(entry.received - entry.at) : told * 1_000
      if (Math.abs(skew - (skews.get(server.id) ?? Infinity)) > skewStep) skews.set(server.id, skew)
      if (entry.told !== undefined && Object.keys(withoutFacts(entry.told)).length > 0)
        untold.set(server.id, server.told)
    },
    isDue: (at, servers) =>
      (untold.size > 0 && at - toldAt >= toldEvery) ||
      (unwritten.size > 0 && at - wroteAt >= (servers <= few ? writeEvery.few : writeEvery.many)),
    async write(transaction, engine, servers) {
      const [seen, told] = [new Map(unwritten), new Map(untold)]
      const isKnown = (id: string): boolean => servers.has(id)
      const rows = [...seen].filter(([id]) => isKnown(id))
      await writeLastHeard(
        transaction,
        engine,
        rows.map(([id, { received }]) => ({
          id,
          last_seen: toTimestamp(received),
          last_received_at: toTimestamp(received),
          clock_skew_ms: skews.get(id) ?? null,
        })),
      )
      await writeTold(
        transaction,
        engine,
        [...told].filter(([id]) => isKnown(id)).map(([id, what]) => toldRow(id, what)),
      )
      return {
        done(at) {
          for (const [id, entry] of seen) if (unwritten.get(id) === entry) unwritten.delete(id)
          for (const [id, what] of told) if (untold.get(id) === what) untold.delete(id)
          wroteAt = at
          toldAt = at
        },
      }
    },
    forget(id) {
      unwritten.delete(id)
      untold.delete(id)
      skews.delete(id)
    },
  }
}

/** Facts are kept beside the device. */
const withoutFacts = ({ facts: _, ...told }: Told): Told => told

const toldRow = (id: string, told: Told) => ({
  id,
  told: JSON.stringify(withoutFacts(told)),
  agent_version: told.agentVersion ?? null,
  boot_id: told.bootId ?? null,
})
