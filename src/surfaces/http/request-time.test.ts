import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import fastify from 'fastify'
import { limitRequestTime } from '#surfaces/http/request-time.ts'

/** A server that gives requests 200 ms, and files 200 ms for every kilobyte. */
async function serverFor(t: TestContext) {
  const server = fastify()
  limitRequestTime(server, { milliseconds: 200, floorBytes: 1_000 })
  server.addContentTypeParser('*', (_request, _payload, done) => done(null))
  const taken: number[] = []
  server.put('/file', { config: { takesFile: true } }, async (request) => {
    let bytes = 0
    for await (const piece of request.raw) bytes += (piece as Buffer).length
    taken.push(bytes)
    return 'kept'
  })
  server.post('/small', async (request) => request.body)
  server.get('/events', async () => {
    await wait(600)
    return 'late'
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => server.close())
  const { port } = server.server.address() as AddressInfo
  return { port, taken }
}

/** Sends a head and then a piece every 50 ms; what came back until the connection closed. */
async function trickle(port: number, head: string, pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let said = ''
  socket.on('data', (data) => (said += data.toString()))
  socket.on('error', () => {})
  // A cut connection may end in an error as well.
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(`${head}\r\nHost: here\r\nConnection: close\r\n`)
  socket.write(`Content-Length: ${pieces.join('').length}\r\n\r\n`)
  for (const piece of pieces) {
    await wait(50)
    if (socket.destroyed) break
    socket.write(piece)
  }
  await closed
  return said
}

test('a file may take long as long as it comes, and is cut off when it only trickles', async (t) => {
  const { port, taken } = await serverFor(t)
  const head = 'PUT /file HTTP/1.1\r\nContent-Type: text/csv'

  const [steady, trickling] = await Promise.all([
    trickle(
      port,
      head,
      Array.from({ length: 12 }, () => 'x'.repeat(2_000)),
    ),
    trickle(
      port,
      head,
      Array.from({ length: 200 }, () => 'x'),
    ),
  ])

  assert.match(steady, /^HTTP\/1\.1 200 .*kept$/s)
  assert.match(trickling, /^(HTTP\/1\.1 408 .*)?$/s)
  assert.deepEqual(taken, [24_000])
})

test('any other request has to be there in time, however steadily it comes', async (t) => {
  const { port } = await serverFor(t)
  const head = 'POST /small HTTP/1.1\r\nContent-Type: application/json'

  assert.match(
    await trickle(port, head, ['"', ...Array.from({ length: 40 }, () => 'x'.repeat(2_000)), '"']),
    /^(HTTP\/1\.1 408 .*)?$/s,
  )
  assert.match(await trickle(port, head, ['"x', '"']), /200 .*x$/s)
})

test('an answer may take as long as it does once all of the request is there', async (t) => {
  const { port } = await serverFor(t)

  const answer = await fetch(`http://127.0.0.1:${port}/events`)

  assert.equal(await answer.text(), 'late')
})
