import { applyBatch } from '#features/sync/apply-batch.ts'
import { startRun } from '#features/sync/start-run.ts'
import { correlate } from '#features/identity/correlate.ts'
import { median } from './figures.ts'
import { bySource, readEstate, withDatabase } from './identity/estate-database.ts'
import { makeEstate, type EstateRecord } from './identity/estate.ts'
import { toIdentityRecords } from './identity/our-correlator.ts'
import { Random } from './identity/random.ts'

/** One measurement of identity.bench.ts, in a process of its own; the result goes to standard output as JSON. */
const [, , role, text] = process.argv
const { seed, machines } = JSON.parse(text!) as { seed: number; machines: number }

/** Seconds that passed, and seconds that this process worked: on a busy machine those say more. */
async function timeOf(work: () => unknown): Promise<{ seconds: number; worked: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - start) / 1000, worked: (user + system) / 1e6 }
}

/** Of the whole process, in megabytes. */
const peakMemory = (): number => process.resourceUsage().maxRSS / 1024

/** The engine alone, on records that are in memory. */
async function measurePure() {
  const { records } = makeEstate({ seed, machines })
  const identityRecords = toIdentityRecords(records)
  const time = await timeOf(() => correlate(identityRecords))
  return { records: records.length, ...time, memory: peakMemory() }
}

/** All that a sync does, into a SQLite file; then 100 records that are known by other names and cards than before. */
async function measureDatabase() {
  const { records } = makeEstate({ seed, machines })
  return withDatabase(async (context) => {
    const cold = await timeOf(() => readEstate(context, records, bySource(records)))
    const memory = peakMemory()
    const source = bySource(records).find(([first]) => first!.source.system === 'puppet')!
    const run = await startRun(context, source[0]!.source, { startedBy: 'bench', jobId: null })
    const random = new Random(seed)
    const held = random.shuffled(source.filter((each) => each.isHeld))
    const times: { seconds: number; worked: number }[] = []
    for (let round = 0; round < 7; round += 1) {
      const batch = held.slice(round * 100, round * 100 + 100).map((each) => renamed(each, random))
      times.push(await timeOf(() => applyBatch(context, run, batch)))
    }
    const changed = {
      seconds: median(times.map((each) => each.seconds)),
      worked: median(times.map((each) => each.worked)),
    }
    return { records: records.length, cold, changed, memory }
  })
}

function renamed({ record }: EstateRecord, random: Random): EstateRecord['record'] {
  if (record.kind !== 'device') return record
  const [first, ...rest] = (record.interfaces ?? []).filter(({ mac }) => mac !== undefined)
  const mac = `24:6e:96:f${random.hex(1)}:${random.hex(2)}:${random.hex(2)}`
  return { ...record, name: `new-${record.name}`, interfaces: first ? [{ ...first, mac }, ...rest] : [] }
}

process.stdout.write(JSON.stringify(role === 'pure' ? await measurePure() : await measureDatabase()))
