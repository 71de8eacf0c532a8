import { areDisjoint, compareRecords } from '#features/identity/compare-records.ts'
import type { Comparison } from '#features/identity/compare-records.ts'
import { areTwoGuests, profileOf } from '#features/identity/identity-record.ts'
import type { IdentityRecord, Machine, Profile } from '#features/identity/identity-record.ts'
import { identityRules, joinDoubt, reviewDoubt, rivalFactor } from '#features/identity/identity-rules.ts'
import { canonically, KeyIndex, withoutCrowds } from '#features/identity/key-index.ts'
import { MachineCluster } from '#features/identity/machine-cluster.ts'
import type { Veto } from '#features/identity/machine-cluster.ts'
import { kindOfKey } from '#features/identity/record-traits.ts'

/** What a person said of two records, by id. */
export interface Decision {
  kind: 'same' | 'apart'
  left: number
  right: number
}

/** Two records side by side that identity weighed. */
export interface Pair {
  left: IdentityRecord
  right: IdentityRecord
  comparison: Comparison
  /** A person said that they are the same. */
  isDecided: boolean
}

/** A pair that a person should look at. */
export interface UndecidedPair extends Pair {
  kind: 'maybe-same' | 'clone' | 'contradiction'
}

/** Which records are one machine, and why. */
export interface Correlation {
  machines: Machine[]
  /** Sightings that belong to no device: their MAC says nothing, or is on several machines. */
  unplaced: IdentityRecord[]
  /** Records that share a key and yet are not the same machine. */
  conflicts: IdentityRecord[][]
  undecided: UndecidedPair[]
  /** The pairs that speak for a record's place, the best first. */
  reasons: (record: IdentityRecord) => Pair[]
}

/**
 * Which records speak of the same machine: a pure function of what they say and said, and of what people decided. The
 * answer does not depend on the order of the records, nor on the devices they are linked to, and records that share no
 * key with others never change what becomes of these. `witnesses` are others that have addresses of the records: what
 * becomes of them is not asked.
 */
export function correlate(
  records: readonly IdentityRecord[],
  decisions: readonly Decision[] = [],
  witnesses: readonly IdentityRecord[] = [],
): Correlation {
  const profiles = withoutCrowds(records)
    .toSorted(canonically)
    .map((record, index) => profileOf(record, index))
  const others = witnesses.map((record) => profileOf(record, -1))
  const work = new CorrelationWork(profiles, decisions, others)
  work.joinDecided()
  work.joinPairs()
  work.joinAddresses()
  return work.answer()
}

/** A pair on its way through the rules. */
interface Edge {
  left: Profile
  right: Profile
  comparison: Comparison
  isDecided: boolean
  /** Another machine, that cannot be the same, fits as well. */
  hasRival: boolean
  veto: Veto | undefined
}

/** The work on one set of records. */
class CorrelationWork {
  readonly #profiles: readonly Profile[]
  readonly #index: KeyIndex
  readonly #clusters: MachineCluster[]
  readonly #edges: Edge[] = []
  readonly #edgesOf: Edge[][]
  readonly #apart = new Set<string>()
  readonly #same: [Profile, Profile][] = []

  constructor(profiles: readonly Profile[], decisions: readonly Decision[], witnesses: readonly Profile[]) {
    this.#profiles = profiles
    this.#index = new KeyIndex(profiles, witnesses)
    this.#clusters = profiles.map((profile) => new MachineCluster(profile))
    this.#edgesOf = profiles.map(() => [])
    this.#readDecisions(decisions)
    this.#findEdges()
  }

  #readDecisions(decisions: readonly Decision[]): void {
    if (decisions.length === 0) return
    const byId = new Map(this.#profiles.map((profile) => [profile.record.id, profile]))
    for (const { kind, left, right } of decisions) {
      const [one, other] = [byId.get(left), byId.get(right)]
      if (one === undefined || other === undefined) continue
      const pair: [Profile, Profile] = one.index < other.index ? [one, other] : [other, one]
      if (kind === 'same') this.#same.push(pair)
      else this.#apart.add(pairKey(...pair))
    }
    this.#same.sort(([one, other], [third, fourth]) => one.index - third.index || other.index - fourth.index)
  }

  /** Every pair that shares a key and leaves no more doubt than a person could settle. */
  #findEdges(): void {
    const seen = new Set<number>()
    for (const [key, carriers] of this.#index.shared()) {
      const kind = kindOfKey(key)
      if (kind === 'ip' || kind === 'bare') continue
      for (let first = 0; first < carriers.length; first += 1) {
        for (let second = first + 1; second < carriers.length; second += 1) {
          this.#weigh(carriers[first]!, carriers[second]!, seen)
        }
      }
    }
    this.#edges.sort(
      (one, other) =>
        one.comparison.doubt - other.comparison.doubt ||
        one.left.index - other.left.index ||
        one.right.index - other.right.index,
    )
    for (const edge of this.#edges) {
      this.#edgesOf[edge.left.index]!.push(edge)
      this.#edgesOf[edge.right.index]!.push(edge)
    }
  }

  #weigh(one: Profile, other: Profile, seen: Set<number>): void {
    if (one === other) return
    const [left, right] = one.index < other.index ? [one, other] : [other, one]
    const pair = left.index * this.#profiles.length + right.index
    if (seen.has(pair)) return
    seen.add(pair)
    const comparison = compareRecords(left, right, this.#index)
    if (comparison.doubt > reviewDoubt && !isCopy(left, right, comparison)) return
    if (!mayWeigh(left, right, comparison)) return
    if (this.#index.isDisputed(left) || this.#index.isDisputed(right)) return
    this.#edges.push({ left, right, comparison, isDecided: false, hasRival: false, veto: undefined })
  }

  /** What people said comes before everything, and what they keep apart before what they join. */
  joinDecided(): void {
    for (const [left, right] of this.#same) {
      const comparison = compareRecords(left, right, this.#index)
      const edge: Edge = { left, right, comparison, isDecided: true, hasRival: false, veto: undefined }
      this.#edgesOf[left.index]!.unshift(edge)
      this.#edgesOf[right.index]!.unshift(edge)
      const [one, other] = [this.#clusterOf(left), this.#clusterOf(right)]
      if (one === other || this.#isKeptApart(one, other)) continue
      this.#merge(one, other)
    }
  }

  /** The least doubtful pairs first. What is left because of a rival may be clear once the rival is somewhere else. */
  joinPairs(): void {
    let open = this.#edges.filter((edge) => edge.comparison.doubt <= joinDoubt)
    for (;;) {
      const before = open.length
      open = open.filter((edge) => !this.#tryJoin(edge))
      if (open.length === before || open.length === 0) return
    }
  }

  /** Whether the pair is settled: it is one machine, or never will be. */
  #tryJoin(edge: Edge): boolean {
    const [one, other] = [this.#clusterOf(edge.left), this.#clusterOf(edge.right)]
    if (one === other) return true
    edge.veto = this.#vetoOf(one, other, edge.comparison.rank)
    if (edge.veto !== undefined) return true
    edge.hasRival = this.#hasRival(one, other, edge) || this.#hasRival(other, one, edge)
    if (edge.hasRival) return false
    this.#merge(one, other)
    return true
  }

  /** Whether another machine that is not `other` fits `one` nearly as well. */
  #hasRival(one: MachineCluster, other: MachineCluster, { comparison }: Edge): boolean {
    for (const member of one.members) {
      for (const edge of this.#edgesOf[member.index]!) {
        if (edge.comparison.doubt > comparison.doubt * rivalFactor) break
        const third = this.#clusterOf(edge.left === member ? edge.right : edge.left)
        if (third === one || third === other) continue
        if (this.#vetoOf(one, third, edge.comparison.rank) !== undefined) continue
        if (this.#vetoOf(other, third, edge.comparison.rank) !== undefined) return true
      }
    }
    return false
  }

  /** An address decides where a record tells nothing else, or where the one machine that has it has its name, too. */
  joinAddresses(): void {
    const found = this.#profiles.flatMap((profile): [Profile, Profile][] => {
      if (profile.macs.length > 0 && !profile.isBare) return []
      if (this.#clusterOf(profile).members.length > 1) return []
      const holder = profile.isBare ? this.#holderOf(profile) : this.#namesakeOf(profile)
      return holder === undefined ? [] : [[profile, holder]]
    })
    for (const [profile, holder] of found) {
      const [one, other] = [this.#clusterOf(holder), this.#clusterOf(profile)]
      const rule = profile.isBare ? ('only-address' as const) : ('address-of-name' as const)
      const { doubt, rank } = identityRules[rule]
      if (one === other || this.#vetoOf(one, other, rank) !== undefined) continue
      const keys = profile.addresses.map((address) => `ip:${address}`)
      const comparison: Comparison = { agreed: [{ rule, keys, isFormer: false }], differing: [], doubt, rank }
      const edge: Edge = {
        left: holder,
        right: profile,
        comparison,
        isDecided: false,
        hasRival: false,
        veto: undefined,
      }
      this.#edgesOf[profile.index]!.push(edge)
      this.#merge(one, other)
    }
  }

  /** Those who have an address of the record; what people wrote down counts where nobody else has it. */
  #holdersOf(profile: Profile): Profile[] {
    const all = profile.addresses
      .flatMap((address) => this.#index.carriers(`ip:${address}`))
      .filter((each) => each !== profile && each.record.isHeld && each.record.mayStandAlone)
    const asked = all.filter((each) => !each.isByHand)
    return asked.length > 0 ? asked : all.filter((each) => !this.#isOutdated(each))
  }

  /** What was written down of a machine that tells its addresses itself, and others. */
  #isOutdated(row: Profile): boolean {
    const told = this.#clusterOf(row).members.filter((each) => !each.isByHand && each.macs.length > 0)
    return told.some((each) => areDisjoint(each.addresses, row.addresses))
  }

  #holderOf(profile: Profile): Profile | undefined {
    const holders = this.#holdersOf(profile)
    return new Set(holders.map((each) => this.#clusterOf(each))).size === 1 ? holders[0] : undefined
  }

  /** What was seen without a card, under the name that the only machine with its address has. */
  #namesakeOf(profile: Profile): Profile | undefined {
    if (profile.isDevice || profile.names.length === 0) return undefined
    const holder = this.#holderOf(profile)
    if (holder === undefined) return undefined
    const isNamesake = this.#clusterOf(holder).members.some(
      (each) =>
        (each.isDevice || this.#index.isItsWord(each)) &&
        each.names.some((name) => profile.names.includes(name)),
    )
    return isNamesake ? holder : undefined
  }

  #clusterOf(profile: Profile): MachineCluster {
    return this.#clusters[profile.index]!
  }

  #merge(one: MachineCluster, other: MachineCluster): void {
    const [larger, smaller] = one.members.length >= other.members.length ? [one, other] : [other, one]
    for (const member of smaller.members) this.#clusters[member.index] = larger
    larger.take(smaller)
  }

  #vetoOf(one: MachineCluster, other: MachineCluster, rank: number): Veto | undefined {
    if (this.#isKeptApart(one, other)) return 'decided-apart'
    return one.vetoAgainst(other, rank)
  }

  #isKeptApart(one: MachineCluster, other: MachineCluster): boolean {
    if (this.#apart.size === 0) return false
    return one.members.some((left) =>
      other.members.some((right) =>
        this.#apart.has(left.index < right.index ? pairKey(left, right) : pairKey(right, left)),
      ),
    )
  }

  answer(): Correlation {
    // Machines that somebody names come first.
    const all = [...new Set(this.#clusters)]
    const isNamed = ({ members }: MachineCluster) => members.some((each) => each.isDevice)
    const clusters = [...all.filter(isNamed), ...all.filter((cluster) => !isNamed(cluster))]
    const isPlaced = new Map(clusters.map((cluster) => [cluster, this.#mayBeDevice(cluster)]))
    const recordsOf = ({ members }: MachineCluster) =>
      members.toSorted((left, right) => left.index - right.index).map(({ record }) => record)
    return {
      machines: clusters.filter((cluster) => isPlaced.get(cluster)).map(recordsOf),
      unplaced: clusters.filter((cluster) => !isPlaced.get(cluster)).flatMap(recordsOf),
      conflicts: this.#conflicts(),
      undecided: this.#undecided(),
      reasons: this.#reasons(),
    }
  }

  /** Sightings of a random MAC are no device, and neither are those of a MAC that several machines have. */
  #mayBeDevice({ members }: MachineCluster): boolean {
    if (members.some((each) => each.isDevice)) return true
    if (!members.some((each) => each.record.mayStandAlone)) return false
    return !members.some((each) => each.macs.some((key) => this.#index.isContested(key)))
  }

  #reasons(): Correlation['reasons'] {
    const byId = new Map(this.#profiles.map((profile) => [profile.record.id, profile]))
    return ({ id }) => this.#reasonsOf(byId.get(id)!)
  }

  #reasonsOf(profile: Profile): Pair[] {
    const own = this.#clusterOf(profile)
    if (own.members.length === 1) return []
    return this.#edgesOf[profile.index]!.filter(
      ({ left, right }) => this.#clusterOf(left) === own && this.#clusterOf(right) === own,
    ).map(pairOf)
  }

  /** Keys that say nothing because several machines have them, and records that fit several machines. */
  #conflicts(): IdentityRecord[][] {
    const contested = [...this.#index.shared()]
      .filter(([key]) => hardKinds.has(kindOfKey(key)) && this.#index.isContested(key))
      .map(([, carriers]) => carriers.filter((each) => each.isDevice).map((each) => each.record))
    const rivals = this.#edges
      .filter((edge) => edge.hasRival && this.#clusterOf(edge.left) !== this.#clusterOf(edge.right))
      .map((edge) => [edge.left.record, edge.right.record])
    return [...contested, ...rivals]
  }

  /** One pair of each two machines, the least doubtful. */
  #undecided(): UndecidedPair[] {
    const asked = new Map<MachineCluster, Set<MachineCluster>>()
    return this.#edges.flatMap((edge) => {
      const [one, other] = [this.#clusterOf(edge.left), this.#clusterOf(edge.right)]
      if (one === other || asked.get(one)?.has(other)) return []
      const kind = this.#questionOf(edge, one, other)
      if (kind === undefined) return []
      for (const [left, right] of [
        [one, other],
        [other, one],
      ] as const)
        asked.set(left, (asked.get(left) ?? new Set()).add(right))
      return [{ ...pairOf(edge), kind }]
    })
  }

  /** A source that names two machines has answered the question already. */
  #questionOf(edge: Edge, one: MachineCluster, other: MachineCluster): UndecidedPair['kind'] | undefined {
    if (!edge.left.isDevice || !edge.right.isDevice) return undefined
    const veto = this.#vetoOf(one, other, edge.comparison.rank)
    if (veto === undefined) return 'maybe-same'
    if (veto === 'two-hypervisors')
      return edge.comparison.agreed.some(({ rule }) => rule === 'contested') ? 'clone' : undefined
    if (
      veto === 'decided-apart' ||
      veto === 'same-source' ||
      veto === 'domain' ||
      veto === 'type' ||
      veto === 'maker' ||
      veto === 'site'
    )
      return undefined
    const isHard = edge.comparison.rank <= identityRules.mac.rank
    return isHard && edge.comparison.doubt <= joinDoubt ? 'contradiction' : undefined
  }
}

const hardKinds = new Set(['uuid', 'instance-uuid', 'serial', 'machine-id', 'chassis', 'certname', 'mac'])

/** Names and addresses that people and programs give do not make one machine of two cards seen on the network. */
function mayWeigh(left: Profile, right: Profile, { rank, agreed }: Comparison): boolean {
  const areDevices = left.isDevice && right.isDevice
  // A source that holds both means two machines.
  if (areDevices)
    return !(left.record.source === right.record.source && left.record.isHeld && right.record.isHeld)
  if (rank <= identityRules.mac.rank) return true
  if (agreed.some(({ rule }) => rule === 'unique-name' || rule === 'unique-full-name')) return true
  if (!left.record.mayStandAlone || !right.record.mayStandAlone) return false
  if (left.isDevice || right.isDevice || left.macs.length === 0 || right.macs.length === 0) return true
  return agreed.some(({ rule }) => rule === 'neighbour-mac' || rule === 'carried-mac')
}

/** Two hypervisors hold what was one: whether it moves or was copied, somebody knows. */
const isCopy = (left: Profile, right: Profile, { agreed }: Comparison): boolean =>
  areTwoGuests(left, right) && agreed.some(({ rule }) => rule === 'contested')

const pairKey = (left: Profile, right: Profile): string => `${left.index} ${right.index}`

const pairOf = ({ left, right, comparison, isDecided }: Edge): Pair => ({
  left: left.record,
  right: right.record,
  comparison,
  isDecided,
})
