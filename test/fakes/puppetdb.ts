import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, type Clock } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { silentLog } from '#kernel/log.ts'
import { puppetdbSource } from '#sources/puppetdb/puppetdb.ts'
import type { Source } from '#sources/source.ts'

/** A node as PuppetDB keeps it. */
export interface FakeNode {
  certname: string
  facts?: JsonObject
  trusted?: JsonObject | null
  deactivated?: string
  expired?: string
  producedAt?: string
  reportStatus?: string
}

export interface FakePuppetdb {
  url: string
  token: string
  /** May be changed at any time. */
  nodes: FakeNode[]
  /** Entity and question of every request, in order. */
  asked: [entity: string, question: Record<string, unknown>][]
  /** Changes an answer's body, or its status; undefined leaves it as it is. */
  interfere: (entity: string, body: string) => { status?: number; body: string } | undefined
  /** Requests under way at the same time, at most. */
  busiest: number
  close(): Promise<void>
}

const token = 'fake-rbac-token-0f6a3b5293c14d61'
const storedAt = '2026-11-22T07:25:04.471Z'

type Ast = readonly unknown[]

class Refusal extends Error {}

/** Nodes that are not active are hidden from every question that does not speak of their state. */
function meets(node: FakeNode, ast: Ast | undefined, isWhole = true): boolean {
  const isActive = node.deactivated === undefined && node.expired === undefined
  if (ast === undefined) return isActive
  const [operator, first, second] = ast
  const hides = isWhole && !JSON.stringify(ast).includes('"node_state"')
  if (hides && !isActive) return false
  switch (operator) {
    case 'and':
      return ast.slice(1).every((each) => meets(node, each as Ast, false))
    case '=':
      if (first === 'certname') return node.certname === second
      if (first === 'node_state') return second === 'any' || (second === 'active') === isActive
      break
    case 'in':
      return first === 'certname' && ((second as Ast)[1] as string[]).includes(node.certname)
    case '>':
    case '<':
      throw new Refusal(`Query operators >,>=,<,<= are not allowed on field ${String(first)}`)
  }
  throw new Refusal(`'${String(operator)}' is not a query operator we know`)
}

type Row = Record<string, unknown>

const rowOf: Record<string, (node: FakeNode) => Row | undefined> = {
  nodes: (node) => ({
    certname: node.certname,
    deactivated: node.deactivated ?? null,
    expired: node.expired ?? null,
    facts_timestamp: node.facts === undefined ? null : storedAt,
    facts_environment: node.facts === undefined ? null : 'production',
    report_timestamp: node.reportStatus === undefined ? null : '2026-11-22T06:05:20.000Z',
    catalog_timestamp: null,
    latest_report_status: node.reportStatus ?? null,
    latest_report_hash: null,
  }),
  inventory: ({ certname, facts, trusted = null }) =>
    facts && { certname, timestamp: storedAt, environment: 'production', facts, trusted },
  factsets: ({ certname, facts, producedAt }) =>
    facts && {
      certname,
      timestamp: storedAt,
      producer_timestamp: producedAt ?? '2026-11-22T06:03:00.000Z',
      hash: '8d0144c9a120d4983399a546b763203c572a6e84',
      environment: 'production',
    },
}

/** Real ones have no fixed order when none is asked for; this one has the worst. */
function rowsOf(fake: FakePuppetdb, entity: string, question: Record<string, unknown>) {
  const known = ['query', 'order_by', 'include_total', 'limit', 'offset']
  const odd = Object.keys(question).find((key) => !known.includes(key))
  if (odd !== undefined) throw new Refusal(`Unsupported query parameter '${odd}'`)
  let ast = question['query'] as Ast | undefined
  let columns: string[] | undefined
  if (ast?.[0] === 'extract') {
    columns = ast[1] as string[]
    ast = ast[2] as Ast | undefined
  }
  const found = fake.nodes
    .filter((node) => meets(node, ast))
    .flatMap((node): Row[] => [rowOf[entity]!(node)].filter((row) => row !== undefined))
    .map((row): Row => {
      const bogus = columns?.find((column) => !(column in row))
      if (bogus !== undefined) throw new Refusal(`'${bogus}' is not a queryable object for ${entity}`)
      return columns === undefined ? row : Object.fromEntries(columns.map((column) => [column, row[column]]))
    })
  const order = question['order_by'] === undefined ? -1 : 1
  return found.toSorted((left, right) =>
    String(left['certname']) < String(right['certname']) ? -order : order,
  )
}

async function respond(
  fake: FakePuppetdb,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const send = (status: number, type: string, body: string, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': type, ...headers }).end(body)
  const given = request.headers['x-authentication']
  if (given !== undefined && given !== token) return void send(403, 'text/plain', 'Permission denied: token')
  const entity = /^\/pdb\/query\/v4\/(nodes|inventory|factsets)$/.exec(request.url!)?.[1]
  if (request.url === '/pdb/meta/v1/version') {
    const changed = fake.interfere('version', '{\n  "version" : "7.12.1"\n}')
    return void send(changed?.status ?? 200, 'application/json', changed?.body ?? '{"version":"7.12.1"}')
  }
  if (entity === undefined)
    return void send(302, 'text/plain', '', { location: `${fake.url}/pdb/dashboard/index.html` })
  const question = JSON.parse(text) as Record<string, unknown>
  fake.asked.push([entity, question])
  try {
    const rows = rowsOf(fake, entity, question)
    const whole = JSON.stringify(rows.slice(0, (question['limit'] as number | undefined) ?? rows.length))
    const changed = fake.interfere(entity, whole)
    const total = question['include_total'] === true ? { 'x-records': String(rows.length) } : {}
    send(changed?.status ?? 200, 'application/json;charset=utf-8', changed?.body ?? whole, total)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // Told as plain text, unlike everything else.
    send(400, 'text/plain;charset=utf-8', error.message)
  }
}

/** PuppetDB's query API with the habits of the real one. */
export async function startFakePuppetdb(nodes: FakeNode[]): Promise<FakePuppetdb> {
  let busy = 0
  const server = createServer((request, response) => {
    busy += 1
    fake.busiest = Math.max(fake.busiest, busy)
    response.once('close', () => (busy -= 1))
    void respond(fake, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakePuppetdb = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    nodes,
    asked: [],
    interfere: () => undefined,
    busiest: 0,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}

/** Pauses between tries are not waited. */
const clock: Clock = { ...systemClock, sleep: async () => {} }

/** Opens a PuppetDB source with settings as people write them. */
export const openPuppetdb = (settings: Record<string, unknown>): Source =>
  puppetdbSource.open(puppetdbSource.settings.parse(settings), { clock, log: silentLog, name: 'prod' })
