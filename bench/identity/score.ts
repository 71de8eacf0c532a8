import type { CaseName } from './cases.ts'
import type { Estate, EstateRecord } from './estate.ts'

/** What is said of an estate: which records, by ref, are one machine, and which pairs a person should look at. */
export interface Outcome {
  clusters: string[][]
  review: [string, string][]
}

export type Correlator = (records: readonly EstateRecord[]) => Outcome

export interface Score {
  /** Of the pairs put together, the share that is of one machine. */
  precision: number
  /** Of the pairs of one machine that can be told, the share put together. */
  recall: number
  /** Records a person is asked about, of all whose machine can be told. */
  review: number
  /** Pairs asked about that are of one machine, of all asked about. */
  reviewHits: number
  /** Pairs put together that a hard case makes look alike. */
  falseMerges: number
}

/** Counts pairs: two records are together or not, and of one machine or not. */
export function score(estate: Estate, { clusters, review }: Outcome): Score {
  const truth = truthOf(estate)
  const clusterOf = clusterNumbers(clusters)
  let [together, wrong, found] = [0, 0, 0]
  for (const refs of clusters) {
    const members = refs.map((ref) => truth.get(ref)!.truth)
    const pairs = pairsIn(members.length)
    const same = sum(sizesBy(members, ({ machine }) => machine).map(pairsIn))
    const certain = sum(sizesBy(members, ({ group }) => group).map(pairsIn))
    wrong += pairs - same
    found += certain
    together += pairs - same + certain
  }
  const findable = sum(
    sizesBy(
      estate.records.map((each) => each.truth),
      ({ group }) => group,
    ).map(pairsIn),
  )
  const decidable = estate.records.filter((each) => !each.truth.isUndecidable).length
  const asked = new Set(review.flat().filter((ref) => !truth.get(ref)!.truth.isUndecidable))
  const hits = review.filter(
    ([left, right]) => truth.get(left)!.truth.machine === truth.get(right)!.truth.machine,
  )
  return {
    precision: together === 0 ? 1 : (together - wrong) / together,
    recall: findable === 0 ? 1 : found / findable,
    review: asked.size / decidable,
    reviewHits: review.length === 0 ? 1 : hits.length / review.length,
    falseMerges: estate.mustNotMerge.filter(
      ({ left, right }) => clusterOf.get(left) === clusterOf.get(right) && clusterOf.has(left),
    ).length,
  }
}

export interface CaseScore {
  /** Pairs of one machine that can be told, of which one record at least shows the case. */
  pairs: number
  missed: number
  /** Pairs put together that are two machines. */
  wrong: number
  falseMerges: number
}

/** The same by hard case: where it goes wrong. Pairs that show no case stand under `none`. */
export function scoreByCase(
  estate: Estate,
  { clusters }: Outcome,
): { cases: Map<CaseName | 'none', CaseScore>; missed: EstatePair[]; wrong: EstatePair[] } {
  const truth = truthOf(estate)
  const clusterOf = clusterNumbers(clusters)
  const cases = new Map<CaseName | 'none', CaseScore>()
  const count = (names: readonly (CaseName | 'none')[], field: keyof CaseScore): void => {
    for (const name of names) {
      const known = cases.get(name) ?? { pairs: 0, missed: 0, wrong: 0, falseMerges: 0 }
      known[field] += 1
      cases.set(name, known)
    }
  }
  const missed: EstatePair[] = []
  const wrong: EstatePair[] = []
  for (const records of Map.groupBy(estate.records, (each) => each.truth.group).values()) {
    for (const [left, right] of allPairs(records)) {
      const names = casesOf(left, right)
      count(names, 'pairs')
      if (clusterOf.get(left.ref) === clusterOf.get(right.ref) && clusterOf.has(left.ref)) continue
      count(names, 'missed')
      missed.push([left, right])
    }
  }
  for (const refs of clusters) {
    for (const [left, right] of allPairs(refs.map((ref) => truth.get(ref)!))) {
      if (left.truth.machine === right.truth.machine) continue
      count(casesOf(left, right), 'wrong')
      wrong.push([left, right])
    }
  }
  for (const each of estate.mustNotMerge)
    if (clusterOf.has(each.left) && clusterOf.get(each.left) === clusterOf.get(each.right))
      count([each.case], 'falseMerges')
  return { cases, missed, wrong }
}

export type EstatePair = readonly [EstateRecord, EstateRecord]

const casesOf = (left: EstateRecord, right: EstateRecord): readonly (CaseName | 'none')[] => {
  const names = new Set([...left.truth.cases, ...right.truth.cases])
  return names.size === 0 ? ['none'] : [...names]
}

const truthOf = ({ records }: Estate): Map<string, EstateRecord> =>
  new Map(records.map((each) => [each.ref, each]))

const clusterNumbers = (clusters: Outcome['clusters']): Map<string, number> =>
  new Map(clusters.flatMap((refs, index) => refs.map((ref): [string, number] => [ref, index])))

const pairsIn = (size: number): number => (size * (size - 1)) / 2

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

function sizesBy<T>(items: readonly T[], key: (item: T) => string | number): number[] {
  const sizes = new Map<string | number, number>()
  for (const item of items) sizes.set(key(item), (sizes.get(key(item)) ?? 0) + 1)
  return [...sizes.values()]
}

function* allPairs<T>(items: readonly T[]): Generator<[T, T]> {
  for (let first = 0; first < items.length; first += 1)
    for (let second = first + 1; second < items.length; second += 1) yield [items[first]!, items[second]!]
}
