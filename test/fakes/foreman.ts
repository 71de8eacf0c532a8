import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { foremanSource } from '#sources/foreman/foreman.ts'
import type { Source } from '#sources/source.ts'
import type { FakeForemanWorld, FakeHost } from '#test/fakes/foreman-world.ts'

export interface FakeForeman {
  url: string
  username: string
  password: string
  /** May be changed at any time. */
  world: FakeForemanWorld
  /** Path with query of every request, in order. */
  requests: string[]
  /** Asked before each answer: another status and body; undefined leaves it as it is. */
  interfere: (path: string, query: URLSearchParams) => { status: number; body: unknown } | undefined
  /** Rows of a page at most, whatever is asked for. */
  rowsAtMost: number
  /** Requests under way at the same time, at most. */
  busiest: number
  close(): Promise<void>
}

const username = 'rollcall'
const password = 'fake-personal-access-token-7Qx'
const secret = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjo0fQ.fakefakefakefake'

class Refusal extends Error {
  readonly status: number
  readonly body: object

  constructor(status: number, body: object) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
  }
}

const blankRow = Object.fromEntries(
  'ip ip6 last_report mac sp_mac sp_ip sp_name domain_name architecture_name operatingsystem_name subnet_id subnet_name subnet6_id model_name uuid compute_resource_id compute_resource_name certname organization_name location_name hostgroup_title owner_name comment disk installed_at'
    .split(' ')
    .map((name) => [name, null]),
)

/** Answers hold tokens that let anybody register or build a host. */
const rowOf = ({ id, name, row }: FakeHost) => ({
  ...blankRow,
  managed: false,
  enabled: true,
  global_status: 0,
  created_at: '2022-11-25 11:51:51 UTC',
  updated_at: '2022-11-25 11:51:51 UTC',
  registration_token: secret,
  token: 'build-token-1a2b3c4d',
  ...row,
  id,
  name,
})

function needs({ permissions }: FakeForemanWorld, permission: string): void {
  if (permissions.has(permission)) return
  const details = `Missing one of the required permissions: ${permission}`
  throw new Refusal(403, { error: { message: 'Access denied', details, missing_permissions: [permission] } })
}

/** Twenty rows where nothing else is asked for; without an order they come as the database likes. */
function paged(rows: readonly Record<string, unknown>[], query: URLSearchParams, found = rows) {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 20)]
  const ordered =
    query.get('order') === 'id ASC'
      ? found.toSorted((left, right) => Number(left['id']) - Number(right['id']))
      : found.toReversed()
  return {
    total: rows.length,
    subtotal: found.length,
    page,
    per_page: perPage,
    search: query.get('search'),
    sort: { by: null, order: null },
    results: ordered.slice((page - 1) * perPage, page * perPage),
  }
}

/** Pages count facts, not hosts; facts come in the order of their values, and with a search the sum is one of hosts. */
function factValues({ hosts }: FakeForemanWorld, query: URLSearchParams) {
  const search = query.get('search') ?? ''
  const wanted = [...search.matchAll(/host = (?:"([^"]*)"|(\d+))/g)].map(([, name, id]) => name ?? id)
  const isWanted = ({ id, name }: FakeHost) =>
    search === '' || wanted.some((each) => (/^\d+$/.test(each!) ? Number(each) === id : each === name))
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 20)]
  const all = hosts
    .filter(isWanted)
    .flatMap(({ name, facts = {} }) => Object.entries(facts).map(([fact, value]) => ({ name, fact, value })))
    .toSorted((left, right) => (String(left.value) < String(right.value) ? -1 : 1))
  const results: Record<string, Record<string, string | null>> = {}
  for (const { name, fact, value } of all.slice((page - 1) * perPage, page * perPage))
    (results[name] ??= {})[fact] = value
  const subtotal = search === '' ? all.length : Object.keys(results).length
  return { total: all.length, subtotal, page, per_page: perPage, search, results }
}

function answer({ world }: FakeForeman, path: string, query: URLSearchParams): unknown {
  const id = /^\/hosts\/(\d+)$/.exec(path)?.[1]
  if (path === '/status') return { result: 'ok', status: 200, version: '3.9.1', api_version: 2 }
  if (path === '/current_user')
    return { login: 'rollcall', admin: false, organizations: [{ id: 1 }], locations: [{ id: 2 }] }
  if (path === '/hosts' || id !== undefined) needs(world, 'view_hosts')
  if (path === '/hosts') return paged(world.hosts.map(rowOf), query)
  if (id !== undefined) {
    const host = world.hosts.find((each) => each.id === Number(id))
    if (!host) throw new Refusal(404, { error: { message: `Resource host not found by id '${id}'` } })
    return { ...rowOf(host), parameters: [], all_parameters: [], interfaces: host.interfaces ?? [] }
  }
  if (path === '/fact_values') {
    needs(world, 'view_facts')
    return factValues(world, query)
  }
  if (path === '/subnets') {
    needs(world, 'view_subnets')
    return paged(world.subnets, query)
  }
  if (path === '/compute_resources') {
    needs(world, 'view_compute_resources')
    return paged(world.computeResources, query)
  }
  throw new Refusal(404, { error: { message: 'No route matches' } })
}

function respond(fake: FakeForeman, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, fake.url)
  const path = url.pathname.replace('/api/v2', '')
  fake.requests.push(`${path}${url.search}`)
  const send = (status: number, body: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', foreman_version: '3.9.1' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
  try {
    const given = Buffer.from(/^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '', 'base64')
    if (given.toString() !== `${username}:${password}`)
      throw new Refusal(401, { error: { message: 'Unable to authenticate user rollcall' } })
    const asked = url.searchParams
    const other = fake.interfere(path, asked)
    if (Number(asked.get('per_page')) > fake.rowsAtMost) asked.set('per_page', String(fake.rowsAtMost))
    send(other?.status ?? 200, other?.body ?? answer(fake, path, asked))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    send(error.status, error.body)
  }
}

/** A Foreman API with the habits of the real one. */
export async function startFakeForeman(world: FakeForemanWorld): Promise<FakeForeman> {
  let busy = 0
  const server = createServer((request, response) => {
    busy += 1
    fake.busiest = Math.max(fake.busiest, busy)
    response.once('close', () => (busy -= 1))
    // A turn later, so that requests at the same time can be seen to be so.
    setImmediate(() => respond(fake, request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeForeman = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    username,
    password,
    world,
    requests: [],
    interfere: () => undefined,
    rowsAtMost: Infinity,
    busiest: 0,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}

/** Opens a Foreman source with settings as people write them; pauses between tries are not waited. */
export function openForeman(settings: Record<string, unknown>, now?: string): Source {
  const clock: Clock = { ...systemClock, sleep: async () => {}, ...(now ? { now: () => now } : {}) }
  const tools = { clock, log: silentLog, name: 'foreman' }
  return foremanSource.open(foremanSource.settings.parse({ username: 'rollcall', ...settings }), tools)
}
