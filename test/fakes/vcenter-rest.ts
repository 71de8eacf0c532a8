import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the REST interface of a fake vCenter has. */
export interface FakeTags {
  /** `api` since release 7, `rest` before, `none` on a host. */
  dialect: 'api' | 'rest' | 'none'
  /** Names by ids. */
  categories: Record<string, string>
  /** Category and name by ids. */
  tags: Record<string, readonly [category: string, name: string]>
  /** Tags by the ids of objects. */
  attached: Record<string, readonly string[]>
  sessions: Set<string>
}

type Answer = { status: number; body?: unknown }

const notFound: Answer = { status: 404, body: { messages: [] } }

function signIn({ sessions }: FakeTags, request: IncomingMessage): Answer {
  if (request.method === 'DELETE') {
    sessions.delete(String(request.headers['vmware-api-session-id']))
    return { status: 204 }
  }
  if (!request.headers.authorization?.startsWith('Basic ')) return { status: 401 }
  const session = randomUUID()
  sessions.add(session)
  return { status: 201, body: session }
}

function attachedTo({ attached }: FakeTags, objects: readonly { type: string; id: string }[]): Answer {
  const found = objects.filter(({ id }) => attached[id] !== undefined)
  return {
    status: 200,
    body: found.map(({ type, id }) => ({ object_id: { type, id }, tag_ids: attached[id] })),
  }
}

function tag({ tags }: FakeTags, id: string): Answer {
  const known = tags[id]
  return known === undefined
    ? notFound
    : { status: 200, body: { id, name: known[1], category_id: known[0], description: '', used_by: [] } }
}

function answer(fake: FakeTags, request: IncomingMessage, text: string): Answer {
  const url = new URL(request.url!, 'http://fake')
  const path = url.pathname.replace(/^\/rest\/com\/vmware|^\/api/, '')
  if (path === '/session' || path === '/cis/session') return signIn(fake, request)
  if (!fake.sessions.has(String(request.headers['vmware-api-session-id']))) return { status: 401 }
  if (path === '/cis/tagging/tag-association') {
    const { object_ids: objects } = JSON.parse(text) as { object_ids: { type: string; id: string }[] }
    return attachedTo(fake, objects)
  }
  const [, kind, id = ''] = /^\/cis\/tagging\/(tag|category)\/(?:id:)?(.+)$/.exec(path) ?? []
  if (kind === 'tag') return tag(fake, decodeURIComponent(id))
  const name = kind === 'category' ? fake.categories[decodeURIComponent(id)] : undefined
  return name === undefined ? notFound : { status: 200, body: { id, name } }
}

/** Answers a request for sessions, tags and categories as vCenter does: bare below /api, in an envelope below /rest. */
export async function answerRest(
  fake: FakeTags,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const dialect = request.url!.startsWith('/rest/') ? 'rest' : 'api'
  const { status, body } = dialect === fake.dialect ? answer(fake, request, text) : notFound
  const inEnvelope = dialect === 'rest' && status < 300 ? { value: body } : body
  response.writeHead(dialect === 'rest' && status === 201 ? 200 : status, {
    'content-type': 'application/json',
  })
  response.end(body === undefined ? '' : JSON.stringify(inEnvelope))
}
