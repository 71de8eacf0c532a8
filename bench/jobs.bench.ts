import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startPostgres } from '#test/postgres-server.ts'
import { atLeast, atMost, median, missedFigures, percentile } from './figures.ts'
import { unnoticed, verifiedASecond } from './jobs-audit.ts'
import { installPeers, secondsOf } from './jobs-peers.ts'
import { restartSeconds, takeoverSeconds } from './jobs-restart.ts'
import { signalMilliseconds } from './jobs-signal.ts'

/**
 * The figures of jobs, on databases whose commits are on disk: rows with history and a chained trail against the least
 * they can cost (SQLite) and against job queues that keep neither (PostgreSQL); how fast a file becomes rows; how soon
 * work goes on after a death and stops when it is told to; the trail. `--parts=rows,enqueue,restart,signal,audit`.
 */
const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'rows,enqueue,restart,signal,audit' },
    rows: { type: 'string', default: '60000' },
    rounds: { type: 'string', default: '3' },
    csv: { type: 'string', default: '200000' },
    backlog: { type: 'string', default: '1000000' },
    lines: { type: 'string', default: '200000' },
    mutations: { type: 'string', default: '10000' },
  },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)
const csvRows = Number(values.csv)
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-jobs-'))
const server = await startPostgres({ isDurable: true })
let databases = 0

const freshSqlite = async () => `sqlite:${join(folder, `${(databases += 1)}.db`)}`

async function freshPostgres(): Promise<string> {
  const name = `bench_${(databases += 1)}`
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return server.url.replace(/\/[^/]*$/, `/${name}`)
}

type Fresh = () => Promise<string>
const engines: [string, Fresh][] = [
  ['SQLite', freshSqlite],
  ['PostgreSQL', freshPostgres],
]

/** Rows a second of each program, in turns and by the median; every round on a new database. */
async function inTurns(programs: readonly (readonly [string, number])[], fresh: Fresh): Promise<number[]> {
  const rates = programs.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1)
    for (const [index, [program, count]] of programs.entries())
      rates[index]!.push(count / (await secondsOf(program, await fresh(), count)))
  return rates.map((each) => median(each))
}

async function benchRows(): Promise<void> {
  const programs = ['jobs-worker.ts', 'jobs-bare.ts'].map((each) => [each, rows] as const)
  const [own, bare] = (await inTurns(programs, freshSqlite)) as [number, number]
  console.log(`SQLite, durable, one process; a bare loop of the same commits does ${Math.round(bare)} rows/s`)
  atLeast('rows', own, 15_000, 'rows/s')
  atLeast('of the bare loop', own / bare, 0.6)
  const isInstalled = installPeers()
  if (!isInstalled) console.log('  BELOW the peers cannot be installed')
  const peers = [
    ['graphile.mjs', rows],
    ['pg-boss-work.mjs', 1_000],
    ['pg-boss-burst.mjs', Math.ceil(rows / 3)],
  ] as const
  const given = [['jobs-worker.ts', rows] as const, ...(isInstalled ? peers : [])]
  const rates = await inTurns(given, freshPostgres)
  const [here = NaN, graphile = NaN, boss = NaN, burst = NaN] = rates
  console.log(`PostgreSQL, durable, one process of each: ${Math.round(here)} rows/s;`)
  console.log(`  graphile-worker batched ${Math.round(graphile)}; pg-boss with a hundred at a time`)
  console.log(`  ${Math.round(boss)}, tuned to go on at once in four loops ${Math.round(burst)}`)
  atLeast('of graphile-worker, batched', here / graphile, 1.2)
  atLeast('of pg-boss, a hundred at a time', here / boss, 5)
  console.log(`        of pg-boss, tuned: ${(here / burst).toFixed(2)}`)
}

/** What scripts/start.mjs starts the server with. */
const memory = ['--max-semi-space-size=8', '--heap-growing-percent=40']

/** In a process of its own, so that its memory is counted alone. */
async function benchEnqueue(): Promise<void> {
  for (const [engine, fresh] of engines) {
    const file = join(folder, `enqueued-${engine}`)
    const script = join(import.meta.dirname, 'enqueue.ts')
    execFileSync(process.execPath, [...memory, script, await fresh(), String(csvRows), file])
    const { seconds, peakMegabytes } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
    console.log(`${engine}, ${csvRows} rows of CSV become rows of a job`)
    atMost('a million, by the rate', (seconds! / csvRows) * 1e6, engine === 'SQLite' ? 20 : 30, 's')
    atMost('memory of the process', peakMegabytes!, 200, 'MB')
  }
}

async function benchRestart(): Promise<void> {
  const { whole, loading } = await restartSeconds(await freshSqlite(), Number(values.backlog))
  console.log(
    `Begun again after a kill, ${values.backlog} rows to do; ${loading.toFixed(2)} s of it Node loads the program`,
  )
  atMost('SQLite, first row begun', whole, 1, 's')
  atMost(
    'PostgreSQL, first row of a node that died elsewhere',
    await takeoverSeconds(await freshPostgres()),
    16,
    's',
  )
}

async function benchSignal(): Promise<void> {
  for (const [engine, fresh] of engines) {
    const { same, other } = await signalMilliseconds(await fresh(), rounds)
    console.log(`${engine}, ${same.length} and ${other.length} wishes to cancel or pause until the signal;`)
    console.log(
      `  half within ${percentile(same, 0.5).toFixed(1)} and ${percentile(other, 0.5).toFixed(0)} ms`,
    )
    atMost('same node, p99', percentile(same, 0.99), 250, 'ms')
    atMost('other node, p99', percentile(other, 0.99), 1_500, 'ms')
  }
}

async function benchAudit(): Promise<void> {
  for (const [engine, fresh] of engines) {
    console.log(`${engine}, the trail`)
    atLeast('verified', await verifiedASecond(await fresh(), Number(values.lines)), 150_000, 'lines/s')
    // Each is undone again, which a server takes longer for.
    const count = Number(values.mutations) / (engine === 'SQLite' ? 1 : 10)
    const missed = await unnoticed(await fresh(), count)
    atMost(`unnoticed of ${count} things done to it`, missed.length, 0)
    for (const each of missed.slice(0, 5)) console.log(`    ${each}`)
  }
}

const parts: Record<string, () => Promise<void>> = {
  rows: benchRows,
  enqueue: benchEnqueue,
  restart: benchRestart,
  signal: benchSignal,
  audit: benchAudit,
}
try {
  for (const name of values.parts.split(',')) {
    const begun = performance.now()
    const part = parts[name]
    if (!part) throw new Error(`There is no part ${name}: ${Object.keys(parts).join(', ')}`)
    await part()
    console.log(`  (${name} took ${((performance.now() - begun) / 1000).toFixed(0)} s)`)
  }
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
if (missedFigures() > 0) process.exit(1)
