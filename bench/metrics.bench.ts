import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { silentLog } from '#kernel/log.ts'
import { alwaysMine } from '#test/metric-readings.ts'
import { killMetrics } from '#test/metrics-kill.ts'
import { TestClock } from '#test/test-clock.ts'
import { testConfig } from '#test/test-config.ts'
import { onBothEngines } from './bench-databases.ts'
import { atLeast, atMost, median, missedFigures, percentile } from './figures.ts'
import { addServers, fillRollups, heartbeats, noLag } from './metrics-fleet.ts'

/**
 * Metrics of a fleet on SQLite: what is written to disk for a heartbeat, what memory and sealing cost, how fast the log
 * is read again, how fast a chart is; and servers that are killed, on both engines:
 * `npm run bench -- metrics --servers=10000 --kills=1000`.
 */
const { values: given } = parseArgs({
  options: {
    servers: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '130' },
    kills: { type: 'string', default: '1000' },
  },
})
const servers = Number(given.servers)
const minutes = Number(given.minutes)
const kills = Number(given.kills)
const turnsAMinute = 20
const never = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
const start = Date.parse('2026-01-01T00:00:00.000Z')

const writtenBytes = (): number =>
  Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))![1])

async function open(name: string): Promise<OpenDatabase> {
  const opened = await openDatabase({ url: `sqlite:${join(folder, name)}.db` })
  await migrate(opened)
  return opened
}

const engineOver = (opened: OpenDatabase, clock: TestClock) =>
  createMetrics({ ...opened, clock, config: testConfig(), log: silentLog })

/** Durable heartbeats a second, one an append and many. */
async function rates(): Promise<void> {
  const opened = await open('rates')
  const engine = engineOver(opened, new TestClock())
  const all = heartbeats(10_000, start)
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now()
    await work()
    return (performance.now() - begun) / 1_000
  }
  const single = await timed(async () => {
    const next = all.values()
    await Promise.all(
      Array.from({ length: 256 }, async () => {
        for (const entry of next) await engine.append([entry])
      }),
    )
  })
  const later = heartbeats(100_000, start + 60_000)
  const batched = await timed(async () => {
    for (let from = 0; from < later.length; from += 2_500)
      await engine.append(later.slice(from, from + 2_500))
  })
  atLeast('heartbeats a second, 256 senders of one each', all.length / single, 5_000)
  atLeast('heartbeats a second, in batches of 2,500', later.length / batched, 60_000)
  await engine.close()
  await opened.close()
}

/** A fleet that reports each minute, as long as it takes for one bucket to be sealed. */
async function fleet(): Promise<void> {
  const opened = await open('fleet')
  await addServers(opened, servers)
  const clock = new TestClock()
  const engine = engineOver(opened, clock)
  const session = engine.begin(alwaysMine(opened), () => {})
  await session.replay(never)
  const before = { written: writtenBytes(), memory: memory() }
  const pauses: number[] = []
  for (let minute = 0; minute < minutes; minute += 1) {
    const all = heartbeats(servers, start + minute * 60_000)
    // Of 10,000 servers so many report in a quarter of a second, and share a commit.
    for (const together of chunksOf(all, 42)) await engine.append(together)
    for (let turn = 0; turn < turnsAMinute; turn += 1) {
      clock.advance(60_000 / turnsAMinute)
      const stop = noLag(pauses)
      await session.tick(never)
      await stop()
    }
  }
  const grown = memory() - before.memory
  await engine.close()
  await session.end()
  const again = engineOver(opened, clock)
  const begun = performance.now()
  const replayed = again.begin(alwaysMine(opened), () => {})
  await replayed.replay(never)
  const seconds = (performance.now() - begun) / 1_000
  const left = [...replayed.head.subjects()].length
  const chunks = await opened.db.selectFrom('metric_chunks').select(['points', 'payload']).execute()
  const samples = chunks.reduce((sum, { points }) => sum + points * 13, 0)
  await opened.close()
  const beats = servers * minutes
  atMost('bytes written to disk for a heartbeat', (writtenBytes() - before.written) / beats, 500)
  atMost('megabytes of memory for all of it', grown / 1e6, 300)
  atMost('milliseconds that sealing holds others up, p99', percentile(pauses, 0.99), 30)
  console.log(`        at most ${Math.max(...pauses).toFixed(0)}, median ${median(pauses).toFixed(1)}`)
  if (samples > 0)
    atMost(
      'bytes a sealed sample',
      chunks.reduce((sum, { payload }) => sum + payload.length, 0) / samples,
      1.2,
    )
  console.log(`  log read again in ${seconds.toFixed(1)} s for ${left} servers`)
  console.log(`  file ${(statSync(join(folder, 'fleet.db')).size / 1e6).toFixed(0)} MB`)
}

const memory = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Thirty days of any server. */
async function charts(): Promise<void> {
  const opened = await open('charts')
  const days = 30
  await fillRollups(opened, servers, start, days)
  const clock = new TestClock()
  clock.advance(days * 86_400_000)
  await opened.close()
  const fresh = await openDatabase({ url: opened.url })
  const engine = engineOver(fresh, clock)
  const session = engine.begin(alwaysMine(fresh), () => {})
  await session.replay(never)
  const ask = async (): Promise<number> => {
    const subject = `s${Math.floor(Math.random() * servers)}`
    const begun = performance.now()
    const request = { subject, from: start, to: start + days * 86_400_000, points: 720 }
    await engine.read({ ...request, metrics: ['cpu_percent', 'memory_percent', 'network_rx_bytes'] }, never)
    return performance.now() - begun
  }
  const cold: number[] = []
  for (let count = 0; count < 200; count += 1) cold.push(await ask())
  const warm: number[] = []
  for (let count = 0; count < 500; count += 1) warm.push(await ask())
  atMost('milliseconds of a chart of 30 days, first ones, p99', percentile(cold, 0.99), 30)
  atMost('milliseconds of a chart of 30 days, later ones, p99', percentile(warm, 0.99), 15)
  console.log(`        medians ${median(cold).toFixed(1)} and ${median(warm).toFixed(1)}`)
  await fresh.close()
}

try {
  await rates()
  await fleet()
  await charts()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (kills > 0)
  await onBothEngines(async (opened) => {
    const found = await killMetrics(opened, kills)
    console.log(`  ${opened.engine}: ${kills} kills`, found)
    atMost(`lost or doubled on ${opened.engine}`, found.lost + found.doubled, 0)
  })
process.exitCode = missedFigures() > 0 ? 1 : 0
