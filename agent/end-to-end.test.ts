import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import type { AgentOptions, AgentParts } from '#agent/agent-parts.ts'
import { check } from '#agent/commands/check.ts'
import { enrol } from '#agent/commands/enrol.ts'
import { once as onceCommand } from '#agent/commands/once.ts'
import { run } from '#agent/commands/run.ts'
import { status } from '#agent/commands/status.ts'
import { AgentError } from '#agent/settings-file.ts'
import { agentFolder } from '#test/agent-lab.ts'
import { root } from '#test/tracked-files.ts'
import { homeFolder, type RunningServer, startServer } from '#test/running-server.ts'

const main = path.join(import.meta.dirname, 'main.ts')
const { signal } = new AbortController()
/** Where the launcher keeps compiled code too: two starts are a test of ours, not of the compiler. */
const compiled = { NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled') }
type AgentCommand = (parts: AgentParts, signal: AbortSignal) => Promise<number>

interface Outcome {
  code: number | null
  out: string
}

/** The agent: its commands in this process, and `run` as a program of its own. */
function agentIn(folder: string) {
  const places = { settings: path.join(folder, 'agent.json'), state: folder }
  const line = ['run', '--settings', places.settings, '--state', places.state]
  return {
    async ask(command: AgentCommand, options: AgentOptions = {}): Promise<Outcome> {
      const lines: string[] = []
      const say = (text: string) => void lines.push(text)
      const process_ = { version: '1.0.0', proxies: {}, script: main, node: process.execPath, isRoot: false }
      const code = await command({ ...process_, places, options, say }, signal).catch((error: unknown) => {
        if (!(error instanceof AgentError)) throw error
        say(error.message)
        return 1
      })
      return { code, out: lines.join('\n') }
    },
    start(context: TestContext) {
      const child = spawn(process.execPath, [main, ...line, '--without', 'services,containers,updates'], {
        env: compiled,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      context.after(() => child.kill('SIGKILL'))
      const lines = createInterface({ input: child.stdout })
      const said: string[] = []
      const waiting: (() => void)[] = []
      lines.on('line', (each) => {
        said.push(each)
        for (const wake of waiting.splice(0)) wake()
      })
      /** Waits until it has said what fits so many times. */
      const says = async (pattern: RegExp, times = 1) => {
        while (said.filter((each) => pattern.test(each)).length < times)
          await new Promise<void>((resolve) => waiting.push(resolve))
      }
      return { child, says }
    },
  }
}

async function invite(server: RunningServer): Promise<string> {
  const { status, answer } = await server.call<{ token: string }>('POST', '/agents/invites', {})
  assert.ok(status < 300, JSON.stringify(answer))
  return answer.token
}

interface Kept {
  timestamp: string
  metrics: { uptime_seconds: number }
}

interface Answer {
  series: Record<string, { min: (number | null)[]; max: (number | null)[] }>
}

/** Waits until something of the disk or the hub is so. */
async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 50))
}

test('a machine enrols, is heard, keeps what the hub misses, and tells it once when it is back', async (context) => {
  const home = homeFolder(context)
  const folder = agentFolder(context)
  const agent = agentIn(folder)
  const first = await startServer(context, home, compiled)
  const { port } = new URL(first.address)
  const token = await invite(first)

  const wrong = await agent.ask(enrol, { hub: first.address, token: 'ri_wrong' })
  const enrolled = await agent.ask(enrol, { hub: first.address, token, name: 'nas-01', interval: '1' })
  const twice = await agent.ask(enrol, { hub: first.address, token })

  assert.deepEqual([wrong.code, enrolled.code, twice.code], [1, 0, 1], enrolled.out)
  assert.match(wrong.out, /did not enrol this machine \(401\)/)
  assert.equal(statSync(path.join(folder, 'agent.json')).mode & 0o777, 0o600)
  const { key } = JSON.parse(readFileSync(path.join(folder, 'agent.json'), 'utf8')) as { key: string }
  assert.ok(!enrolled.out.includes(key), 'the key is not shown')

  const running = agent.start(context)
  await running.says(/takes heartbeats/)
  const shown = await first.call<{ hostname: string; agentVersion: string | null }>('GET', '/servers/nas-01')
  assert.equal(shown.status, 200)

  await first.stop()
  await running.says(/The hub is away/)
  const spool = path.join(folder, 'spool', 'nas-01')
  const kept = () =>
    (existsSync(spool) ? readdirSync(spool) : []).flatMap((file) =>
      readFileSync(path.join(spool, file), 'utf8').split('\n').slice(0, -1),
    )
  await until(() => kept().length >= 2)
  // The agent dies too, and another one goes on.
  const died = once(running.child, 'exit')
  running.child.kill('SIGKILL')
  await died
  const missed = kept().map((line) => JSON.parse(line) as Kept)
  const second = await startServer(context, home, { ...compiled, ROLLCALL_SERVER__PORT: port })
  const next = agent.start(context)
  await next.says(/takes heartbeats/)
  await until(() => kept().length === 0)

  const from = missed[0]!.timestamp
  const to = new Date(Date.parse(missed.at(-1)!.timestamp) + 1).toISOString()
  const { answer } = await second.call<Answer>(
    'GET',
    `/servers/nas-01/metrics?metrics=uptime_seconds&from=${from}&to=${to}&points=1000`,
  )
  // Buckets may begin a little before the first and end after the last.
  const { min = [], max = [] } = answer.series['uptime_seconds'] ?? {}
  const numbers = [...min, ...max].filter((value) => value !== null)
  assert.ok(Math.min(...numbers) <= missed[0]!.metrics.uptime_seconds, JSON.stringify(answer))
  assert.ok(Math.max(...numbers) >= missed.at(-1)!.metrics.uptime_seconds, JSON.stringify(answer))

  const getsOn = await agent.ask(status)
  assert.match(getsOn.out, /nas-01: the hub takes its heartbeats/)
  const ended = once(next.child, 'exit')
  next.child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
})

test('one heartbeat and what can be measured are shown without a hub', async (context) => {
  const agent = agentIn(agentFolder(context))
  const heartbeat = await agent.ask(onceCommand)
  const checked = await agent.ask(check)
  const ran = await agent.ask(run)
  const body = JSON.parse(heartbeat.out) as { metrics: Record<string, number> }

  assert.ok(Object.keys(body.metrics).length >= 10)
  assert.equal(checked.code, 1)
  assert.match(checked.out, /^memory +memory_percent/m)
  assert.match(checked.out, /This machine is not enrolled/)
  assert.deepEqual([ran.code, /not enrolled/.test(ran.out)], [1, true])
})
