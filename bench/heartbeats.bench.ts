import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import autocannon from 'autocannon'
import { Pool } from 'undici'
import { atLeast, atMost, missedFigures, percentile } from './figures.ts'

/**
 * Heartbeats that are acknowledged when they are on disk, over HTTP, against what the very same server answers to a POST
 * that does nothing. Figures: single ones at least 70 % of that, p99 under 100 ms at half that load, batches of 500 at
 * least four times as many as single ones (and 60,000 a second on a quiet machine, which is told only).
 */
const seconds = 6
const servers = 2_000
const batch = 500

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-heartbeats-'))
const child = fork(path.join(import.meta.dirname, 'heartbeats-worker.ts'), [folder], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
const { port, token } = await new Promise<{ port: number; token: string }>((resolve, reject) => {
  child.once('message', (message) => resolve(message as { port: number; token: string }))
  child.once('exit', () => reject(new Error('the server ended')))
})

const started = Date.now()
let sent = 0
const heartbeat = () => {
  const number = (sent += 1)
  return {
    server_id: `server-${number % servers}`,
    timestamp: new Date(started + Math.floor(number / servers) * 10).toISOString(),
    metrics: {
      cpu_percent: (number % 1_000) / 10,
      memory_percent: 41.5,
      memory_total_mb: 15_984,
      memory_used_mb: 6_633,
      disk_percent: 71.2,
      disk_total_gb: 468.4,
      disk_used_gb: 333.6,
      network_rx_bytes: 1_000_000 + number * 1_000,
      network_tx_bytes: 500_000 + number * 700,
      load_1m: 0.42,
      load_5m: 0.5,
      load_15m: 0.61,
      uptime_seconds: 86_400 + number,
    },
  }
}

interface Load {
  url: string
  connections: number
  body: () => string
  duration?: number
}

async function run({ url, connections, body, duration = seconds }: Load) {
  const times: number[] = []
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const setupRequest = (request: object) => ({ ...request, body: body() })
  const load = autocannon({
    url: `http://127.0.0.1:${port}${url}`,
    connections,
    duration,
    requests: [{ method: 'POST', headers, setupRequest }],
  })
  load.on('response', (_client: unknown, _status: unknown, _bytes: unknown, milliseconds: number) => {
    times.push(milliseconds)
  })
  const { non2xx, errors } = await load
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} bad answers, ${errors} errors`)
  return { rate: times.length / duration, p99: percentile(times, 0.99) }
}

/**
 * Sends at an even pace, as a fleet does; p99 in milliseconds. (autocannon sends what is due in a second at its
 * beginning, which is no half load but a full one for half of the time.)
 */
async function pacedP99(connections: number, rate: number): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const times: number[] = []
  const underWay: Promise<void>[] = []
  const sendOne = async (): Promise<void> => {
    const begun = performance.now()
    const answer = await pool.request({ method: 'POST', path: send, headers, body: single() })
    await answer.body.dump()
    if (answer.statusCode !== 200) throw new Error(`${send}: ${answer.statusCode}`)
    times.push(performance.now() - begun)
  }
  const began = performance.now()
  for (let passed = 0; passed < seconds; passed = (performance.now() - began) / 1_000) {
    while (underWay.length < passed * rate) underWay.push(sendOne())
    await pause(1)
  }
  await Promise.all(underWay)
  await pool.close()
  return percentile(times, 0.99)
}

const single = () => JSON.stringify(heartbeat())
const many = () => JSON.stringify(Array.from({ length: batch }, heartbeat))
const send = '/api/v1/agents/heartbeat'

try {
  await run({ url: send, connections: 64, body: single, duration: 3 })
  await run({ url: '/api/v1/noop', connections: 64, body: single, duration: 2 })
  let best = 0
  for (const connections of [64, 256]) {
    const before = await run({ url: '/api/v1/noop', connections, body: single })
    const durable = await run({ url: send, connections, body: single })
    const after = await run({ url: '/api/v1/noop', connections, body: single })
    const ceiling = (before.rate + after.rate) / 2
    best = Math.max(best, durable.rate)
    console.log(
      `  ${connections} connections: ${Math.round(durable.rate)} durable heartbeats a second of ${Math.round(ceiling)} no-ops; p99 ${durable.p99.toFixed(0)} ms`,
    )
    atLeast(
      `single heartbeats with ${connections} connections, of the no-op`,
      (durable.rate / ceiling) * 100,
      70,
      '%',
    )
    const p99 = await pacedP99(connections, durable.rate / 2)
    atMost(`p99 at half of that load with ${connections} connections`, p99, 100, 'ms')
  }
  // Made beforehand: what writes the bodies is no part of what takes them, and shares its processors.
  const bodies = Array.from({ length: 60 }, many)
  let next = 0
  const batches = await run({ url: send, connections: 8, body: () => bodies[(next += 1) % bodies.length]! })
  console.log(
    `  batches of ${batch}: ${Math.round(batches.rate * batch)} heartbeats a second, p99 ${batches.p99.toFixed(0)} ms (60,000 on a quiet machine)`,
  )
  atLeast('batches against single ones', (batches.rate * batch) / best, 4, 'times')
} finally {
  child.kill()
  await new Promise((resolve) => child.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = missedFigures() > 0 ? 1 : 0
