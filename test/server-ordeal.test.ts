import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { homeFolder, startServer, type RunningServer } from '#test/running-server.ts'

/** Seconds: between two heartbeats, and of silence until a server is offline (missed x interval + grace). */
const interval = 1
const rule = interval + 0.5
const config = 'monitoring:\n  missedHeartbeats: 1\n  graceSeconds: 0.5\n'

interface Change {
  at: string
  status: string
  cause: string
}

/** Sends once a second until it dies; knows when each heartbeat was acknowledged. */
class Beating {
  readonly id: string
  readonly acknowledged: number[] = []
  readonly #dead = new AbortController()

  constructor(id: string) {
    this.id = id
  }

  async live(hub: () => RunningServer): Promise<void> {
    while (!this.#dead.signal.aborted) {
      const beat = {
        server_id: this.id,
        timestamp: new Date().toISOString(),
        interval_seconds: interval,
        metrics: { cpu_percent: 5 },
      }
      try {
        const { status } = await hub().call('POST', '/agents/heartbeat', beat)
        if (status === 200) this.acknowledged.push(Date.now())
      } catch {
        // The hub is away: the next second is another try.
      }
      await pause(interval * 1_000, undefined, { signal: this.#dead.signal }).catch(() => {})
    }
  }

  die(): void {
    this.#dead.abort()
  }

  /** Seconds of silence around a time. */
  silenceAt(time: number): number {
    const before = this.acknowledged.findLast((at) => at <= time) ?? 0
    const after = this.acknowledged.find((at) => at > time) ?? Number.POSITIVE_INFINITY
    return (after - before) / 1_000
  }
}

test('a real hub that stalls and is killed calls nobody offline who lives, and finds who died meanwhile', async (context) => {
  const folder = homeFolder(context, { 'rollcall.yaml': config })
  let hub = await startServer(context, folder)
  const agents = ['a', 'b', 'c', 'd'].map((id) => new Beating(id))
  const lives = agents.map((agent) => agent.live(() => hub))
  context.after(() => agents.forEach((agent) => agent.die()))
  await pause(1_300)

  hub.process.kill('SIGSTOP')
  await pause(3_400)
  hub.process.kill('SIGCONT')
  await pause(1_100)

  const [dead] = agents as [Beating]
  dead.die()
  const ended = once(hub.process, 'exit')
  hub.process.kill('SIGKILL')
  await ended
  hub = await startServer(context, folder)
  const back = Date.now()
  const history = async (id: string): Promise<Change[]> =>
    (await hub.call<{ items: Change[] }>('GET', `/servers/${id}/status-changes`)).answer.items
  const isFound = async (): Promise<boolean> => (await history(dead.id))[0]?.status === 'offline'
  // What was left of its time, an interval to be heard anew, and two seconds; the machine of a test may be busy.
  while (!(await isFound())) {
    assert.ok(Date.now() - back < (rule + interval + 2) * 1_000 + 5_000, 'the dead one is found')
    await pause(200)
  }
  for (const agent of agents) agent.die()
  await Promise.all(lives)

  for (const agent of agents.slice(1)) {
    const losses = (await history(agent.id)).filter(({ status }) => status === 'offline')
    for (const { at, cause } of losses)
      assert.ok(agent.silenceAt(Date.parse(at)) > rule, `${agent.id} lives, but ${cause} at ${at}`)
    assert.ok(
      agent.acknowledged.some((at) => at > back),
      `${agent.id} is heard after the restart`,
    )
  }
  assert.deepEqual(
    (await history(dead.id)).map(({ status }) => status),
    ['offline', 'online'],
  )
})
