import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A node of the fake: its entry in /nodes.json, and its configuration's bytes. */
export interface FakeNode {
  name: string
  group?: string
  ip: string
  /** The class of Oxidized's model: IOS, RouterOS. */
  model: string
  status: 'success' | 'no_connection' | 'fail' | 'timelimit' | 'never'
  /** As Ruby writes times; `unknown` after a restart. */
  mtime: string
  /** Null where Oxidized has none. */
  config: Buffer | string | null
  vars?: Record<string, string>
}

export interface FakeOxidized {
  /** With the prefix that the proxy before it gives it. */
  url: string
  username: string
  password: string
  /** May be changed at any time. */
  nodes: FakeNode[]
  /** Paths asked for, without the prefix. */
  requests: string[]
  /** Things that were done to it, which a reading must not do. */
  deeds: string[]
  /** Answers instead, where it gives something. */
  interfere: (path: string) => { status?: number; body: string } | undefined
  close(): Promise<void>
}

const password = 'proxy-word-8hJ2mQ'
const expected = `Basic ${Buffer.from(`rollcall:${password}`).toString('base64')}`

interface Reply {
  status: number
  type: string
  body: Buffer | string
}

const fullName = ({ group, name }: FakeNode): string => (group === undefined ? name : `${group}/${name}`)

/** Entry of /nodes.json as oxidized-web gives it: `last` is null after a restart, `vars` hold whatever they hold. */
const entry = (node: FakeNode) => ({
  name: node.name,
  full_name: fullName(node),
  ip: node.ip,
  group: node.group ?? 'default',
  model: node.model,
  last:
    node.status === 'never'
      ? null
      : {
          start: '2026-08-15 10:00:00 UTC',
          end: '2026-08-15 10:00:07 UTC',
          status: node.status,
          time: 7.1,
        },
  vars: node.vars ?? {},
  mtime: node.mtime,
  status: node.status,
  time: node.status === 'never' ? 'never' : '2026-08-15 10:00:07 UTC',
})

/** oxidized-web cuts a parameter at its dots: those at the end are lost, and a last part `json` is the format. */
function cutFormat(word: string): { word: string; isJson: boolean } {
  const parts = word.replace(/\.+$/, '').split('.')
  const isJson = parts.at(-1) === 'json'
  return { word: (isJson ? parts.slice(0, -1) : parts).join('.'), isJson }
}

/** Lines as Ruby cuts them: each with its end. */
const rubyLines = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/))

function fetchConfig(fake: FakeOxidized, path: string): Reply {
  const segments = path.slice('/node/fetch/'.length).split('/').map(decodeURIComponent)
  const { word: name, isJson } = cutFormat(segments.at(-1)!)
  const wanted = [...segments.slice(0, -1), name].join('/')
  const found = fake.nodes.find((node) => fullName(node) === wanted)?.config ?? null
  const bytes = Buffer.from(found ?? 'node not found')
  if (!isJson) return { status: 200, type: 'text/plain;charset=utf-8', body: bytes }
  const text = bytes.toString('utf8')
  // Ruby's JSON refuses what is no UTF-8.
  if (!Buffer.from(text).equals(bytes))
    return { status: 500, type: 'text/html', body: '<h1>Internal Server Error</h1>' }
  return { status: 200, type: 'application/json', body: JSON.stringify(rubyLines(text)) }
}

function answer(fake: FakeOxidized, path: string): Reply {
  const instead = fake.interfere(path)
  if (instead !== undefined) return { status: instead.status ?? 200, type: 'text/plain', body: instead.body }
  if (/^\/(reload|node\/next)/.test(path)) fake.deeds.push(path)
  if (path === '/nodes.json')
    return { status: 200, type: 'application/json', body: JSON.stringify(fake.nodes.map(entry)) }
  if (path.startsWith('/node/fetch/')) return fetchConfig(fake, path)
  return { status: 404, type: 'text/html', body: '<h1>Not Found</h1>' }
}

/** oxidized-web behind a proxy that asks for a password and gives it a prefix. */
export async function startFakeOxidized(nodes: FakeNode[]): Promise<FakeOxidized> {
  const respond = (request: IncomingMessage): Reply => {
    if (request.headers.authorization !== expected)
      return { status: 401, type: 'text/html', body: 'Authorization Required' }
    const path = new URL(request.url!, fake.url).pathname
    if (!path.startsWith('/oxidized/')) return { status: 404, type: 'text/html', body: 'Not Found' }
    const below = path.slice('/oxidized'.length)
    fake.requests.push(below)
    return answer(fake, below)
  }
  const server = createServer((request, response) => {
    const { status, type, body } = respond(request)
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeOxidized = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oxidized`,
    username: 'rollcall',
    password,
    nodes,
    requests: [],
    deeds: [],
    interfere: () => undefined,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
