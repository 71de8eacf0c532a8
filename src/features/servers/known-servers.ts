import { hash } from 'node:crypto'
import type { Context } from '#features/context.ts'
import { loadKnownServers } from '#features/servers/known-server-queries.ts'
import type { KnownServer } from '#features/servers/known-server-queries.ts'
import type { EventBus } from '#kernel/event-bus.ts'

type Part = Pick<Context, 'db' | 'engine' | 'events'>

/** What this process remembers of a server between two readings. */
export interface ServerMemory extends KnownServer {
  /** The last reading: its time by the sender, and when we got it. */
  pace: { at: number; received: number } | undefined
  /** Hash of what it last told beside numbers, and when that was last passed on. */
  told: { hash: string; received: number } | undefined
}

/** Servers as this process last saw them, so that taking a reading asks no database. */
export class KnownServers {
  readonly #part: Part
  readonly #servers = new Map<string, ServerMemory>()
  /** Servers whose row may have changed: they are read again before they are used. */
  readonly #stale = new Set<string>()

  constructor(part: Part) {
    this.#part = part
    part.events.subscribe(({ topic, data }) => {
      // Whether it is online, which those who watch tell of all the time, is no matter here.
      if (topic === 'server.changed' && data['watch'] === undefined) this.#stale.add(String(data['id']))
      if (topic === 'database.changed') for (const id of this.#servers.keys()) this.#stale.add(id)
    })
  }

  get(id: string): ServerMemory | undefined {
    return this.#servers.get(id)
  }

  /** None of one that was removed and made anew meanwhile: whatever it tells is news. */
  #memoryOf({ id, createdAt }: KnownServer): ServerMemory | undefined {
    const before = this.#servers.get(id)
    return before?.createdAt === createdAt ? before : undefined
  }

  isFresh(id: string): boolean {
    return this.#servers.has(id) && !this.#stale.has(id)
  }

  /** Reads these servers again; those that are gone are forgotten. */
  async refresh(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#stale.delete(id)
    try {
      const rows = await loadKnownServers(this.#part.db, this.#part.engine, ids)
      const found = new Map(rows.map((row) => [row.id, row]))
      for (const id of ids) {
        const row = found.get(id)
        if (row === undefined) this.#servers.delete(id)
        else this.#servers.set(id, { ...noMemory, ...this.#memoryOf(row), ...row })
      }
    } catch (error) {
      for (const id of ids) if (this.#servers.has(id)) this.#stale.add(id)
      throw error
    }
  }
}

const noMemory = { pace: undefined, told: undefined }

const byEvents = new WeakMap<EventBus, KnownServers>()

/** The memory of a process; it lives as long as what it hears of changes by. */
export function knownServers(part: Part): KnownServers {
  let known = byEvents.get(part.events)
  if (known === undefined) {
    known = new KnownServers(part)
    byEvents.set(part.events, known)
  }
  return known
}

export const hashOf = (value: unknown): string => hash('sha1', JSON.stringify(value), 'base64')
