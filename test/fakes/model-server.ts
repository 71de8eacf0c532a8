import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { listening } from '#test/http-lab.ts'

/** What the model says: JSON of a proposal, any text, a whole completion, or nothing at all. */
export type Saying =
  | { proposal: object }
  | { text: string }
  | { completion: unknown }
  | { status: number }
  | { silence: true }

interface Asked {
  authorization: string | undefined
  body: {
    model: string
    messages: { role: string; content: string }[]
    response_format: { json_schema: { schema: object } }
  }
}

/** A proposal as a model gives it, with nothing in it. */
export const emptyAnswer = {
  action: null,
  parameters: {},
  conditions: null,
  everything: false,
  sources: [],
  question: null,
}

/** A language model behind an OpenAI-compatible address: it says what it is told to, and keeps what it was asked. */
export async function modelServer(
  t: TestContext,
  say: () => Saying,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url !== '/v1/chat/completions') return response.writeHead(404).end()
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked['body']
      asked.push({ authorization: request.headers.authorization, body })
      const said = say()
      if ('silence' in said) return undefined
      if ('status' in said) return response.writeHead(said.status).end('{"error":"no"}')
      const content = 'proposal' in said ? JSON.stringify(said.proposal) : 'text' in said ? said.text : ''
      const completion =
        'completion' in said
          ? said.completion
          : { choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }] }
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(completion))
    })
  })
  return { url: `${await listening(t, server, 'http', '127.0.0.1')}/v1`, asked }
}
