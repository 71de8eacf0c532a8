import { areDisjoint } from '#features/identity/compare-records.ts'
import type { KeyKnowledge } from '#features/identity/compare-records.ts'
import { areTwoGuests } from '#features/identity/identity-record.ts'
import type { IdentityRecord, Profile } from '#features/identity/identity-record.ts'
import { cardsOfName, crowdOf } from '#features/identity/identity-rules.ts'
import { isTellingKey, kindOfKey } from '#features/identity/record-traits.ts'

/** Which records have which key, and what the keys are worth. */
export class KeyIndex implements KeyKnowledge {
  /** Carriers of each key that is worth asking for: those that have it before those that had it. */
  readonly #carriers = new Map<string, Profile[]>()
  readonly #contested = new Map<string, boolean>()
  readonly #named = new Map<string, Named>()
  readonly #itsWord = new Map<Profile, boolean>()

  readonly #told = new Set<string>()

  constructor(profiles: readonly Profile[], witnesses: readonly Profile[] = []) {
    for (const list of [profiles, witnesses])
      for (const { isDevice, record, addresses } of list)
        if (isDevice && record.isHeld) for (const address of addresses) this.#told.add(address)
    const present = new Map<string, Profile[]>()
    for (const profile of profiles) for (const key of profile.record.keys) add(present, key, profile)
    for (const [key, list] of present) {
      if (isTellingKey(key)) this.#carriers.set(key, list)
    }
    for (const profile of profiles) {
      profile.former = profile.former.filter((key) => !isTakenOver(key, profile, present))
      // Who had an address is no holder of it.
      for (const key of profile.former) if (!key.startsWith('ip:')) add(this.#carriers, key, profile)
    }
    for (const [key, list] of present) if (key.startsWith('name:')) this.#countNames(key, list)
  }

  #countNames(key: string, list: readonly Profile[]): void {
    for (const profile of list) {
      if (!profile.record.isHeld) continue
      const place = `${key} ${profile.record.source}`
      const named = this.#named.get(place) ?? { devices: 0, heard: 0, cards: [] }
      if (profile.isDevice) named.devices += 1
      else if (!this.isItsWord(profile)) named.heard += 1
      else named.cards.push(...profile.lastingMacs)
      this.#named.set(place, named)
    }
  }

  isItsWord(profile: Profile): boolean {
    if (profile.isDevice) return profile.names.length > 0
    if (profile.names.length === 0 || profile.macs.length === 0) return false
    const known = this.#itsWord.get(profile)
    if (known !== undefined) return known
    const tellers = profile.macs
      .flatMap((key) => this.carriers(key).filter(({ record }) => record.keys.includes(key)))
      .filter((each) => each.saysItsName)
    const isItsWord = tellers.length > 0 && tellers.every((each) => !areDisjoint(each.names, profile.names))
    this.#itsWord.set(profile, isItsWord)
    return isItsWord
  }

  carriers(key: string): readonly Profile[] {
    return this.#carriers.get(key) ?? []
  }

  /** Keys that several records have, and these records. */
  *shared(): Iterable<[string, readonly Profile[]]> {
    for (const entry of this.#carriers) if (entry[1].length > 1) yield entry
  }

  isContested(key: string): boolean {
    const known = this.#contested.get(key)
    if (known !== undefined) return known
    const list = this.#carriers.get(key)
    const isContested = list !== undefined && areSeveral(key, list)
    this.#contested.set(key, isContested)
    return isContested
  }

  isContestedWith(key: string, other: string): boolean {
    return areSeveral(
      key,
      this.carriers(key).filter(({ record }) => record.keys.includes(other)),
    )
  }

  isElsewhere({ names, addresses }: Profile): boolean {
    return names.some((name) =>
      this.carriers(name).some(
        (each) =>
          each.saysItsName &&
          !each.isByHand &&
          each.macs.length > 0 &&
          each.record.isHeld &&
          areDisjoint(each.addresses, addresses),
      ),
    )
  }

  isOfSilent(key: string): boolean {
    return (
      this.isContested(key) &&
      this.carriers(key).some((each) => each.isGuest && each.record.isHeld && this.#isSilent(each))
    )
  }

  /** Neither the guest nor anything that surely tells of it says where it is. */
  #isSilent({ addresses, uuids, instances, lastingMacs }: Profile): boolean {
    if (addresses.length > 0) return false
    return ![...uuids, ...instances, ...lastingMacs].some(
      (key) =>
        !this.isContested(key) &&
        this.carriers(key).some((each) => each.isDevice && each.addresses.length > 0),
    )
  }

  isCalled(macKey: string, names: readonly string[]): boolean {
    return this.carriers(macKey).every((each) => !each.record.isUnnamed && !areDisjoint(each.names, names))
  }

  isTold(address: string): boolean {
    return this.#told.has(address)
  }

  isDisputed({ isDevice, macs, names, addresses }: Profile): boolean {
    if (isDevice || macs.length > 0 || names.length === 0) return false
    return addresses.some((address) =>
      this.carriers(`ip:${address}`).some((each) => each.record.isHeld && areDisjoint(each.names, names)),
    )
  }

  isOnlyOne(nameKey: string, profile: Profile): boolean {
    if (this.isContested(nameKey)) return false
    const named = this.#named.get(`${nameKey} ${profile.record.source}`)
    if (named === undefined) return true
    if (named.devices > 1 || !areOfOneMachine(named.cards)) return false
    return this.isItsWord(profile) || named.devices + named.heard + named.cards.length <= 1
  }
}

/** What a source has under one name: machines, what DNS calls so, and the cards of those that call themselves so. */
interface Named {
  devices: number
  heard: number
  cards: string[]
}

/** Two cards of one maker under one name are two of a kind that nobody has named. */
const areOfOneMachine = (cards: readonly string[]): boolean =>
  cards.length <= cardsOfName && new Set(cards.map((key) => key.slice(0, 12))).size === cards.length

/** The records without the keys that too many of them have. */
export function withoutCrowds(records: readonly IdentityRecord[]): IdentityRecord[] {
  const counts = new Map<string, number>()
  for (const { keys, former } of records) {
    for (const list of [keys, former]) for (const key of list) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const crowded = new Set(
    [...counts].flatMap(([key, count]) => (count > crowdOf(kindOfKey(key)) ? [key] : [])),
  )
  return withoutKeys(records, crowded)
}

export function withoutKeys(
  records: readonly IdentityRecord[],
  crowded: ReadonlySet<string>,
): IdentityRecord[] {
  if (crowded.size === 0) return [...records]
  const isOwn = (key: string) => !crowded.has(key)
  return records.map((record) =>
    record.keys.every(isOwn) && record.former.every(isOwn)
      ? record
      : { ...record, keys: record.keys.filter(isOwn), former: record.former.filter(isOwn) },
  )
}

function add(lists: Map<string, Profile[]>, key: string, profile: Profile): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [profile])
  else list.push(profile)
}

/** What a record lost and another machine of its source has now has moved there; names and addresses may be of both. */
const isTakenOver = (key: string, profile: Profile, present: ReadonlyMap<string, Profile[]>): boolean =>
  !/^(?:name|ip):/.test(key) &&
  (present.get(key) ?? []).some(
    (other) =>
      other !== profile &&
      other.isDevice &&
      other.record.isHeld &&
      other.record.source === profile.record.source,
  )

/** Two machines that one source holds have it, or two that different hypervisors hold. */
function areSeveral(key: string, carriers: readonly Profile[]): boolean {
  const sources = new Set<string>()
  const guests: Profile[] = []
  for (const profile of carriers) {
    if (!profile.isDevice || !profile.record.keys.includes(key)) continue
    if (guests.some((guest) => areTwoGuests(guest, profile))) return true
    if (profile.isGuest) guests.push(profile)
    if (!profile.record.isHeld) continue
    if (sources.has(profile.record.source)) return true
    sources.add(profile.record.source)
  }
  return false
}

/** In an order that does not depend on when records came. */
export const canonically = (left: IdentityRecord, right: IdentityRecord): number =>
  compareText(left.source, right.source) || compareText(left.sourceId, right.sourceId) || left.id - right.id

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
