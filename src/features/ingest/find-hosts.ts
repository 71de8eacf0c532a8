import type { Context } from '#features/context.ts'
import { hostnameOf } from '#features/ingest/host-queries.ts'
import { findServerNamed } from '#features/servers/known-server-queries.ts'
import { toServerId } from '#features/servers/server-id.ts'
import { mapBounded } from '#kernel/map-bounded.ts'

/** A machine by the name that senders give it. */
export interface Host {
  name: string
  /** The server it is, or would become. Undefined while nobody looked, and where no id can be made of the name. */
  id: string | undefined
  isKnown: boolean
  /** Until when this holds, in milliseconds that never go back. */
  until: number
}

const knownFor = 300_000
const unknownFor = 15_000
const hostsAtMost = 100_000

/** The machines that senders have named. Servers come and go, so what was found is looked up again now and then. */
export class Hosts {
  readonly #hosts = new Map<string, Host>()

  /** The host of a name; look it up (`find`) where it is no longer fresh. */
  named(name: string): Host {
    const key = name.toLowerCase()
    let host = this.#hosts.get(key)
    if (host === undefined) {
      if (this.#hosts.size >= hostsAtMost) this.#hosts.clear()
      host = { name, id: undefined, isKnown: false, until: Number.NEGATIVE_INFINITY }
      this.#hosts.set(key, host)
    }
    return host
  }

  async find(context: Pick<Context, 'db' | 'clock'>, hosts: Iterable<Host>): Promise<void> {
    await mapBounded([...hosts], 8, async (host) => {
      const id = await findServerNamed(context.db, host.name)
      host.isKnown = id !== undefined
      host.id = id ?? (await freeIdFor(context, host))
      host.until = context.clock.monotonic() + (id === undefined ? unknownFor : knownFor)
    })
  }
}

/** The short name as an id, unless a machine of another domain has it: then the whole name. */
async function freeIdFor(context: Pick<Context, 'db'>, host: Host): Promise<string | undefined> {
  const { name } = host
  const short = toServerId(name)
  if (short === undefined || !name.includes('.')) return short
  const holder = await hostnameOf(context.db, short)
  if (holder === undefined) return short
  const isSame = !holder.includes('.') || holder.toLowerCase() === name.toLowerCase()
  if (isSame && toServerId(holder) === short) {
    host.isKnown = true
    return short
  }
  return toServerId(name.replaceAll('.', '-'))
}
