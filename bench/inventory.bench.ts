import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import autocannon from 'autocannon'
import { startPostgres } from '#test/postgres-server.ts'

/**
 * How soon a list or a query over 100,000 devices is answered, through the real HTTP server in a process of its own.
 * `node bench/inventory.bench.ts [sqlite|postgres]... [--devices N] [--only TEXT]`. Judges the 95th percentile.
 */
const args = process.argv.slice(2)
const devices = Number(/--devices (\d+)/.exec(args.join(' '))?.[1] ?? 100_000)
const only = /--only (\S+)/.exec(args.join(' '))?.[1]
const wanted = ['sqlite', 'postgres'].filter((engine) => args.includes(engine))
const engines = wanted.length > 0 ? wanted : ['sqlite', 'postgres']

/** Milliseconds that the 95th percentile may take. */
const figure = 30
const requests = 120
/** Two people who never stop asking: the machine has as many cores. */
const connections = 2

interface Question {
  path: string
  /** Shown beside the lists, which the figure is about. */
  isOther?: boolean
  headers?: Record<string, string>
}

const list = (q: string, rest = ''): Question => ({ path: `/devices?q=${encodeURIComponent(q)}${rest}` })

const questions: Question[] = [
  { path: '/devices' },
  { path: '/devices?sort=-lastSeen' },
  { path: '/devices?sort=address' },
  { path: '/devices?sort=vendor' },
  { path: '/devices?sort=-os' },
  { path: '/devices?sort=status' },
  { path: '/devices', headers: { 'x-tags': 'legacy' } },
  { path: '/devices', headers: { 'x-tags': 'rare' } },
  list('type:vm'),
  list('type:vm', '&sort=-lastSeen'),
  list('type:vm power:on memory>16GB'),
  list('type:vm power:on memory>16GB -tag:legacy seen<7d'),
  list('web-0a1'),
  list('"debian 12"'),
  list('name:web-0*'),
  list('ip:10.0.7.0/24'),
  list('mac:00:1b:00:00:04:d2'),
  list('tag:rare'),
  list('tag:prod -tag:test'),
  list('vendor:dell os:debian'),
  list('site:site-7', '&sort=-lastSeen'),
  list('serial:SN*'),
  list('parent.name:web-*'),
  list('cluster:c7'),
  list('fact.cluster:c7'),
  list('seen<1d'),
  list('-vendor:*'),
  list('nothing-has-this-in-it'),
  ...[
    '/devices/5000',
    '/devices/5000/history',
    '/changes',
    '/changes?q=tag:rare',
    '/inventory/diff?from=2026-11-25T11:59:00Z&to=2026-11-25T12:01:00Z',
    '/query/complete?q=vendor:d',
    '/overview',
  ].map((path) => ({ path, isOther: true })),
]

async function measure(
  base: string,
  { path: target, headers = {}, isOther = false }: Question,
): Promise<void> {
  const url = `${base}/api/v1${target}`
  // What a first request has to prepare (statements, processes) is not what people wait for later.
  for (let warm = 0; warm < 10; warm += 1) await drain(url, headers)
  const times: number[] = []
  const load = autocannon({ url, connections, amount: requests, headers })
  load.on('response', (_client: unknown, _status: unknown, _bytes: unknown, milliseconds: number) => {
    times.push(milliseconds)
  })
  const { non2xx, errors } = await load
  times.sort((left, right) => left - right)
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Infinity
  const isAnswered = non2xx === 0 && errors === 0 && times.length >= requests
  const isGood = isAnswered && (isOther || at(0.95) < figure)
  if (!isGood) process.exitCode = 1
  const shown = `${at(0.5).toFixed(1).padStart(6)} ms, p95 ${at(0.95).toFixed(1).padStart(6)} ms`
  const who = headers['x-tags'] === undefined ? '' : ` (sees ${headers['x-tags']} only)`
  const verdict = isGood ? (isOther ? '     ' : 'ok   ') : 'BELOW'
  const limit = isOther ? '' : ` of ${figure} ms`
  console.log(`  ${verdict} p50 ${shown}${limit}: ${decodeURIComponent(target)}${who}`)
}

async function drain(url: string, headers: Record<string, string>): Promise<string> {
  const answer = await fetch(url, { headers })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text.slice(0, 300)}`)
  return text
}

/** The last page costs what the first does: how long a walk through everything takes a page. */
async function walk(base: string): Promise<void> {
  const times: number[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const start = performance.now()
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page = JSON.parse(await drain(`${base}/api/v1/devices?limit=1000${more}`, {})) as {
      nextCursor: string | null
    }
    times.push(performance.now() - start)
    cursor = page.nextCursor
  }
  const start = performance.now()
  const csv = await drain(`${base}/api/v1/devices.csv`, {})
  const seconds = (performance.now() - start) / 1000
  times.sort((left, right) => left - right)
  const middle = times[Math.floor(times.length / 2)]!
  console.log(
    `  walking all pages of 1,000: p50 ${middle.toFixed(0)} ms, slowest ${times.at(-1)!.toFixed(0)} ms`,
  )
  console.log(`  CSV of everything: ${seconds.toFixed(1)} s, ${Math.round(csv.length / 1e6)} MB`)
}

/** A request that touches no row: what HTTP itself costs here. */
async function bare(base: string): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < 200; round += 1) {
    const start = performance.now()
    await drain(`${base}/api/v1/query/fields`, {})
    times.push(performance.now() - start)
  }
  times.sort((left, right) => left - right)
  console.log(
    `  (a request that reads no row: p50 ${times[100]!.toFixed(1)} ms, p95 ${times[190]!.toFixed(1)} ms)`,
  )
}

async function benchEngine(engine: string, url: string): Promise<void> {
  const script = path.join(import.meta.dirname, 'inventory-worker.ts')
  const child: ChildProcess = fork(script, [url, String(devices)])
  const [ready] = (await once(child, 'message')) as [{ port: number; seconds: number }]
  const base = `http://127.0.0.1:${ready.port}`
  console.log(`${engine}: ${devices} devices, filled in ${ready.seconds.toFixed(1)} s`)
  await bare(base)
  for (const question of questions)
    if (only === undefined || question.path.includes(only)) await measure(base, question)
  if (only === undefined) await walk(base)
  child.disconnect()
  await once(child, 'exit')
}

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'))
const server = engines.includes('postgres') ? await startPostgres() : undefined
try {
  for (const engine of engines)
    await benchEngine(
      engine,
      engine === 'sqlite' ? `sqlite:${path.join(folder, 'inventory.db')}` : server!.url,
    )
} finally {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
}
