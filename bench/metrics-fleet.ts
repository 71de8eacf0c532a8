import { bulkInsert } from '#database/bulk.ts'
import type { OpenDatabase } from '#database/open.ts'
import { encodeRollups } from '#features/metrics/rollup-codec.ts'
import { dayLength, hourLength, rollUpHours } from '#features/metrics/rollup.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { coreMetrics, type Entry } from '#model/sample.ts'
import { reading } from '#test/metric-readings.ts'

const states = new Map<string, number[]>()

/** What agents tell: percents that wander, sizes that stay, counters that grow. */
export function heartbeats(servers: number, at: number): Entry[] {
  return Array.from({ length: servers }, (_, index) => {
    const subject = `s${index}`
    const state = states.get(subject) ?? [20, 400 + (index % 300), 0, 0, 0.5]
    states.set(subject, state)
    state[0] = Math.min(100, Math.max(0, state[0]! + (Math.random() - 0.5) * 6))
    state[1] = Math.max(100, state[1]! + Math.round((Math.random() - 0.5) * 20))
    state[2]! += Math.round(Math.random() * 2e6)
    state[3]! += Math.round(Math.random() * 4e5)
    state[4] = Math.max(0, state[4]! + (Math.random() - 0.5) / 5)
    const rounded = (value: number, digits: number) => Number(value.toFixed(digits))
    return {
      ...reading(subject, at + (index % 60) * 1_000, {
        cpu_percent: rounded(state[0], 1),
        memory_percent: rounded(state[1] / 160, 1),
        memory_total_mb: 16_000,
        memory_used_mb: state[1],
        disk_percent: 41.2,
        disk_total_gb: 251.97,
        disk_used_gb: 103.8,
        network_rx_bytes: state[2]!,
        network_tx_bytes: state[3]!,
        load_1m: rounded(state[4], 2),
        load_5m: rounded(state[4] * 0.9, 2),
        load_15m: rounded(state[4] * 0.8, 2),
        uptime_seconds: Math.round((at - 1.7e12) / 1_000),
      }),
    }
  })
}

export async function addServers({ db, engine }: OpenDatabase, count: number): Promise<void> {
  const time = '2026-01-01T00:00:00.000Z'
  const rows = Array.from({ length: count }, (_, index) => ({
    id: `s${index}`,
    hostname: `s${index}`,
    created_at: time,
    updated_at: time,
  }))
  await db.transaction().execute((transaction) => bulkInsert(transaction, engine, 'servers', rows))
}

/** Roll-ups of days for everybody, from the readings of a few. */
export async function fillRollups(
  { db, engine }: OpenDatabase,
  count: number,
  from: number,
  days: number,
): Promise<void> {
  const kinds = 16
  for (let day = 0; day < days; day += 1) {
    const start = from + day * dayLength
    const payloads = Array.from({ length: kinds }, () => dayOfReadings(start))
    const rows = Array.from({ length: count }, (_, index) => ({
      tier: 'hour',
      start,
      subject: `s${index}`,
      payload: payloads[index % kinds]!,
    }))
    for (const some of chunksOf(rows, 2_000))
      await db.transaction().execute((transaction) => bulkInsert(transaction, engine, 'metric_rollups', some))
  }
}

function dayOfReadings(start: number): Buffer {
  const entries = Array.from(
    { length: 24 * 12 },
    (_, index) => heartbeats(1, start + index * (hourLength / 12))[0]!,
  )
  return encodeRollups(
    rollUpHours({
      times: entries.map(({ at }) => at),
      columns: new Map(coreMetrics.map((name, place) => [name, entries.map(({ core }) => core[place]!)])),
    }),
  )
}

/** Notes for how long the event loop could do nothing else, until it is stopped. */
export function noLag(pauses: number[]): () => Promise<void> {
  let last = performance.now()
  let isOver = false
  const look = () => {
    const now = performance.now()
    pauses.push(now - last)
    last = now
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  return async () => {
    isOver = true
    await new Promise((resolve) => setImmediate(resolve))
  }
}
