import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { OpenDatabase } from '#database/open.ts'
import { decodePoints } from '#features/metrics/chunk-codec.ts'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { decodeRollups } from '#features/metrics/rollup-codec.ts'
import { toTimestamp } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { alwaysMine } from '#test/metric-readings.ts'
import { metricsKillConfig } from '#test/metrics-kill-world.ts'
import { TestClock } from '#test/test-clock.ts'

export interface MetricsKillOrder {
  url: string
  /** The file that is told what was acknowledged. */
  acknowledged: string
  subjects: string[]
}

export interface MetricsKillTally {
  acknowledged: number
  stored: number
  chunks: number
  /** Acknowledged and not stored, or with another value. */
  lost: number
  /** Stored or counted twice. */
  doubled: number
}

const start = Date.parse('2026-01-01T00:00:00.000Z')
const hour = 3_600_000

/**
 * Lets processes receive and seal metrics and kills each at a random moment; gives what became of what they had
 * acknowledged, after the last of it was read again and sealed.
 */
export async function killMetrics(opened: OpenDatabase, kills: number): Promise<MetricsKillTally> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-metrics-'))
  const acknowledged = join(folder, 'acknowledged')
  writeFileSync(acknowledged, '')
  const subjects = ['a', 'b', 'c', 'check:1']
  const times = { created_at: toTimestamp(start), updated_at: toTimestamp(start) }
  const servers = ['a', 'b', 'c'].map((id) => ({ id, hostname: id, ...times }))
  await opened.db.insertInto('servers').values(servers).execute()
  const order: MetricsKillOrder = { url: opened.url, acknowledged, subjects }
  let next = child(order)
  let from = start
  for (let kill = 0; kill < kills; kill += 1) {
    const killed = next
    await killed.warm
    killed.go(from)
    next = child(order)
    // A quarter dies while it reads the log again; the rest while it receives and seals.
    if (kill % 4 !== 3) await killed.works
    await pause(Math.random() * 200)
    await killed.kill()
    const last = readFileSync(acknowledged, 'utf8').trim().split('\n').at(-1)!
    from = Math.max(from, Number(last.split(' ')[1] ?? 0)) + 6 * hour
  }
  await next.kill()
  const lines = readFileSync(acknowledged, 'utf8').trim().split('\n')
  await rm(folder, { recursive: true, force: true })
  return tally(opened, from, lines)
}

function child(order: MetricsKillOrder) {
  const process_ = fork(new URL('metrics-kill-child.ts', import.meta.url), [JSON.stringify(order)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'rollcall-kill-code') },
  })
  const gone = once(process_, 'exit')
  const said = (word: string) =>
    new Promise<void>((resolve) => process_.on('message', (given) => given === word && resolve()))
  return {
    warm: said('warm'),
    works: said('works'),
    go: (from: number) => void process_.send(from),
    async kill() {
      process_.kill('SIGKILL')
      await gone
    },
  }
}

async function tally(
  opened: OpenDatabase,
  from: number,
  lines: readonly string[],
): Promise<MetricsKillTally> {
  const clock = new TestClock(toTimestamp(from + 24 * hour))
  const engine = createMetrics({ ...opened, clock, config: metricsKillConfig(), log: silentLog })
  const session = engine.begin(alwaysMine(opened), () => {})
  const never = new AbortController().signal
  await session.replay(never)
  for (let turn = 0; turn < 50; turn += 1) {
    clock.advance(10 * 60_000)
    await session.tick(never)
  }
  const stored = new Set<string>()
  let doubled = 0
  const chunks = await opened.db.selectFrom('metric_chunks').selectAll().execute()
  for (const { subject, payload } of chunks) {
    const { times, columns } = decodePoints(payload)
    for (const [index, at] of times.entries()) {
      if (stored.has(`${subject} ${at}`)) doubled += 1
      if (columns.get('cpu_percent')![index] === at % 1_000) stored.add(`${subject} ${at}`)
    }
  }
  let counted = 0
  const rollups = await opened.db
    .selectFrom('metric_rollups')
    .selectAll()
    .where('tier', '=', 'hour')
    .execute()
  for (const { payload } of rollups)
    for (const rollup of decodeRollups(payload).values()) counted += rollup.get('cpu_percent')!.n
  return {
    acknowledged: lines.length,
    stored: stored.size,
    chunks: chunks.length,
    lost: lines.filter((line) => !stored.has(line)).length,
    doubled: doubled + Math.abs(counted - stored.size),
  }
}
