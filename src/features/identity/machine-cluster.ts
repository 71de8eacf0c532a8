import {
  areDisjoint,
  areOtherBoards,
  areOtherCards,
  areOtherSerials,
} from '#features/identity/compare-records.ts'
import { areTwoGuests } from '#features/identity/identity-record.ts'
import type { Profile } from '#features/identity/identity-record.ts'
import { identityRules } from '#features/identity/identity-rules.ts'
import { kindOfKey } from '#features/identity/record-traits.ts'

/** Why two groups of records are not one machine. */
export type Veto =
  | 'decided-apart'
  | 'same-source'
  | 'two-hypervisors'
  | 'uuid'
  | 'instance-uuid'
  | 'serial'
  | 'mac'
  | 'certname'
  | 'domain'
  | 'type'
  | 'maker'
  | 'site'

/** Records that are one machine, with what forbids others to join them. */
export class MachineCluster {
  readonly members: Profile[]
  /** Sources that hold a record of it: each means one machine by one record. */
  readonly #holders = new Set<string>()
  /** What the machines that run it tell. */
  readonly #guests: Profile[] = []
  readonly #uuids: Told
  readonly #instances: Told
  readonly #serials: Told
  readonly #macs: Told
  readonly #boards: string[]
  /** Names by which its agents sign, full by short. */
  readonly #agents = new Map<string, string>()
  /** Its names with a domain, by their first part. */
  readonly #domains = new Map<string, Set<string>>()
  /** Whether a record of it tells of cards, and whether one tells of all. */
  #tellsCards: boolean
  #knowsCards: boolean
  readonly #groups = new Set<string>()
  readonly #sites = new Set<string>()
  readonly #vendors = new Set<string>()

  constructor(profile: Profile) {
    const { record, former } = profile
    this.members = [profile]
    if (profile.isDevice && record.isHeld) this.#holders.add(record.source)
    if (profile.isGuest) this.#guests.push(profile)
    for (const key of record.isHeld ? profile.ids : [])
      if (kindOfKey(key) === 'certname') this.#agents.set(key.split('.', 1)[0]!, key)
    for (const name of record.fullNames)
      this.#domains.set(firstLabel(name), (this.#domains.get(firstLabel(name)) ?? new Set()).add(name))
    const lost = (kind: string) => former.filter((key) => kindOfKey(key) === kind)
    this.#uuids = toldOf(profile.uuids, lost('uuid'))
    this.#instances = toldOf(profile.instances, lost('instance-uuid'))
    this.#serials = toldOf(profile.serials, lost('serial'))
    this.#macs = toldOf(profile.lastingMacs, lost('mac'))
    this.#boards = [...profile.boardMacs]
    this.#tellsCards = profile.isDevice && profile.lastingMacs.length > 0
    this.#knowsCards = profile.knowsItsCards
    if (profile.group !== undefined) this.#groups.add(profile.group)
    if (record.site !== undefined) this.#sites.add(record.site)
    if (record.vendor !== undefined) this.#vendors.add(record.vendor)
  }

  take(other: MachineCluster): void {
    this.members.push(...other.members)
    this.#guests.push(...other.#guests)
    this.#boards.push(...other.#boards)
    this.#tellsCards ||= other.#tellsCards
    this.#knowsCards ||= other.#knowsCards
    for (const [short, names] of other.#domains)
      this.#domains.set(short, new Set([...(this.#domains.get(short) ?? []), ...names]))
    for (const [short, full] of other.#agents) this.#agents.set(short, full)
    addAll(this.#holders, other.#holders)
    addAll(this.#groups, other.#groups)
    addAll(this.#sites, other.#sites)
    addAll(this.#vendors, other.#vendors)
    for (const [mine, its] of [
      [this.#uuids, other.#uuids],
      [this.#instances, other.#instances],
      [this.#serials, other.#serials],
      [this.#macs, other.#macs],
    ] as const) {
      mine.now = union(mine.now, its.now)
      mine.ever = union(mine.ever, its.ever)
    }
  }

  /** What forbids the two to be one machine, when the strongest thing they agree in has this rank. */
  vetoAgainst(other: MachineCluster, rank: number): Veto | undefined {
    if (shareAny(this.#holders, other.#holders)) return 'same-source'
    if (this.#guests.some((one) => other.#guests.some((two) => areTwoGuests(one, two))))
      return 'two-hypervisors'
    // Agents of one name in two domains run on two machines, one of which was copied.
    for (const [short, full] of this.#agents)
      if ((other.#agents.get(short) ?? full) !== full) return 'certname'
    const isStronger = (rule: keyof typeof identityRules) => identityRules[rule].rank < rank
    if (
      areOtherGroups(this.#groups, other.#groups) &&
      (isStronger('type') || this.#groups.has('cluster') || other.#groups.has('cluster'))
    )
      return 'type'
    if (isStronger('uuid') && differ(this.#uuids, other.#uuids)) return 'uuid'
    if (isStronger('instance-uuid') && differ(this.#instances, other.#instances)) return 'instance-uuid'
    if (isStronger('serial') && this.#hasOtherSerial(other)) return 'serial'
    if (isStronger('mac') && this.#hasOtherCards(other)) return 'mac'
    if (isStronger('maker') && this.#isElsewhere(other)) return 'domain'
    if (isStronger('maker') && areOtherGroups(this.#vendors, other.#vendors)) return 'maker'
    if (isStronger('site') && areOtherGroups(this.#sites, other.#sites)) return 'site'
    return undefined
  }

  /** Whether both have a name in different domains. */
  #isElsewhere(other: MachineCluster): boolean {
    for (const [short, names] of this.#domains) {
      const others = other.#domains.get(short)
      if (others !== undefined && areOtherGroups(names, others)) return true
    }
    return false
  }

  /** A card that was seen may be one that nobody noted, unless all are known. */
  #hasOtherCards(other: MachineCluster): boolean {
    const areTold = (this.#tellsCards && other.#tellsCards) || this.#knowsCards || other.#knowsCards
    if (!areTold || !differ(this.#macs, other.#macs)) return false
    return areOtherCards(this.#macs.now, other.#macs.now) && areOtherBoards(this.#boards, other.#boards)
  }

  /** Numbers of makers that both name and that are not the same are not compared. */
  #hasOtherSerial(other: MachineCluster): boolean {
    if (areOtherGroups(this.#vendors, other.#vendors)) return false
    return differ(this.#serials, other.#serials) && areOtherSerials(this.#serials.now, other.#serials.now)
  }
}

const firstLabel = (name: string): string => name.split('.', 1)[0]!

/** Values told now, and those ever told. */
interface Told {
  now: readonly string[]
  ever: readonly string[]
}

const toldOf = (now: readonly string[], lost: readonly string[]): Told => ({
  now,
  ever: lost.length === 0 ? now : [...now, ...lost],
})

const differ = (left: Told, right: Told): boolean =>
  areDisjoint(left.now, right.now) &&
  !left.now.some((value) => right.ever.includes(value)) &&
  !right.now.some((value) => left.ever.includes(value))

const union = (left: readonly string[], right: readonly string[]): readonly string[] => {
  const added = right.filter((value) => !left.includes(value))
  return added.length === 0 ? left : [...left, ...added]
}

function addAll(set: Set<string>, items: ReadonlySet<string>): void {
  for (const item of items) set.add(item)
}

function shareAny(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  for (const item of left) if (right.has(item)) return true
  return false
}

const areOtherGroups = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  left.size > 0 && right.size > 0 && !shareAny(left, right)
