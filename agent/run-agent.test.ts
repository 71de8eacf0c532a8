import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { phaseOf } from '#agent/beat-times.ts'
import type { HubAnswer, HubClient } from '#agent/hub-client.ts'
import { runAgent } from '#agent/run-agent.ts'
import { openSpool } from '#agent/spool.ts'
import { AgentClock, agentFolder, settle } from '#test/agent-lab.ts'

interface Sent {
  timestamp: string
  backfill?: boolean
  metrics: Record<string, number>
}

const taken = (clock: AgentClock, more: object = {}): HubAnswer => ({
  status: 200,
  body: { accepted: 1, rejected: [], serverTime: new Date(clock.now()).toISOString(), ...more },
  retryAfter: undefined,
})

/** An agent whose hub is played by the test. */
function playedHub(context: TestContext) {
  const clock = new AgentClock()
  const said: string[] = []
  const posts: Sent[][] = []
  const hub = { answer: (): HubAnswer | Error => taken(clock) }
  const client: HubClient = {
    async post(_path, text) {
      const body = JSON.parse(text) as Sent | Sent[]
      const answer = hub.answer()
      if (answer instanceof Error) throw answer
      posts.push([body].flat())
      return answer
    },
    close() {},
  }
  const stopping = new AbortController()
  const spool = openSpool(agentFolder(context), { bytes: 1_000_000, batch: 3 })
  const running = runAgent(
    {
      serverId: 'nas-01',
      interval: 60,
      version: '1.0.0',
      look: async () => ({ metrics: { load_1m: 1 }, warnings: [] }),
      hub: client,
      spool,
      clock,
      say: (line) => said.push(line),
      chance: () => 0.5,
    },
    stopping.signal,
  )
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute += 1) {
      clock.advance(60_000)
      await settle()
    }
  }
  context.after(async () => {
    stopping.abort(new Error('the test is over'))
    await running
  })
  return { clock, said, posts, hub, spool, minutes, stopping, running }
}

test('the first heartbeat is told at once, the later ones at the server’s own time of the minute', async (context) => {
  const { posts, clock } = playedHub(context)
  await settle()
  assert.equal(posts.length, 1)
  for (let second = 0; second < 200; second += 1) {
    clock.advance(1_000)
    await settle()
  }

  const late = posts.slice(1).map(([sent]) => {
    const from = Date.parse(sent!.timestamp) - phaseOf('nas-01', 60_000)
    return ((from % 60_000) + 60_000) % 60_000
  })
  assert.ok(late.length === 3 || late.length === 4, String(late.length))
  // The clock of this test moves by whole seconds.
  assert.ok(
    late.every((milliseconds) => milliseconds < 1_000),
    late.join(' '),
  )
})

test('while the hub is away heartbeats are kept; when it is back the live one comes first, then the rest once', async (context) => {
  const { posts, hub, minutes, clock, spool, said } = playedHub(context)
  await settle()
  hub.answer = () => new Error('connect ECONNREFUSED')
  await minutes(5)
  assert.equal(posts.length, 1)
  assert.ok(spool.bytes > 0)
  hub.answer = () => taken(clock)
  await minutes(1)
  // Half of the longest wait, by the chance of this test.
  clock.advance(15_000)
  await settle()
  const [, live, ...kept] = posts

  assert.equal(live?.[0]?.backfill, undefined)
  assert.deepEqual(
    kept.map((batch) => batch.length),
    [3, 2],
  )
  assert.ok(kept.flat().every(({ backfill }) => backfill === true))
  const times = kept.flat().map(({ timestamp }) => timestamp)
  assert.deepEqual(times, [...new Set(times)].sort())
  assert.ok(times.every((time) => time < live![0]!.timestamp))
  assert.equal(spool.bytes, 0)
  assert.deepEqual(
    said.map((line) => line.slice(0, 20)),
    ['The hub takes heartb', 'The hub is away: con', 'The hub takes heartb'],
  )
})

test('the hub’s Retry-After and its interval are kept', async (context) => {
  const { posts, hub, minutes, clock } = playedHub(context)
  await settle()
  let asked = 0
  hub.answer = () => {
    asked += 1
    return { status: 503, body: {}, retryAfter: 150 }
  }
  await minutes(3)
  assert.equal(asked, 1, 'two heartbeats fell into the time that it asked for')
  hub.answer = () => taken(clock, { nextIntervalSeconds: 300 })
  await minutes(1)
  clock.advance(15_000)
  await settle()
  const before = posts.length
  await minutes(10)

  assert.equal(posts.length - before, 2)
})

test('a refused key is told with what to do, and asked about four times an hour', async (context) => {
  const { hub, minutes, said, spool } = playedHub(context)
  await settle()
  let asked = 0
  hub.answer = () => {
    asked += 1
    return {
      status: 401,
      body: { detail: 'The key is unknown', hint: 'Enrol it again' },
      retryAfter: undefined,
    }
  }
  await minutes(60)

  assert.ok(asked >= 3 && asked <= 4, String(asked))
  assert.match(
    said.at(-1)!,
    /refuses this agent \(401\): The key is unknown\. Enrol it again\..*rollcall-agent enrol/,
  )
  assert.ok(spool.bytes > 0, 'nothing is lost if somebody mends it')
})

test('somebody between who answers in the hub’s place does not swallow heartbeats', async (context) => {
  const { hub, minutes, spool, clock, posts } = playedHub(context)
  hub.answer = () => ({ status: 200, body: {}, retryAfter: undefined })
  await minutes(2)
  assert.ok(spool.bytes > 0)
  posts.length = 0
  hub.answer = () => taken(clock)
  await minutes(2)
  assert.equal(spool.bytes, 0)
})

test('the clock stays as it is, and how far it is off is told', async (context) => {
  const { hub, minutes, clock, posts } = playedHub(context)
  hub.answer = () => ({
    status: 200,
    body: { accepted: 1, serverTime: new Date(clock.now() + 7_200_000).toISOString() },
    retryAfter: undefined,
  })
  await minutes(2)

  assert.equal(posts.at(-1)![0]!.metrics['clock_skew_seconds'], 7_200)
  assert.ok(Date.parse(posts.at(-1)![0]!.timestamp) <= clock.now())
})

test('what the hub will never take is not sent again and again', async (context) => {
  const { hub, minutes, spool, said } = playedHub(context)
  hub.answer = () => ({
    status: 422,
    body: { code: 'INPUT_INVALID', rejected: [{ path: 'timestamp' }] },
    retryAfter: undefined,
  })
  await minutes(3)

  assert.equal(spool.bytes, 0)
  assert.match(said.join('\n'), /did not take all/)
})
