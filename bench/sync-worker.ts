import { mkdtempSync, chmodSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { openDatabase, sqliteFile } from '#database/open.ts'
import { writerPragmas } from '#database/sqlite/sqlite-pragmas.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { runSource } from '#features/sync/run-source.ts'
import { systemClock } from '#kernel/clock.ts'
import type { ReportedDevice } from '#model/record.ts'
import type { Source } from '#sources/source.ts'
import { countRowWrites } from '#test/row-writes.ts'
import { testContext } from '#test/test-context.ts'

/** One measurement of sync.bench.ts, in a process of its own; the result goes to standard output as JSON. */
const [, , role, text] = process.argv
const parameters: unknown = JSON.parse(text!)
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const mac = (index: number): string => `00:1b:${hex(index, 8).match(/../g)!.join(':')}`

/** How many fields of a record differ in its later version: the system, and the state of one card. */
const changedFields = 2

/** A virtual machine as a hypervisor tells it. */
const machine = (index: number, version: number, cards: number): ReportedDevice => ({
  kind: 'device',
  sourceId: `qemu/${index}`,
  name: `vm-${index}.example.net`,
  deviceType: 'vm',
  status: 'active',
  nativeIds: [`uuid:${hex(index, 8)}-0000-4000-8000-${hex(index, 12)}`],
  os: version === 0 ? 'Debian GNU/Linux 13' : `Debian GNU/Linux 13.${version}`,
  interfaces: Array.from({ length: cards }, (_, card) => ({
    name: `net${card}`,
    mac: mac(index * cards + card),
    addresses: [
      `${10 + (card >> 1)}.${((card & 1) << 7) | (index >> 16)}.${(index >> 8) & 255}.${index & 255}/16`,
    ],
    status: card === 1 && version > 0 ? ('down' as const) : ('up' as const),
    type: 'virtual' as const,
  })),
  vm: { cpuCount: 4, memoryMb: 8192, powerState: 'POWERED_ON' },
  facts: { node: `node-${index % 40}`, pool: 'production' },
  volatile: { uptime: index + version },
})

/** Machines in pages of 1,000; each of `isChanged` in its later version. */
const sourceOf = (count: number, cards: number, isChanged: (index: number) => boolean): Source => ({
  test: async () => ({ message: '', warnings: [] }),
  async *read() {
    for (let start = 0; start < count; start += 1_000) {
      const size = Math.min(1_000, count - start)
      const records = Array.from({ length: size }, (_, offset) =>
        machine(start + offset, isChanged(start + offset) ? 1 : 0, cards),
      )
      yield { records, total: count }
    }
    return { complete: true }
  },
})

/** Seconds that this process has worked; on a busy machine they say more than the clock. */
const cpuSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function measureSync({ url, records, cards }: { url: string; records: number; cards: number }) {
  const opened = await openDatabase({ url })
  const context = { ...testContext(opened), clock: systemClock }
  const read = async (source: Source): Promise<{ run: Run; seconds: number; cpu: number }> => {
    const [start, before] = [performance.now(), process.cpuUsage()]
    const run = await runSource(
      context,
      { name: 'bench', system: 'proxmox', provesAbsence: true, source },
      { startedBy: 'bench', jobId: null },
      new AbortController().signal,
    )
    if (run.status !== 'complete') throw new Error(`the run was ${run.status}: ${run.reason}`)
    return { run, seconds: (performance.now() - start) / 1000, cpu: cpuSince(before) }
  }
  const cold = await read(sourceOf(records, cards, () => false))
  const again = await read(sourceOf(records, cards, () => false))
  const rows = await countAll(opened)
  const writes = await countRowWrites(opened)
  await read(sourceOf(records, cards, () => false))
  const againWrites = await writes.take()
  const changed = await read(sourceOf(records, cards, (index) => index % 100 === 0))
  const changedWrites = await writes.take()
  await writes.stop()
  await opened.close()
  return {
    cold: cold.seconds,
    again: again.seconds,
    changed: changed.seconds,
    coldCpu: cold.cpu,
    againCpu: again.cpu,
    memory: process.resourceUsage().maxRSS / 1024,
    writes: { again: againWrites, changed: changedWrites },
    fields: Math.ceil(records / 100) * changedFields,
    rows,
  }
}

/** The tables that a sync writes, parents first. */
const tables = [
  'sync_runs',
  'sync_metadata',
  'source_records',
  'record_native_ids',
  'devices',
  'device_links',
  'network_interfaces',
  'device_addresses',
  'vms',
  'hosts',
  'sync_history',
] as const

async function countAll({ db }: Pick<Awaited<ReturnType<typeof openDatabase>>, 'db'>): Promise<number> {
  let total = 0
  for (const table of tables) {
    const { count } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    total += Number(count)
  }
  return total
}

/** Puts the rows of one database into another as fast as its engine can, with the same indexes and the same safety. */
const measureBulk = async ({
  from,
  into,
}: {
  from: string
  into: string
}): Promise<{ seconds: number; cpu: number }> =>
  from.startsWith('sqlite:') ? bulkSqlite(from, into) : { seconds: await bulkPostgres(from, into), cpu: 0 }

/** Prepared statements, row by row, all in one transaction. */
function bulkSqlite(from: string, into: string): { seconds: number; cpu: number } {
  const source = new DatabaseSync(sqliteFile(from)!)
  const target = new DatabaseSync(sqliteFile(into)!)
  for (const pragma of writerPragmas) target.exec(`pragma ${pragma}`)
  const total = { seconds: 0, cpu: 0 }
  const timed = (work: () => void): void => {
    const [start, before] = [performance.now(), process.cpuUsage()]
    work()
    total.seconds += (performance.now() - start) / 1000
    total.cpu += cpuSince(before)
  }
  timed(() => target.exec('begin immediate'))
  for (const table of tables) {
    const read = source.prepare(`select * from ${table}`)
    read.setReturnArrays(true)
    const columns = read.columns().map((column) => column.name)
    const insert = target.prepare(
      `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    )
    for (const rows of inPieces(read.iterate() as Iterable<unknown>, 10_000)) {
      timed(() => {
        for (const row of rows) insert.run(...(row as never[]))
      })
    }
  }
  timed(() => target.exec('commit'))
  return total
}

function* inPieces<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let piece: T[] = []
  for (const item of items) {
    piece.push(item)
    if (piece.length < size) continue
    yield piece
    piece = []
  }
  yield piece
}

/** COPY from files of the server, all in one transaction. */
async function bulkPostgres(from: string, into: string): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-copy-'))
  chmodSync(folder, 0o777)
  try {
    const source = await connected(from)
    for (const table of tables) await source.query(`copy (select * from ${table}) to '${folder}/${table}'`)
    await source.end()
    const target = await connected(into)
    const start = performance.now()
    await target.query('begin')
    for (const table of tables) await target.query(`copy ${table} from '${folder}/${table}'`)
    await target.query('commit')
    const seconds = (performance.now() - start) / 1000
    await target.end()
    return seconds
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

const result =
  role === 'sync'
    ? await measureSync(parameters as { url: string; records: number; cards: number })
    : await measureBulk(parameters as { from: string; into: string })
process.stdout.write(JSON.stringify(result))
