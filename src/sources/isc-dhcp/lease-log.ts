import type { Timestamp } from '#kernel/clock.ts'
import type { Declaration, DeclarationSink } from '#sources/isc-dhcp/lease-declarations.ts'
import { Warnings } from '#sources/lease-source.ts'
import { isInForce, leaseKey, LeaseTable, type Lease } from '#sources/lease-table.ts'

/** The file is a log: the last declaration of an address, or of a DHCPv6 association, is what holds. */
export class LeaseLog implements DeclarationSink {
  readonly leases = new LeaseTable()
  readonly warnings = new Warnings()
  /** What was wrong first; undefined for a sound file. */
  damage: string | undefined
  readonly #path: string
  readonly #now: Timestamp
  /** Lease keys that each DHCPv6 association last declared, and the other way round. */
  readonly #declaredBy = new Map<string, Set<string>>()
  readonly #associationOf = new Map<string, string>()

  constructor(path: string, now: Timestamp) {
    this.#path = path
    this.#now = now
  }

  problem(line: number, why: string): void {
    const sentence = `Line ${line} of ${this.#path} cannot be read: ${why}`
    this.damage ??= sentence
    this.warnings.add(sentence)
  }

  declare(declaration: Declaration): void {
    if (declaration.is === 'lease') return this.#set(declaration.lease, declaration.state, declaration.line)
    for (const key of this.#declaredBy.get(declaration.key) ?? []) this.#remove(key)
    for (const { lease, state } of declaration.leases)
      this.#set(lease, state, declaration.line, declaration.key)
  }

  #set(lease: Lease, state: string, line: number, association?: string): void {
    const key = leaseKey(lease.address, lease.prefixLength)
    this.#remove(key)
    if (state !== 'active' || !isInForce(lease.expiresAt, this.#now)) return
    this.leases.put(key, lease, this.#path, line)
    if (association === undefined) return
    this.#associationOf.set(key, association)
    const declared = this.#declaredBy.get(association)
    if (declared) declared.add(key)
    else this.#declaredBy.set(association, new Set([key]))
  }

  #remove(key: string): void {
    this.leases.remove(key)
    const association = this.#associationOf.get(key)
    if (association === undefined) return
    this.#associationOf.delete(key)
    const declared = this.#declaredBy.get(association)!
    declared.delete(key)
    if (declared.size === 0) this.#declaredBy.delete(association)
  }
}
