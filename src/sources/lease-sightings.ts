import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { ipSortKey } from '#model/ip-address.ts'
import type { ReportedSighting } from '#model/record.ts'
import { leaseKey, type Lease } from '#sources/lease-table.ts'
import { vendorOf } from '#sources/oui/vendor-of.ts'
import { duidOfClientId, macOfDuid } from '#sources/lease-text.ts'

/** What a lease is of: its card, else the client's DUID, else only the address. */
export function sourceIdOf(lease: Lease): string {
  if (lease.mac !== undefined) return lease.mac
  const duid = duidOf(lease)
  return duid === undefined ? `ip:${leaseKey(lease.address, lease.prefixLength)}` : `duid:${duid}`
}

const duidOf = ({ duid, clientId }: Lease): string | undefined =>
  duid ?? (clientId === undefined ? undefined : duidOfClientId(clientId))

/** One sighting for each client, whatever order the leases came in; leases of one client are read in order of address. */
export function toSightings(leases: Iterable<Lease>, now: Timestamp): ReportedSighting[] {
  const clients = new Map<string, Lease[]>()
  for (const lease of leases) {
    const id = sourceIdOf(lease)
    const known = clients.get(id)
    if (known) known.push(lease)
    else clients.set(id, [lease])
  }
  return [...clients].map(([sourceId, ofClient]) => toSighting(sourceId, sorted(ofClient), now))
}

const sorted = (leases: Lease[]): Lease[] =>
  leases.length === 1
    ? leases
    : leases
        .map((lease) => ({ lease, key: `${ipSortKey(lease.address)}/${lease.prefixLength ?? ''}` }))
        .sort((left, right) => (left.key < right.key ? -1 : 1))
        .map(({ lease }) => lease)

function toSighting(sourceId: string, leases: readonly Lease[], now: Timestamp): ReportedSighting {
  const seenAt = newest(leases.map((lease) => lease.seenAt))
  const hostname = first(leases, 'hostname')
  const switchPort = switchPortOf(leases)
  const mac = leases[0]!.mac
  const vendor = mac === undefined ? undefined : vendorOf(mac)
  const facts = factsOf(leases)
  return {
    kind: 'sighting',
    sourceId,
    ...(mac === undefined ? {} : { mac }),
    addresses: leases.filter((lease) => lease.prefixLength === undefined).map((lease) => lease.address),
    ...(hostname === undefined ? {} : { hostname }),
    ...(vendor === undefined ? {} : { vendor }),
    ...(switchPort === undefined ? {} : { switchPort }),
    // A server whose clock is ahead has seen it now, not tomorrow.
    ...(seenAt === undefined || seenAt > now ? {} : { seenAt }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
    ...volatileOf(leases),
  }
}

function first<Key extends keyof Lease>(leases: readonly Lease[], key: Key): Lease[Key] | undefined {
  return leases.find((lease) => lease[key] !== undefined)?.[key]
}

const newest = (times: readonly (Timestamp | undefined)[]): Timestamp | undefined =>
  times.reduce(
    (best, time) => (time !== undefined && (best === undefined || time > best) ? time : best),
    undefined,
  )

function factsOf(leases: readonly Lease[]): JsonObject {
  const facts: JsonObject = {}
  for (const key of [
    'hardware',
    'duid',
    'clientId',
    'vendorClass',
    'circuitId',
    'remoteId',
    'subnet',
  ] as const) {
    const value = first(leases, key)
    if (value !== undefined) facts[key] = value
  }
  const hint =
    typeof facts['duid'] === 'string' && leases[0]!.mac === undefined ? macOfDuid(facts['duid']) : undefined
  if (hint !== undefined) facts['macHint'] = hint
  const prefixes = leases.filter((lease) => lease.prefixLength !== undefined)
  if (prefixes.length > 0)
    facts['prefixes'] = prefixes.map((lease) => leaseKey(lease.address, lease.prefixLength))
  return Object.assign(facts, first(leases, 'extra'))
}

/** The relay's own words for the port, when they are words; binary ids stay facts. */
function switchPortOf(leases: readonly Lease[]): string | undefined {
  const circuit = first(leases, 'circuitId')
  if (circuit === undefined || !isWords(circuit)) return undefined
  const remote = first(leases, 'remoteId')
  return remote !== undefined && isWords(remote) ? `${remote} ${circuit}` : circuit
}

const isWords = (text: string): boolean =>
  /[g-z]/i.test(text) && !/^([0-9a-f]{1,2}:)*[0-9a-f]{1,2}$/i.test(text)

/** `expiresAt` is the last end of all; where there are several leases, `expiries` has each. */
function volatileOf(leases: readonly Lease[]): { volatile?: JsonObject } {
  const ends = leases.filter((lease) => lease.expiresAt !== undefined)
  if (ends.length === 0) return {}
  const expiresAt = newest(ends.map((lease) => lease.expiresAt))!
  if (ends.length === 1) return { volatile: { expiresAt } }
  const expiries = Object.fromEntries(
    ends.map((lease) => [leaseKey(lease.address, lease.prefixLength), lease.expiresAt!]),
  )
  return { volatile: { expiresAt, expiries } }
}
