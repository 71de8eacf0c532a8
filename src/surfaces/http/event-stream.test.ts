import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { test, type TestContext } from 'node:test'
import type { Actor } from '#model/actor.ts'
import { keepEvents } from '#surfaces/http/event-log.ts'
import { createEventBus } from '#kernel/event-bus.ts'
import { actorOf, sampleIdentify, sampleServer, stubContext } from '#test/sample-server.ts'
import { TestClock } from '#test/test-clock.ts'

interface Reader {
  response: IncomingMessage
  /** Resolves with everything read so far once it holds the text. */
  until(text: string): Promise<string>
}

async function start(
  t: TestContext,
  identify = sampleIdentify as (request: { headers: Headers }) => Promise<Actor>,
) {
  const clock = new TestClock()
  const context = stubContext({ clock })
  const { server } = sampleServer({ context, access: { identify, handle: async () => new Response() } })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  const listen = async (query = '', headers: Record<string, string> = {}): Promise<Reader> => {
    const request = get(`${address}/api/v1/events${query}`, {
      headers: { authorization: 'Bearer admin', ...headers },
    })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    let seen = ''
    const waiting = new Set<() => void>()
    response.setEncoding('utf8').on('data', (chunk: string) => {
      seen += chunk
      for (const each of waiting) each()
    })
    response.on('error', () => {})
    const until = (text: string) =>
      new Promise<string>((resolve) => {
        const look = () => {
          if (!seen.includes(text)) return
          waiting.delete(look)
          resolve(seen)
        }
        waiting.add(look)
        look()
      })
    await until('retry')
    t.after(() => request.destroy())
    return { response, until }
  }
  const tell = (topic: string, data: Record<string, unknown> = {}) =>
    context.events.publish({ topic, at: clock.now(), data })
  return { server, context, clock, listen, tell }
}

test('what happens is told at once, and only the topics that were asked for', async (t) => {
  const { listen, tell } = await start(t)
  const { response, until } = await listen('?topic=device.&topic=run.')
  assert.equal(response.headers['content-type'], 'text/event-stream')
  tell('host.added')
  tell('device.added', { id: 7 })
  const seen = await until('"id":7')
  assert.match(seen, /event: device\.added/)
  assert.doesNotMatch(seen, /host\.added/)
})

test('a reader that was away gets what it missed', async (t) => {
  const { listen, tell } = await start(t)
  const first = await listen()
  tell('device.added', { id: 1 })
  const id = /id: (\S+)/.exec(await first.until('"id":1'))![1]!
  first.response.destroy()
  tell('device.added', { id: 2 })
  const second = await listen('', { 'last-event-id': id })
  const seen = await second.until('"id":2')
  assert.doesNotMatch(seen, /"id":1/)
})

test('a reader that was away too long is told to start over', async (t) => {
  const { listen } = await start(t)
  const { until } = await listen('', { 'last-event-id': 'other-5' })
  await until('event: reset')
})

test('nobody hears of what they may not see', async (t) => {
  const { listen, tell } = await start(t)
  const { until } = await listen('', { authorization: 'Bearer viewer' })
  tell('token.created', { name: 'ci' })
  tell('device.added', { id: 1 })
  assert.doesNotMatch(await until('device.added'), /token\.created/)
})

test('who is limited to some devices hears that something happened, not what', async (t) => {
  const { listen, tell } = await start(t, async () => ({ ...actorOf('viewer'), tags: ['lab'] }))
  const { until } = await listen()
  tell('device.changed', { name: 'prod-db-1' })
  assert.doesNotMatch(await until('device.changed'), /prod-db-1/)
})

test('a token that is withdrawn ends its stream', async (t) => {
  let valid = true
  const { listen, clock } = await start(t, async () => {
    if (!valid) throw new Error('gone')
    return actorOf('viewer')
  })
  const { response, until } = await listen()
  clock.advance(20_000)
  await until('still here')
  valid = false
  const ended = once(response, 'end')
  clock.advance(20_000)
  await ended
})

test('a server that stops ends its streams', async (t) => {
  const { server, listen } = await start(t)
  const { response } = await listen()
  const ended = once(response, 'end')
  await server.close()
  await ended
})

test('a reader that does not read is cut off instead of filling the memory', async (t) => {
  const { listen, tell } = await start(t)
  const { response } = await listen()
  const closed = once(response, 'close')
  response.pause()
  for (let at = 0; at < 400; at += 1) tell('device.changed', { text: 'x'.repeat(100_000) })
  response.resume()
  await closed
})

test('the newest events are kept and older ones are known to be forgotten', () => {
  const bus = createEventBus()
  const log = keepEvents(bus, 2)
  const first = log.lastId()
  for (const topic of ['a', 'b']) bus.publish({ topic, at: '', data: {} })
  const topics = (id: string) => {
    const events = log.since(id)
    return events === 'unknown' ? events : events.map((each) => each.happening.topic)
  }
  assert.deepEqual(topics(first), ['a', 'b'])
  bus.publish({ topic: 'c', at: '', data: {} })
  assert.equal(topics(first), 'unknown')
  assert.deepEqual(topics(log.lastId()), [])
  assert.equal(topics(first.replace(/\d+$/, '999')), 'unknown')
  assert.equal(topics('nonsense'), 'unknown')
})
