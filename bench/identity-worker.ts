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

const secondsOf = async (work: () => unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** Of the whole process, in megabytes. */
const peakMemory = (): number => process.resourceUsage().maxRSS / 1024

/** The engine alone, on records that are in memory. */
async function measurePure() {
  const { records } = makeEstate({ seed, machines })
  const identityRecords = toIdentityRecords(records)
  const before = process.cpuUsage()
  const seconds = await secondsOf(() => correlate(identityRecords))
  const { user, system } = process.cpuUsage(before)
  return { records: records.length, seconds, cpu: (user + system) / 1e6, memory: peakMemory() }
}

/** All that a sync does, into a SQLite file; then 100 records that are known by other names and cards than before. */
async function measureDatabase() {
  const { records } = makeEstate({ seed, machines })
  return withDatabase(async (context) => {
    const cold = await secondsOf(() => readEstate(context, records, bySource(records)))
    const memory = peakMemory()
    const source = bySource(records).find(([first]) => first!.source.system === 'puppet')!
    const run = await startRun(context, source[0]!.source, { startedBy: 'bench', jobId: null })
    const random = new Random(seed)
    const held = random.shuffled(source.filter((each) => each.isHeld))
    const times: number[] = []
    for (let round = 0; round < 7; round += 1) {
      const batch = held.slice(round * 100, round * 100 + 100).map((each) => changed(each, random))
      times.push(await secondsOf(() => applyBatch(context, run, batch)))
    }
    return { records: records.length, cold, changed: median(times), memory }
  })
}

function changed({ record }: EstateRecord, random: Random): EstateRecord['record'] {
  if (record.kind !== 'device') return record
  const [first, ...rest] = (record.interfaces ?? []).filter(({ mac }) => mac !== undefined)
  const mac = `24:6e:96:f${random.hex(1)}:${random.hex(2)}:${random.hex(2)}`
  return { ...record, name: `new-${record.name}`, interfaces: first ? [{ ...first, mac }, ...rest] : [] }
}

process.stdout.write(JSON.stringify(role === 'pure' ? await measurePure() : await measureDatabase()))
