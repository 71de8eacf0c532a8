import type { Timestamp } from '#kernel/clock.ts'
import {
  isHeld,
  toLease,
  type Declaration,
  type DeclarationSink,
  type Draft,
} from '#sources/isc-dhcp/lease-declarations.ts'
import { Warnings } from '#sources/lease-source.ts'
import { leaseKey, leaseSize, LeaseTable, type Lease } from '#sources/lease-table.ts'
import { cleanText } from '#sources/lease-text.ts'

/** The file is a log: the last declaration of an address, or of a DHCPv6 association, is what holds. */
export class LeaseLog implements DeclarationSink {
  readonly #leases = new LeaseTable(leaseSize)
  readonly warnings = new Warnings()
  /** What was wrong first; undefined for a sound file. */
  damage: string | undefined
  readonly #path: string
  /** As dates are written in the file. */
  readonly #now: string
  /** Lease keys that each DHCPv6 association last declared, and the other way round. */
  readonly #declaredBy = new Map<string, Set<string>>()
  readonly #associationOf = new Map<string, string>()

  constructor(path: string, now: Timestamp) {
    this.#path = path
    this.#now = now.slice(0, 19).replaceAll('-', '/').replace('T', ' ')
  }

  problem(line: number, why: string): void {
    const sentence = `Line ${line} of ${this.#path} cannot be read: ${why}`
    this.damage ??= sentence
    this.warnings.add(sentence)
  }

  get leases(): Lease[] {
    return this.#leases.values()
  }

  declare(declaration: Declaration): void {
    if (declaration.is === 'lease') return this.#set(declaration.draft, declaration.line)
    for (const key of this.#declaredBy.get(declaration.key) ?? []) this.#remove(key)
    for (const draft of declaration.drafts) this.#set(draft, declaration.line, declaration.key)
  }

  #set(draft: Draft, line: number, association?: string): void {
    this.#remove(draft.subject)
    if (!isHeld(draft, this.#now)) return
    const lease = toLease(draft)
    if (lease === undefined)
      return this.problem(line, `"${cleanText(draft.subject) ?? ''}" is no address to lease`)
    const key = leaseKey(lease.address, lease.prefixLength)
    if (key !== draft.subject) this.#remove(key)
    this.#leases.put(key, lease, this.#path, line)
    if (association === undefined) return
    this.#associationOf.set(key, association)
    const declared = this.#declaredBy.get(association)
    if (declared) declared.add(key)
    else this.#declaredBy.set(association, new Set([key]))
  }

  #remove(key: string): void {
    this.#leases.remove(key)
    const association = this.#associationOf.get(key)
    if (association === undefined) return
    this.#associationOf.delete(key)
    const declared = this.#declaredBy.get(association)!
    declared.delete(key)
    if (declared.size === 0) this.#declaredBy.delete(association)
  }
}
