import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Row = Record<string, unknown>

/** What a fake cluster holds: itself, and lists by their path below /api. */
export interface FakeCluster {
  cluster: Row
  lists: Record<string, Row[]>
}

/** An answer other than the usual one. */
export interface Interference {
  status?: number
  /** Code and message of an error of the cluster's own. */
  code?: string
  message?: string
  /** Sent as it is. */
  text?: string
  retryAfter?: number
  /** The connection breaks. */
  broken?: boolean
}

export interface FakeOntap {
  url: string
  username: string
  password: string
  world: FakeCluster
  /** Path below /api with its query, in order. */
  requests: string[]
  /** Requests with a wrong password. */
  refused: number
  /** Largest number of records in one answer, whatever was asked for. */
  pageLimit: number
  /** Answers with records are separated by one without, as when the time for an answer is over. */
  emptyPages: boolean
  absoluteLinks: boolean
  /** The last record of a page comes again with the next. */
  repeatsLast: boolean
  /** Fields that this release does not know. */
  unknownFields: readonly string[]
  /** Changes the link that leads on; undefined leaves none. */
  linkTo: (href: string) => string | undefined
  /** Asked before each answer; undefined leaves it as it is. */
  interfere: (path: string, query: URLSearchParams) => Interference | undefined
  close(): Promise<void>
}

const send = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/hal+json' }).end(JSON.stringify(body))

const fail = (response: ServerResponse, status: number, code: string, message: string): void =>
  send(response, { error: { message, code } }, status)

function respondToList(
  fake: FakeOntap,
  path: string,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const rows = fake.world.lists[path]
  if (rows === undefined) return fail(response, 404, '3', 'API not found')
  const unknown = (query.get('fields') ?? '').split(',').find((field) => fake.unknownFields.includes(field))
  if (unknown !== undefined)
    return fail(response, 400, '262197', `The value "${unknown}" is invalid for field "fields"`)
  const ofType = query.get('type')
  const all = ofType === null ? rows : rows.filter((row) => row['type'] === ofType)
  if (query.get('return_records') === 'false') return send(response, { num_records: all.length })
  const start = Number(query.get('start') ?? 0)
  const isEmpty = fake.emptyPages && query.get('turn') !== 'full'
  const size = isEmpty ? 0 : Math.min(fake.pageLimit, Number(query.get('max_records') ?? 10_000))
  const end = start + size
  const records = all.slice(fake.repeatsLast && start > 0 ? start - 1 : start, end)
  const next = new URLSearchParams(query)
  next.set('start', String(end))
  next.set('turn', isEmpty ? 'full' : 'empty')
  const href = fake.linkTo(`${fake.absoluteLinks ? fake.url : ''}/api${path}?${next.toString()}`)
  const isOver = end >= all.length && !isEmpty
  send(response, {
    records,
    num_records: records.length,
    _links: { self: { href: `/api${path}` }, ...(isOver || href === undefined ? {} : { next: { href } }) },
  })
}

function respond(fake: FakeOntap, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, fake.url)
  const path = url.pathname.replace(/^\/api/, '')
  fake.requests.push(`${path}${url.search}`)
  const other = fake.interfere(path, url.searchParams)
  if (other?.broken) return void response.destroy()
  if (other?.text !== undefined) return void response.writeHead(other.status ?? 200).end(other.text)
  if (other?.code !== undefined)
    return fail(response, other.status ?? 403, other.code, other.message ?? 'not authorized for that command')
  if (other?.status !== undefined)
    return void response
      .writeHead(
        other.status,
        other.retryAfter === undefined ? {} : { 'retry-after': String(other.retryAfter) },
      )
      .end()
  const basic = `Basic ${Buffer.from(`${fake.username}:${fake.password}`).toString('base64')}`
  if (request.headers.authorization !== basic) {
    fake.refused += 1
    return fail(response, 401, '6691623', 'User is not authorized.')
  }
  if (path === '/cluster') return send(response, fake.world.cluster)
  respondToList(fake, path, url.searchParams, response)
}

/** The REST interface of an ONTAP cluster over plain http; it has the habits of the real one. */
export async function startFakeOntap(world: FakeCluster): Promise<FakeOntap> {
  const server = createServer((request, response) => respond(fake, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeOntap = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    username: 'rollcall',
    password: 'R3ad0nly-cluster',
    world,
    requests: [],
    refused: 0,
    pageLimit: 10_000,
    emptyPages: false,
    absoluteLinks: false,
    repeatsLast: false,
    unknownFields: [],
    linkTo: (href) => href,
    interfere: () => undefined,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
