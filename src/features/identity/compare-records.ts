import { formerFactor, identityRules } from '#features/identity/identity-rules.ts'
import type { RuleName } from '#features/identity/identity-rules.ts'
import type { Profile } from '#features/identity/identity-record.ts'
import { kindOfKey, valueOfKey } from '#features/identity/record-traits.ts'
import { areNearSerials } from '#model/serial.ts'
import { areNearMacs, areNeighbourMacs, isCarriedMac, isVirtualMac } from '#model/mac.ts'

/** Something that two records have in common. */
export interface Agreement {
  rule: RuleName
  keys: readonly string[]
  /** One of them has it no longer. */
  isFormer: boolean
}

/** How two records look side by side. */
export interface Comparison {
  agreed: readonly Agreement[]
  differing: readonly RuleName[]
  /** How likely they are two machines, 0 to 1. */
  doubt: number
  /** Rank of the strongest agreement. */
  rank: number
}

/** What is known of the keys of all records together. */
export interface KeyKnowledge {
  /** Whether two machines that are not the same have the key. */
  isContested(key: string): boolean
  /** Whether two machines that are not the same have both keys. */
  isContestedWith(key: string, other: string): boolean
  /** Whether no other machine that the source of the record tells of has the name. */
  isOnlyOne(nameKey: string, profile: Profile): boolean
  /** Whether a machine itself, asked by this source or another, gave the name of the record. */
  isItsWord(profile: Profile): boolean
  /** Whether something seen without a MAC has the name of one machine and the address of another. */
  isDisputed(profile: Profile): boolean
  /** Whether what gives itself one of the names is somewhere else. */
  isElsewhere(profile: Profile): boolean
  /** Whether one of the machines that have a contested key keeps its address to itself, so that none tells them apart. */
  isOfSilent(key: string): boolean
  /** Whether a device that a source holds tells the address as its own. */
  isTold(address: string): boolean
  /** Whether everything seen with the MAC that has a name has one of these. */
  isCalled(macKey: string, names: readonly string[]): boolean
}

const common = (left: readonly string[], right: readonly string[]): string[] =>
  left.filter((item) => right.includes(item))

export const areDisjoint = (left: readonly string[], right: readonly string[]): boolean =>
  left.length > 0 && right.length > 0 && !left.some((item) => right.includes(item))

const has = (left: Profile, right: Profile, key: string): boolean =>
  right.former.includes(key) && (left.former.includes(key) || presentKeys(left).includes(key))

const presentKeys = ({ record }: Profile): readonly string[] => record.keys

/** Keys of these kinds that at least one of both has lost and the other has or had. */
function formerOf(left: Profile, right: Profile, kinds: readonly string[]): string[] {
  if (left.former.length === 0 && right.former.length === 0) return []
  const lost = new Set([
    ...left.former.filter((key) => has(right, left, key)),
    ...right.former.filter((key) => has(left, right, key)),
  ])
  return [...lost].filter((key) => kinds.includes(kindOfKey(key)))
}

/** Compares two records by every rule. */
export function compareRecords(left: Profile, right: Profile, knowledge: KeyKnowledge): Comparison {
  const agreed: Agreement[] = []
  const differing: RuleName[] = []
  const note = (rule: RuleName, keys: readonly string[]) => {
    if (keys.length === 0) return
    if (rule === 'address') return noteAddress(keys, agreed, knowledge)
    const isContested = rule !== 'neighbour-mac' && keys.every((key) => knowledge.isContested(key))
    agreed.push({ rule: isContested ? 'contested' : rule, keys, isFormer: false })
  }
  const remember = (rule: RuleName, kinds: readonly string[]): boolean => {
    const keys = formerOf(left, right, kinds).filter((key) => !knowledge.isContested(key))
    if (keys.length > 0) agreed.push({ rule, keys, isFormer: true })
    return keys.length > 0
  }
  const compare = (
    rule: RuleName,
    one: readonly string[],
    other: readonly string[],
    kinds: readonly string[],
  ) => {
    const keys = common(one, other)
    note(rule, keys)
    if (keys.length === 0 && !remember(rule, kinds) && areDisjoint(one, other)) differing.push(rule)
  }
  compare('uuid', left.uuids, right.uuids, ['uuid'])
  compare('instance-uuid', left.instances, right.instances, ['instance-uuid'])
  compareSerials(left, right, { note, remember, differing })
  for (const key of common(left.ids, right.ids)) note(ruleOfId(key), [key])
  compareMacs(left, right, knowledge, { note, remember, differing })
  if (left.group !== undefined && right.group !== undefined && left.group !== right.group)
    differing.push('type')
  const makers = [left.record.vendor, right.record.vendor]
  if (makers[0] !== undefined && makers[1] !== undefined && makers[0] !== makers[1]) differing.push('maker')
  const sites = [left.record.site, right.record.site]
  if (sites[0] !== undefined && sites[1] !== undefined && sites[0] !== sites[1]) differing.push('site')
  compareNames(left, right, knowledge, agreed, differing)
  const addresses = common(left.addresses, right.addresses).map((address) => `ip:${address}`)
  if (addresses.length > 0) note('address', addresses)
  else if (left.isDevice && right.isDevice && common(left.names, right.names).length > 0)
    remember('address', ['ip'])
  else if (left.isDevice !== right.isDevice) noteNetworks(left, right, knowledge, agreed)
  // One source that names two by the same name, one after the other, may mean two: others have a say first.
  const isSuccessor = left.isDevice && right.isDevice && left.record.source === right.record.source
  return weigh(agreed, differing, isSuccessor && addresses.length === 0 ? formerFactor : 1)
}

/** An address tells copies apart, unless two of them have it, or one keeps its own to itself. */
function noteAddress(keys: readonly string[], agreed: Agreement[], knowledge: KeyKnowledge): void {
  const copied = agreed.filter(({ rule }) => rule === 'contested').flatMap((each) => each.keys)
  const own = keys.filter((key) => !copied.some((each) => knowledge.isContestedWith(each, key)))
  if (own.length === 0) return
  const isOwn = copied.length > 0 && !copied.some((key) => knowledge.isOfSilent(key))
  agreed.push({ rule: isOwn ? 'own-address' : 'address', keys: own, isFormer: false })
}

/** Another card of a machine that was seen on the same network: its address is nobody else's. */
function noteNetworks(left: Profile, right: Profile, knowledge: KeyKnowledge, agreed: Agreement[]): void {
  const [device, sighting] = left.isDevice ? [left, right] : [right, left]
  const names = common(device.names, sighting.names)
  if (!names.some((name) => knowledge.isOnlyOne(name, device))) return
  if (!sighting.macs.every((mac) => knowledge.isCalled(mac, sighting.names))) return
  if (device.knowsItsAddresses || sighting.addresses.some((address) => knowledge.isTold(address))) return
  const networks = common(left.networks, right.networks)
  if (networks.length > 0)
    agreed.push({ rule: 'network', keys: networks.map((network) => `network:${network}.0`), isFormer: false })
}

interface Notes {
  note(rule: RuleName, keys: readonly string[]): void
  remember(rule: RuleName, kinds: readonly string[]): boolean
  differing: RuleName[]
}

const ruleOfId = (key: string): RuleName => {
  const kind = kindOfKey(key)
  return kind === 'node-id' || kind === 'chassis' || kind === 'certname' || kind === 'machine-id'
    ? kind
    : 'native-id'
}

function compareSerials(left: Profile, right: Profile, { note, remember, differing }: Notes): void {
  const keys = common(left.serials, right.serials)
  const [one, other] = [left.record.vendor, right.record.vendor]
  const isOfOther = one !== undefined && other !== undefined && one !== other
  note(isOfOther ? 'serial-of-other-maker' : 'serial', keys)
  if (keys.length > 0 || remember('serial', ['serial'])) return
  if (!isOfOther && areOtherSerials(left.serials, right.serials)) differing.push('serial')
}

/** Numbers that differ by one typing error are neither the same nor different. */
export const areOtherSerials = (left: readonly string[], right: readonly string[]): boolean =>
  areDisjoint(left, right) &&
  !left.some((one) => right.some((other) => areNearSerials(valueOfKey(one), valueOfKey(other))))

function compareMacs(
  left: Profile,
  right: Profile,
  knowledge: KeyKnowledge,
  { note, remember, differing }: Notes,
): void {
  const keys = common(left.macs, right.macs)
  const isCalledSo = (each: Profile) =>
    each.isDevice || each.macs.every((mac) => knowledge.isCalled(mac, each.names))
  const mayBeOne =
    keys.length === 0 && common(left.names, right.names).length > 0 && isCalledSo(left) && isCalledSo(right)
  const neighbours = !mayBeOne ? [] : neighboursOf(left.boardMacs, right.boardMacs)
  if (keys.length > 0) note(macRule(left, right, keys), keys)
  else if (remember('mac', ['mac', 'nic'])) return
  else if (neighbours.length > 0) note('neighbour-mac', neighbours)
  else if (knowCards(left, right) && areOtherCards(left.lastingMacs, right.lastingMacs)) differing.push('mac')
}

const neighboursOf = (left: readonly string[], right: readonly string[]): string[] =>
  left.filter((one) => right.some((other) => areNeighbourMacs(valueOfKey(one), valueOfKey(other))))

/** Whether no card of the one is on one board with a card of the other. */
export const areOtherBoards = (left: readonly string[], right: readonly string[]): boolean =>
  neighboursOf(left, right).length === 0

/** Whether both tell enough of their cards for others to be of another machine. */
const knowCards = (left: Profile, right: Profile): boolean =>
  (left.isDevice && right.isDevice) || left.knowsItsCards || right.knowsItsCards

/** Whether no card of the one is a card of the other, mistyped perhaps. */
export const areOtherCards = (left: readonly string[], right: readonly string[]): boolean =>
  areDisjoint(left, right) && !left.some((one) => right.some((other) => areNearMacs(one, other)))

/** A card that somebody wrote down for what has another name and another address may be mistyped. */
const isWrittenElsewhere = (left: Profile, right: Profile): boolean =>
  left.isByHand !== right.isByHand &&
  areDisjoint(left.names, right.names) &&
  areDisjoint(left.addresses, right.addresses)

function macRule(left: Profile, right: Profile, keys: readonly string[]): RuleName {
  const lasting = keys.filter((key) => left.lastingMacs.includes(key))
  if (lasting.length === 0) {
    if (keys.some((key) => isCarriedMac(valueOfKey(key)))) return 'carried-mac'
    if (!left.isDevice && !right.isDevice) return 'mac-seen'
    return 'random-mac'
  }
  if (isWrittenElsewhere(left, right)) return 'written-mac'
  if (!left.isDevice || !right.isDevice) return 'mac-seen'
  const isAll = lasting.length === Math.min(left.lastingMacs.length, right.lastingMacs.length)
  if (lasting.length > 1) return 'macs'
  const isVirtual = lasting.every((key) => isVirtualMac(valueOfKey(key)))
  if (isVirtual) return isAll ? 'virtual-mac' : 'virtual-mac-of-several'
  return isAll ? 'mac' : 'mac-of-several'
}

/** Whether the name of something seen is its own: nobody else tells its address, and all who saw it call it so. */
const isOwnName = (profile: Profile, knowledge: KeyKnowledge): boolean =>
  knowledge.isItsWord(profile) ||
  (profile.macs.length > 0 &&
    !profile.addresses.some((address) => knowledge.isTold(address)) &&
    !knowledge.isElsewhere(profile) &&
    profile.macs.every((mac) => knowledge.isCalled(mac, profile.names)))

/** The same short name in two domains is two names. */
function compareNames(
  left: Profile,
  right: Profile,
  knowledge: KeyKnowledge,
  agreed: Agreement[],
  differing: RuleName[],
): void {
  const [one, other] = [left.record, right.record]
  const full = common(one.fullNames, other.fullNames)
  const shared = common(left.names, right.names)
  const isElsewhere = areDisjoint(one.fullNames, other.fullNames)
  // A name that two machines have, in two domains, is the names of two machines.
  if (isElsewhere && shared.length > 0 && shared.every((name) => knowledge.isContested(name))) {
    differing.push('name')
    return
  }
  if (shared.length > 0) {
    // What a card seen on the network is called may come from whoever had its address before.
    const isOnlyOne =
      !isElsewhere &&
      [left, right].every((each) => each.isDevice || isOwnName(each, knowledge)) &&
      (left.isDevice || right.isDevice || (knowledge.isItsWord(left) && knowledge.isItsWord(right))) &&
      shared.some((name) => knowledge.isOnlyOne(name, left) && knowledge.isOnlyOne(name, right))
    if (one.source !== other.source && shared.every((name) => knowledge.isOfSilent(name))) {
      agreed.push({ rule: 'contested', keys: shared, isFormer: false })
      return
    }
    const kind = full.length > 0 ? 'full-name' : 'name'
    agreed.push({ rule: isOnlyOne ? `unique-${kind}` : kind, keys: shared, isFormer: false })
    return
  }
  const former = formerOf(left, right, ['name'])
  const isKnown = former.some((name) => knowledge.isOnlyOne(name, left) && knowledge.isOnlyOne(name, right))
  if (former.length > 0) agreed.push({ rule: isKnown ? 'unique-name' : 'name', keys: former, isFormer: true })
  else if (left.names.length > 0 && right.names.length > 0) differing.push('name')
}

/** What a copy is called as its original is. */
const namesOfCopy: ReadonlySet<RuleName> = new Set(['name', 'full-name', 'certname'])

/** The doubts of all that agrees, multiplied; what differs counts against it, or forbids it where it is stronger. */
function weigh(agreed: readonly Agreement[], differing: readonly RuleName[], first: number): Comparison {
  let doubt = first
  let rank = 10
  // A maker's number under a name that nobody else has is one machine, whatever board is in it now.
  const rules = new Set(agreed.map(({ rule }) => rule))
  if (rules.has('serial') && (rules.has('unique-name') || rules.has('unique-full-name'))) rank = 1
  // At the address that goes with its name a machine may be written down for another site.
  if (rules.has('address') && (rules.has('unique-name') || rules.has('unique-full-name')))
    rank = Math.min(rank, identityRules.site.rank)
  const isCopy = rules.has('contested')
  const isAtAddress = rules.has('address') && (rules.has('name') || rules.has('full-name'))
  let isFirst = true
  for (const { rule, isFormer } of agreed) {
    // What a copy has of its original it has altogether: its keys count once, and its name not unless it is its own.
    const isSame = isCopy && (rule === 'contested' ? !isFirst : namesOfCopy.has(rule))
    if (rule === 'contested') isFirst = false
    if (isSame) continue
    // What somebody still calls by an old name is at the address that goes with it.
    const isOld = isFormer && !((rule === 'name' || rule === 'address') && isAtAddress)
    doubt *= identityRules[rule].doubt * (isOld ? formerFactor : 1)
    rank = Math.min(rank, identityRules[rule].rank)
  }
  for (const rule of differing) if (identityRules[rule].rank >= rank) doubt *= identityRules[rule].differs
  return { agreed, differing, doubt: Math.min(doubt, 1), rank }
}
