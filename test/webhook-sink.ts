import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { listening } from '#test/http-lab.ts'

/** A request as the sink got it. */
export interface Posted {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** What the sink does with a request; the plain answer is 200 with an empty object. */
export type Answer = (posted: Posted, response: ServerResponse) => void

/** A server that keeps what is posted to it, and the effects it did: one for each key, as one that knows keys does. */
export async function webhookSink(
  t: TestContext,
  answer: Answer = (_, response) => response.end('{}'),
): Promise<{ base: string; posted: Posted[]; effects: () => number }> {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const got = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }
      posted.push(got)
      answer(got, response)
    })
  })
  const base = await listening(t, server, 'http', '127.0.0.1')
  const effects = () =>
    new Set(posted.map(({ headers }, index) => headers['idempotency-key'] ?? `without ${index}`)).size
  return { base, posted, effects }
}
