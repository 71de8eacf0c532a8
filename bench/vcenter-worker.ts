import { openDatabase } from '#database/open.ts'
import { migrate } from '#database/migrate.ts'
import { runSource } from '#features/sync/run-source.ts'
import { systemClock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { vcenterSource } from '#sources/vcenter/vcenter.ts'
import { startFakeVcenter } from '#test/fakes/vcenter.ts'
import { largeInventory } from '#test/fakes/vcenter-world.ts'
import { testContext } from '#test/test-context.ts'

/** What vcenter.bench.ts measures or needs, each in a process of its own, which speaks with it by messages. */
export interface ServedVcenter {
  url: string
  ca: string
  password: string
}
export interface ServedCounts {
  requests: number
  questions: number
  logins: number
  open: number
}
export interface ReadFigures {
  records: number
  complete: boolean
  seconds: number
  firstDevice: number
  /** Peak of resident memory, in megabytes. */
  peak: number
  /** What was kept at the end more than after the first pages, in megabytes. */
  kept: number
}
export interface SyncFigures {
  status: string
  seconds: number
  /** When so many of all devices could be seen from outside, as shares of the whole time. */
  firstSeen: number
  halfSeen: number
}

/** A fake with so many machines; tells what it was asked whenever it gets a message. */
async function serve({ machines }: { machines: number }): Promise<void> {
  const fake = await startFakeVcenter()
  fake.inventory = largeInventory(machines)
  fake.tags.dialect = 'none'
  process.send!({ url: fake.url, ca: fake.certificate, password: fake.password } satisfies ServedVcenter)
  process.on('message', () => {
    const { requests, logins, open } = fake
    const questions = requests.filter((request) => /Retrieve(Properties|.*PropertiesEx)/.test(request)).length
    process.send!({ requests: requests.length, questions, logins, open: open.size } satisfies ServedCounts)
  })
}

const opened = ({ url, ca, password }: ServedVcenter) =>
  vcenterSource.open(vcenterSource.settings.parse({ url, username: 'bench', password, tls: { ca } }), {
    clock: systemClock,
    log: silentLog,
    name: 'bench',
  })

/** Megabytes that are really in use; the process has to be started with --expose-gc. */
function heapInUse(): number {
  globalThis.gc!()
  return process.memoryUsage().heapUsed / 1_048_576
}

async function read(served: ServedVcenter): Promise<ReadFigures> {
  const start = performance.now()
  const since = () => (performance.now() - start) / 1000
  const pages = opened(served).read(new AbortController().signal)
  let records = 0
  let firstDevice = Number.NaN
  let live = Number.NaN
  for (let page = 0; ; page += 1) {
    const step = await pages.next()
    if (step.done) {
      const peak = process.resourceUsage().maxRSS / 1024
      const kept = heapInUse() - live
      return { records, complete: step.value.complete, seconds: since(), firstDevice, peak, kept }
    }
    if (page === 5) live = heapInUse()
    if (records === 0 && step.value.records.length > 0) firstDevice = since()
    records += step.value.records.length
  }
}

/** Reads into a database, and looks from a second connection how many devices are to be seen meanwhile. */
async function sync({
  database: url,
  ...served
}: ServedVcenter & { database: string }): Promise<SyncFigures> {
  const database = await openDatabase({ url })
  await migrate(database)
  const watcher = await openDatabase({ url })
  const context = { ...testContext(database), clock: systemClock }
  const seen: [seconds: number, devices: number][] = []
  const start = performance.now()
  const since = () => (performance.now() - start) / 1000
  let isRunning = true
  const watch = async () => {
    while (isRunning) {
      const row = await watcher.db.selectFrom('devices').select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow() // prettier-ignore
      seen.push([since(), Number(row.count)])
      await systemClock.sleep(100, new AbortController().signal)
    }
  }
  const watching = watch()
  const run = await runSource(
    context,
    { name: 'bench', system: 'vcenter', provesAbsence: true, source: opened(served) },
    { startedBy: 'bench', jobId: null },
    new AbortController().signal,
  )
  const seconds = since()
  isRunning = false
  await watching
  await watcher.close()
  await database.close()
  const all = seen.at(-1)![1]
  const when = (least: number) => seen.find(([, devices]) => devices >= least)![0] / seconds
  return { status: run.status, seconds, firstSeen: when(1), halfSeen: when(all / 2) }
}

const [, , role, text] = process.argv
const parameters: unknown = JSON.parse(text!)
if (role === 'serve') await serve(parameters as { machines: number })
else {
  const figures = await (role === 'read'
    ? read(parameters as ServedVcenter)
    : sync(parameters as ServedVcenter & { database: string }))
  process.send!(figures)
  process.exit(0)
}
