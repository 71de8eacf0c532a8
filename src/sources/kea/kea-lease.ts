import type { Json, JsonObject } from '#kernel/json.ts'
import { isIpv6, parseIp } from '#model/ip-address.ts'
import type { Lease } from '#sources/lease-table.ts'
import { cardMac, cleanHostname, epochTime, macOfDuid, parseHex } from '#sources/lease-text.ts'
import { readRelayAgent } from '#sources/relay-agent.ts'

/** A lease in Kea's own terms, the same from the lease file and from the API. Times are seconds since 1970. */
export interface KeaLease {
  address: string
  hardwareAddress?: string | undefined
  clientId?: string | undefined
  duid?: string | undefined
  hostname?: string | undefined
  /** 0 in force, 1 declined, 2 expired, 3 released, 4 registered by the client itself (lease.h). */
  state: number
  /** Seconds; 0 in the file means deleted, all ones for ever. */
  validLifetime: number
  expire: number
  subnetId?: number | undefined
  /** Set for a delegated prefix. */
  prefixLength?: number | undefined
  userContext?: unknown
}

const forEver = 0xffff_ffff
const heldStates = new Set([0, 4])

/** When it ends, in our words. */
const expiryOf = ({ validLifetime, expire }: KeaLease): string =>
  validLifetime === forEver ? 'never' : epochTime(expire)

/**
 * Whether somebody holds the address: not deleted, declined, released or expired. `now` in seconds since 1970.
 * A row whose numbers are none is held until it is read and complained of.
 */
export const isHeld = ({ state, validLifetime, expire }: HoldFields, now: number): boolean =>
  (heldStates.has(state) || Number.isNaN(state)) &&
  validLifetime !== 0 &&
  (validLifetime === forEver || !(expire <= now))

type HoldFields = Pick<KeaLease, 'state' | 'validLifetime' | 'expire'>

/** Kea's lease as ours; undefined when its address is none. `subnets` gives the prefix of a subnet's number. */
export function toLease(kea: KeaLease, subnets: ReadonlyMap<number, string>): Lease | undefined {
  const address = parseIp(kea.address)
  if (address === undefined) return undefined
  const duid = parseHex(kea.duid ?? '')
  const subnet = kea.subnetId === undefined ? undefined : subnets.get(kea.subnetId)
  const extra = extraOf(kea, subnet)
  const seen = epochTime(kea.expire - kea.validLifetime)
  return {
    address,
    ...hardwareOf(kea.hardwareAddress ?? '', duid),
    duid,
    // The file has a client id only of IPv4 leases.
    clientId: isIpv6(address) ? undefined : parseHex(kea.clientId ?? ''),
    hostname: cleanHostname(kea.hostname ?? ''),
    subnet,
    prefixLength: kea.prefixLength,
    ...relayOf(kea.userContext),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
    ...(seen === 'never' ? {} : { seenAt: seen }),
    expiresAt: expiryOf(kea),
  }
}

/** Of an IPv6 client Kea mostly knows the MAC only from inside the DUID, which is a hint and no sighting. */
function hardwareOf(text: string, duid: string | undefined): Pick<Lease, 'mac' | 'hardware'> {
  const mac = cardMac(text)
  if (mac !== undefined) return duid !== undefined && macOfDuid(duid) === mac ? {} : { mac }
  const hardware = parseHex(text)
  return hardware === undefined || /^(00(:|$))+$|^(ff(:|$))+$/.test(hardware) ? {} : { hardware }
}

const largestContext = 2048

/** What an operator attached to the lease, without what Kea itself keeps there, and the subnet's number when that is all. */
function extraOf({ userContext, subnetId }: KeaLease, subnet: string | undefined): JsonObject {
  const extra: JsonObject = {}
  if (subnet === undefined && subnetId !== undefined) extra['subnetId'] = subnetId
  if (typeof userContext !== 'object' || userContext === null) return extra
  const { ISC: _, ...own } = userContext as { [key: string]: Json }
  const size = JSON.stringify(own).length
  if (size > 2 && size <= largestContext) extra['userContext'] = own
  return extra
}

/** `store-extended-info` keeps the relay's option 82 as `0x...`, since 2.3 one level deeper. */
function relayOf(userContext: unknown): Pick<Lease, 'circuitId' | 'remoteId'> {
  const information = property(property(userContext, 'ISC'), 'relay-agent-info')
  const text = typeof information === 'string' ? information : property(information, 'sub-options')
  if (typeof text !== 'string' || !/^0x([0-9a-f]{2})+$/i.test(text)) return {}
  return readRelayAgent(Buffer.from(text.slice(2), 'hex').toString('latin1'))
}

const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
