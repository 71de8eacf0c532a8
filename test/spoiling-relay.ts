import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { Agent, request as send } from 'undici'
import type { Mutation, Passing } from '#test/mutations.ts'

/** Which answer is spoiled and how. */
export interface Spoiling {
  /** Counted from the beginning of the reading, from 0. */
  at: number
  /** This one and all that follow. */
  isLasting?: boolean
  mutation: Mutation
  random: () => number
}

const isSpoiled = (spoiled: Spoiling | undefined, at: number): spoiled is Spoiling =>
  spoiled !== undefined && (spoiled.isLasting ? at >= spoiled.at : at === spoiled.at)

/** Hands requests on to the system, and its answers back, one of them spoiled. */
export async function startRelay(t: TestContext, to: string) {
  const agent = new Agent({ connect: { rejectUnauthorized: false } })
  let passed = 0
  let spoiled: Spoiling | undefined
  const server = createServer((request, response) => {
    const at = passed
    passed += 1
    void forward(agent, to, request)
      .then((answer) => (isSpoiled(spoiled, at) ? spoiled.mutation.apply(answer, spoiled.random) : answer))
      .then(({ status, headers, body }) => {
        if (status === 0) response.destroy()
        else response.writeHead(status, headers).end(body)
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await agent.destroy()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: () => passed,
    spoil: (spoiling: Spoiling | undefined) => {
      passed = 0
      spoiled = spoiling
    },
  }
}

const perConnection = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
])

async function forward(agent: Agent, to: string, request: IncomingMessage): Promise<Passing> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = Object.entries(request.headers).filter(([name]) => !perConnection.has(name))
  const answer = await send(new URL(request.url!, to), {
    dispatcher: agent,
    method: request.method as 'GET',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: chunks.length > 0 ? Buffer.concat(chunks) : null,
  })
  const back = Object.entries(answer.headers).filter(([name]) => !perConnection.has(name))
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(back) as Record<string, string>,
    body: Buffer.from(await answer.body.arrayBuffer()),
  }
}
