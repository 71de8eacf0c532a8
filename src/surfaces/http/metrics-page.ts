import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance } from 'fastify'

/** One number of a metric family. */
export interface Sample {
  /** `rollcall_jobs` */
  name: string
  help: string
  type: 'gauge' | 'counter'
  labels?: Record<string, string>
  value: number
}

/** Counts that live elsewhere: jobs, runs, devices. Asked at each scrape. */
export type Collect = (signal: AbortSignal) => Promise<readonly Sample[]>

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Series {
  labels: Record<string, string>
  counts: number[]
  sum: number
  count: number
}

/** `GET /metrics` in the Prometheus text format (version 0.0.4). Written by hand because it is not JSON. */
export function addMetricsPage(server: FastifyInstance, version: string, collect: Collect | undefined): void {
  const requests = new Map<string, Series>()
  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  server.addHook('onClose', async () => void lag.disable())
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched'
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    observe(requests, labels, reply.elapsedTime / 1000)
  })
  server.get('/metrics', { config: { permission: 'system.read' } }, async (_request, reply) => {
    const extra = collect ? await collect(AbortSignal.timeout(5_000)) : []
    const text = [...processSamples(version, lag), ...extra]
    void reply.header('cache-control', 'no-store').type('text/plain; version=0.0.4; charset=utf-8')
    return `${samplesText(text)}${histogramText(requests)}`
  })
}

function observe(requests: Map<string, Series>, labels: Record<string, string>, seconds: number): void {
  const key = labelText(labels)
  let series = requests.get(key)
  if (!series) {
    series = { labels, counts: buckets.map(() => 0), sum: 0, count: 0 }
    requests.set(key, series)
  }
  series.sum += seconds
  series.count += 1
  for (const [at, limit] of buckets.entries()) if (seconds <= limit) series.counts[at]! += 1
}

function processSamples(version: string, lag: ReturnType<typeof monitorEventLoopDelay>): Sample[] {
  const memory = process.memoryUsage()
  const cpu = process.cpuUsage()
  const gauge = (name: string, help: string, value: number): Sample => ({ name, help, type: 'gauge', value })
  const lagOf = (percentile: number): number => (lag.count > 0 ? lag.percentile(percentile) / 1e9 : 0)
  return [
    {
      ...gauge('rollcall_build_info', 'The running version.', 1),
      labels: { version, node: process.version },
    },
    gauge('process_resident_memory_bytes', 'Resident memory.', memory.rss),
    gauge('nodejs_heap_used_bytes', 'Memory used by objects.', memory.heapUsed),
    {
      name: 'process_cpu_seconds_total',
      help: 'User and system time.',
      type: 'counter',
      value: (cpu.user + cpu.system) / 1e6,
    },
    gauge('process_uptime_seconds', 'Seconds since the process began.', process.uptime()),
    gauge('nodejs_eventloop_lag_p50_seconds', 'Median delay of the event loop since the start.', lagOf(50)),
    gauge(
      'nodejs_eventloop_lag_p99_seconds',
      '99th percentile delay of the event loop since the start.',
      lagOf(99),
    ),
  ]
}

/** Samples grouped by name, as the format wants. */
function samplesText(samples: readonly Sample[]): string {
  let text = ''
  for (const [name, group] of Map.groupBy(samples, (sample) => sample.name)) {
    text += `# HELP ${name} ${group[0]!.help}\n# TYPE ${name} ${group[0]!.type}\n`
    for (const { labels, value } of group) text += `${name}${braced(labelText(labels ?? {}))} ${value}\n`
  }
  return text
}

function histogramText(requests: Map<string, Series>): string {
  const name = 'rollcall_http_request_duration_seconds'
  let text = `# HELP ${name} Time to answer, by route.\n# TYPE ${name} histogram\n`
  for (const [labels, { counts, sum, count }] of requests) {
    for (const [at, limit] of buckets.entries())
      text += `${name}_bucket{${labels},le="${limit}"} ${counts[at]}\n`
    text += `${name}_bucket{${labels},le="+Inf"} ${count}\n${name}_sum{${labels}} ${sum}\n${name}_count{${labels}} ${count}\n`
  }
  return text
}

const braced = (labels: string): string => (labels === '' ? '' : `{${labels}}`)
const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
const labelText = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')
