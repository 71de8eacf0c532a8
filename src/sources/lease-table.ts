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

/** More than any one DHCP server holds; beyond it the file is refused rather than memory spent without bound. */
const mostLeases = 1_000_000

/** The leases in force, the last declaration of an address winning. Bounded. */
export class LeaseTable {
  readonly #leases = new Map<string, Lease>()
  readonly #most: number

  constructor(most = mostLeases) {
    this.#most = most
  }

  get size(): number {
    return this.#leases.size
  }

  /** Puts a lease in the place of any earlier one; beyond the bound it refuses, naming the line that was too much. */
  put(key: string, lease: Lease, path: string, line: number): void {
    this.#leases.set(key, lease)
    if (this.#leases.size > this.#most) {
      throw badLine(path, line, `there are more than ${this.#most} leases in force`)
    }
  }

  get(key: string): Lease | undefined {
    return this.#leases.get(key)
  }

  remove(key: string): void {
    this.#leases.delete(key)
  }

  values(): MapIterator<Lease> {
    return this.#leases.values()
  }
}

/** Key of an address, or of a delegated prefix: they may start at the same address. */
export const leaseKey = (address: IpAddress, prefixLength?: number): string =>
  prefixLength === undefined ? address : `${address}/${prefixLength}`

/** Still in force at the moment; a lease whose end nobody knows is. */
export const isInForce = (expiresAt: Expiry | undefined, now: Timestamp): boolean =>
  expiresAt === undefined || expiresAt > now
