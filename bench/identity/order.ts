import { hash } from 'node:crypto'
import { atMost } from '../figures.ts'
import { bySource, devicesByRef, readEstate, withDatabase } from './estate-database.ts'
import { makeEstate, type EstateRecord } from './estate.ts'
import { ourCorrelator } from './our-correlator.ts'
import { Random } from './random.ts'
import type { Outcome } from './score.ts'

/** Whether the answer depends on the order in which records come, or in how many pieces. */
export async function benchOrder(
  seed: number,
  options: { machines: number; permutations: number },
): Promise<void> {
  const { records } = makeEstate({ seed, machines: options.machines })
  const random = new Random(`order ${seed}`)
  const answers = new Set<string>()
  for (let round = 0; round < options.permutations; round += 1)
    answers.add(fingerprint(ourCorrelator(random.shuffled(records))))
  atMost(`answers to ${records.length} records in ${options.permutations} orders`, answers.size, 1)

  const few = makeEstate({ seed: seed + 1, machines: 800 }).records
  const whole = partition(ourCorrelator(few).clusters)
  for (let round = 1; round <= 3; round += 1) {
    const parted = await inPieces(few, random)
    const others = [...parted].filter((cluster) => !whole.has(cluster))
    atMost(`machines of ${whole.size} found otherwise in random batches, order ${round}`, others.length, 0)
    for (const cluster of others.slice(0, 3)) {
      console.log(`    in batches: ${cluster}`)
      const refs = new Set(cluster.split(' '))
      for (const each of whole)
        if (each.split(' ').some((ref) => refs.has(ref))) console.log(`    at once:    ${each}`)
    }
  }
}

const fingerprint = ({ clusters, review }: Outcome): string =>
  hash(
    'sha256',
    JSON.stringify([
      [...partition(clusters)].toSorted(),
      review.map((pair) => pair.toSorted().join(' ')).toSorted(),
    ]),
  )

const partition = (clusters: readonly (readonly string[])[]): Set<string> =>
  new Set(clusters.map((refs) => refs.toSorted().join(' ')))

/** The same through a database, in batches of random size and order. */
async function inPieces(records: readonly EstateRecord[], random: Random): Promise<Set<string>> {
  return withDatabase(async (context) => {
    await readEstate(context, records, random.shuffled(batchesOf(records, random)))
    const devices = await devicesByRef(context)
    const clusters = Map.groupBy(records, ({ ref }) => devices.get(ref) ?? ref)
    return partition([...clusters.values()].map((list) => list.map(({ ref }) => ref)))
  })
}

function batchesOf(records: readonly EstateRecord[], random: Random): EstateRecord[][] {
  return bySource(records).flatMap((ofSource) => {
    const left = random.shuffled(ofSource)
    const batches: EstateRecord[][] = []
    while (left.length > 0) batches.push(left.splice(0, 1 + random.below(80)))
    return batches
  })
}
