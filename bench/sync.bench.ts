import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { startPostgres } from '#test/postgres-server.ts'

/**
 * How fast a source of 100,000 machines with two interfaces each is read into the inventory: for the first time, again
 * with nothing changed, and again with one in a hundred changed; against the engine's own bulk insert of the same rows.
 * `node bench/sync.bench.ts [sqlite|postgres]... [--records N] [--cards N]`. Each measurement has a process of its own.
 */
const args = process.argv.slice(2)
const records = Number(/--records (\d+)/.exec(args.join(' '))?.[1] ?? 100_000)
const cards = Number(/--cards (\d+)/.exec(args.join(' '))?.[1] ?? 2)
const wanted = ['sqlite', 'postgres'].filter((engine) => args.includes(engine))
const engines = wanted.length > 0 ? wanted : ['sqlite', 'postgres']

interface Sync {
  cold: number
  again: number
  changed: number
  /** Seconds that the process itself worked; PostgreSQL's work is not in them. */
  coldCpu: number
  againCpu: number
  /** Peak of resident memory, in megabytes, after the first run and in the end. */
  memory: number
  writes: { again: Record<string, number>; changed: Record<string, number> }
  /** Fields that changed in the third run. */
  fields: number
  rows: number
}

interface Bulk {
  seconds: number
  cpu: number
}

function inOwnProcess<Result>(role: string, parameters: object): Result {
  const script = path.join(import.meta.dirname, 'sync-worker.ts')
  const done = spawnSync(process.execPath, [script, role, JSON.stringify(parameters)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  })
  if (done.status !== 0) throw new Error(`${role} ended with ${done.status}`)
  return JSON.parse(done.stdout.toString()) as Result
}

let below = 0

/** One line of the result: what, how much, and how much it may be. */
function judge(what: string, value: number, limit: number, mode: 'at most' | 'at least', unit = ''): void {
  const isGood = mode === 'at most' ? value <= limit : value >= limit
  if (!isGood) below += 1
  const shown = value >= 100 ? value.toFixed(0) : value.toFixed(2)
  console.log(`  ${isGood ? 'ok   ' : 'BELOW'} ${what}: ${shown}${unit} (${mode} ${limit}${unit})`)
}

const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

/** A run's own rows, however many records it reads. */
const bookkeeping = 20

function report(engine: string, sync: Sync, { seconds: bulk, cpu }: Bulk): void {
  console.log(
    `${engine}: ${sync.rows} rows of ${records} records; first ${sync.cold.toFixed(1)} s, their bulk insert ${bulk.toFixed(1)} s, again ${sync.again.toFixed(2)} s, 1 % changed ${sync.changed.toFixed(2)} s`,
  )
  console.log(
    `  in seconds of work of its own process: first ${sync.coldCpu.toFixed(1)}, bulk insert ${cpu.toFixed(1)}, again ${sync.againCpu.toFixed(1)}`,
  )
  judge('first reading, times the bulk insert of its rows', sync.cold / bulk, 4, 'at most', 'x')
  judge('peak of resident memory', sync.memory, 400, 'at most', ' MB')
  judge('rows written when nothing changed', sum(sync.writes.again), bookkeeping, 'at most')
  judge('nothing changed, faster than the first reading', sync.cold / sync.again, 8, 'at least', 'x')
  const perField = (sum(sync.writes.changed) - bookkeeping) / sync.fields
  judge('1 % changed, rows written for each changed field', perField, 2, 'at most')
  console.log(`        rows written: ${JSON.stringify(sync.writes.changed)}, changed fields: ${sync.fields}`)
}

async function empty(url: string): Promise<void> {
  const database = await openDatabase({ url })
  await migrate(database)
  await database.close()
}

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'))
const server = engines.includes('postgres') ? await startPostgres() : undefined
try {
  for (const engine of engines) {
    const urls = ['synced', 'copied'].map((name) =>
      engine === 'sqlite'
        ? `sqlite:${path.join(folder, `${name}.db`)}`
        : server!.url.replace(/\/[^/]*$/, `/${name}`),
    )
    if (server && engine === 'postgres') {
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      for (const name of ['synced', 'copied']) await client.query(`create database ${name}`)
      await client.end()
    }
    for (const url of urls) await empty(url)
    const sync = inOwnProcess<Sync>('sync', { url: urls[0], records, cards })
    const bulk = inOwnProcess<Bulk>('bulk', { from: urls[0], into: urls[1] })
    report(engine, sync, bulk)
  }
} finally {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(below === 0 ? 0 : 1)
