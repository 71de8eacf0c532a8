import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'
import { badLine } from '#sources/lease-lines.ts'
import type { Expiry } from '#sources/lease-text.ts'

/** One binding of an address, or of a prefix delegated to a router, that is in force. */
export interface Lease {
  address: IpAddress
  /** Set when a whole prefix is delegated rather than the address itself. */
  prefixLength?: number | undefined
  mac?: Mac | undefined
  /** Other hardware than Ethernet, as the server writes it. */
  hardware?: string | undefined
  /** `00:01:00:01:...`, lower case, colons. */
  duid?: string | undefined
  clientId?: string | undefined
  hostname?: string | undefined
  vendorClass?: string | undefined
  /** Relay agent information (RFC 3046): where the relay says the client hangs. */
  circuitId?: string | undefined
  remoteId?: string | undefined
  /** `192.0.2.0/24`, where the server tells. */
  subnet?: string | undefined
  /** What only this server knows of it. */
  extra?: JsonObject | undefined
  /** When the server last dealt with the client. */
  seenAt?: Timestamp | undefined
  /** Undefined where the file does not tell. */
  expiresAt?: Expiry | undefined
}

/** What one lease file may make us keep; beyond either it is refused rather than memory spent without bound. */
const bounds = { leases: 1_000_000, bytes: 256 * 1024 * 1024 }

/** What is known of the addresses in force, the last declaration of each winning. Bounded. */
export class LeaseTable<Item extends object> {
  readonly #items = new Map<string, Item>()
  readonly #sizeOf: (item: Item) => number
  readonly #most: typeof bounds
  #bytes = 0

  /** `sizeOf` tells roughly how many bytes an item holds. */
  constructor(sizeOf: (item: Item) => number, most = bounds) {
    this.#sizeOf = sizeOf
    this.#most = most
  }

  /** Puts an item in the place of any earlier one; beyond the bounds it refuses, naming the line that was too much. */
  put(key: string, item: Item, path: string, line: number): void {
    this.remove(key)
    this.#items.set(key, item)
    this.#bytes += this.#sizeOf(item)
    const { leases, bytes } = this.#most
    if (this.#items.size > leases) throw badLine(path, line, `there are more than ${leases} leases in force`)
    if (this.#bytes > bytes) throw badLine(path, line, `the leases in force hold more than ${bytes} bytes`)
  }

  get(key: string): Item | undefined {
    return this.#items.get(key)
  }

  remove(key: string): void {
    const item = this.#items.get(key)
    if (item === undefined) return
    this.#bytes -= this.#sizeOf(item)
    this.#items.delete(key)
  }

  values(): Item[] {
    return [...this.#items.values()]
  }
}

/** Key of an address, or of a delegated prefix: they may start at the same address. */
export const leaseKey = (address: IpAddress, prefixLength?: number): string =>
  prefixLength === undefined ? address : `${address}/${prefixLength}`

/** Still in force at the moment; a lease whose end nobody knows is. */
export const isInForce = (expiresAt: Expiry | undefined, now: Timestamp): boolean =>
  expiresAt === undefined || expiresAt > now

/** Roughly the bytes that a lease holds. */
export function leaseSize(lease: Lease): number {
  let size = 200
  for (const value of Object.values(lease)) {
    if (typeof value === 'string') size += value.length
    else if (typeof value === 'object') size += JSON.stringify(value).length
  }
  return size
}
