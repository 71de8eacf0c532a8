import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { coreMetrics } from '#model/sample.ts'
import { adminToken, homeFolder, startServer, type RunningServer } from '#test/running-server.ts'

const isInstalled = (program: string): boolean => spawnSync('which', [program]).status === 0
const missing = (...programs: string[]): string | false => {
  const lacking = programs.filter((program) => !isInstalled(program))
  return lacking.length > 0 && `not installed: ${lacking.join(', ')}`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

function run(t: TestContext, program: string, parameters: string[], folder: string): void {
  const child = spawn(program, parameters, { cwd: folder, stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
}

type Values = Record<string, number>

/** The newest values of the server, as soon as it has told all these metrics. */
async function valuesOf(server: RunningServer, id: string, metrics: readonly string[]): Promise<Values> {
  for (let tries = 0; tries < 150; tries += 1) {
    const { answer } = await server.call<{ latest?: { values: Values } }>('GET', `/servers/${id}`)
    const values = answer.latest?.values ?? {}
    if (metrics.every((metric) => values[metric] !== undefined)) return values
    await sleep(100)
  }
  throw new Error(`${id} did not tell ${metrics.join(', ')}`)
}

function assertPlausible(values: Values): void {
  assert.ok(values['cpu_percent']! >= 0 && values['cpu_percent']! <= 100)
  assert.ok(values['memory_used_mb']! > 0 && values['memory_used_mb']! < values['memory_total_mb']!)
  assert.ok(values['disk_used_gb']! > 0 && values['disk_used_gb']! < values['disk_total_gb']!)
  assert.ok(values['uptime_seconds']! > 0)
}

const quiet = { ROLLCALL_MONITORING__SELF: 'false' }

test(
  'a real node_exporter is read, and a real Prometheus sends what it reads of it',
  {
    skip: missing('prometheus-node-exporter', 'prometheus'),
  },
  async (t) => {
    const [exporter, own, port] = [await freePort(), await freePort(), await freePort()]
    const folder = homeFolder(t)
    const prometheus = homeFolder(t, {
      'prometheus.yml': JSON.stringify({
        global: { scrape_interval: '500ms', scrape_timeout: '500ms' },
        scrape_configs: [
          {
            job_name: 'node',
            static_configs: [{ targets: [`127.0.0.1:${exporter}`], labels: { host: 'by-prometheus' } }],
          },
        ],
        remote_write: [
          {
            url: `http://127.0.0.1:${port}/api/v1/write`,
            authorization: { credentials: adminToken },
            queue_config: { batch_send_deadline: '100ms', max_samples_per_send: 300, max_backoff: '200ms' },
          },
        ],
      }),
    })
    // All of them start at once: what Prometheus cannot send yet, it sends again.
    run(t, 'prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${exporter}`], folder)
    run(
      t,
      'prometheus',
      [
        `--config.file=${path.join(prometheus, 'prometheus.yml')}`,
        `--storage.tsdb.path=${prometheus}/data`,
        `--web.listen-address=127.0.0.1:${own}`,
      ],
      prometheus,
    )
    const server = await startServer(t, folder, { ...quiet, ROLLCALL_SERVER__PORT: String(port) })
    await server.call('POST', '/servers', { id: 'by-page' })
    await server.call('POST', '/scrapes', {
      name: 'page',
      url: `http://127.0.0.1:${exporter}/metrics`,
      serverId: 'by-page',
      intervalSeconds: 1,
    })

    const read = await valuesOf(server, 'by-page', coreMetrics)
    const sent = await valuesOf(server, 'by-prometheus', coreMetrics)

    for (const values of [read, sent]) assertPlausible(values)
    assert.equal(sent['memory_total_mb'], read['memory_total_mb'])
    assert.equal(sent['disk_total_gb'], read['disk_total_gb'])
  },
)

test('a real Telegraf sends its lines', { skip: missing('telegraf') }, async (t) => {
  const server = await startServer(t, homeFolder(t), quiet)
  const influx = `${server.address}/api/v1/influx`
  const folder = homeFolder(t, {
    'telegraf.conf': [
      '[agent]\n interval = "1s"\n flush_interval = "1s"\n hostname = "by-telegraf"',
      '[[inputs.cpu]]\n[[inputs.mem]]\n[[inputs.disk]]\n[[inputs.net]]\n[[inputs.system]]',
      `[[outputs.influxdb]]\n urls = ["${influx}"]\n database = "t"\n username = "t"\n password = "${adminToken}"`,
    ].join('\n'),
  })
  run(t, 'telegraf', ['--config', path.join(folder, 'telegraf.conf')], folder)

  assertPlausible(await valuesOf(server, 'by-telegraf', coreMetrics))
})
