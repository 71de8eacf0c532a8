import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startPostgres } from '#test/postgres-server.ts'
import { installPeers, secondsOf } from './jobs-peers.ts'

/**
 * Rows with history and a chained trail, against the least they can cost (SQLite) and against job queues that keep
 * neither (PostgreSQL), in turns and by the median; and how fast a file becomes rows. `--rows`, `--rounds`, `--csv`.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    csv: { type: 'string', default: '200000' },
  },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)
const csvRows = Number(values.csv)
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-jobs-'))
let isBelow = false

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)]!

/** Rows a second of each program, in turns; every round on a new database. */
async function inTurns(programs: readonly string[], freshUrl: () => Promise<string>): Promise<number[]> {
  const rates = programs.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1)
    for (const [index, program] of programs.entries())
      rates[index]!.push(rows / (await secondsOf(program, await freshUrl(), rows)))
  return rates.map((each) => Math.round(median(each)))
}

function judge(what: string, figure: number, least: number, unit = ''): void {
  const isMissed = figure < least
  isBelow ||= isMissed
  console.log(`  ${what}: ${figure.toFixed(2)}${unit}, at least ${least}${unit}${isMissed ? '  BELOW' : ''}`)
}

function judgeMost(what: string, figure: number, most: number, unit: string): void {
  const isMissed = figure > most
  isBelow ||= isMissed
  console.log(`  ${what}: ${figure.toFixed(1)} ${unit}, at most ${most} ${unit}${isMissed ? '  BELOW' : ''}`)
}

/** In a process of its own, so that its memory is counted alone. */
function enqueue(url: string, most: number): void {
  const file = join(folder, `enqueued-${most}`)
  execFileSync(process.execPath, [join(import.meta.dirname, 'enqueue.ts'), url, String(csvRows), file])
  const { seconds, peakMegabytes } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
  judgeMost('a million rows of CSV, by the rate', (seconds! / csvRows) * 1e6, most, 's')
  judgeMost('memory of it', peakMegabytes!, 200, 'MB')
}

let databases = 0
const server = await startPostgres()
const freshSqlite = async () => `sqlite:${join(folder, `${(databases += 1)}.db`)}`
async function freshPostgres(): Promise<string> {
  const name = `bench_${(databases += 1)}`
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return server.url.replace(/\/[^/]*$/, `/${name}`)
}

try {
  const [own, bare] = (await inTurns(['jobs-worker.ts', 'jobs-bare.ts'], freshSqlite)) as [number, number]
  console.log(`SQLite, durable: ${own} rows a second; a bare loop of the same commits ${bare}`)
  judge('of the bare loop', own / bare, 0.6)
  enqueue(await freshSqlite(), 20)

  const peers = installPeers() ? ['graphile.mjs', 'pg-boss.mjs'] : []
  const [here, graphile, boss] = await inTurns(['jobs-worker.ts', ...peers], freshPostgres)
  console.log(`PostgreSQL: ${here} rows a second; graphile-worker ${graphile}, pg-boss ${boss}`)
  if (graphile !== undefined) judge('of graphile-worker, batched', here! / graphile, 1.2)
  if (boss !== undefined) judge('of pg-boss, a hundred at a time', here! / boss, 5)
  enqueue(await freshPostgres(), 30)
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
if (isBelow) process.exit(1)
