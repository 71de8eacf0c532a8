import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Row = Record<string, unknown>

/** What a fake array holds, by the path of each kind; rows of `vstoreId` are told to who asks for that vStore. */
export interface FakeArray {
  deviceId: string
  system: Row
  lists: Record<string, Row[]>
  /** Ids that are associated: `lun of host 1`. */
  luns: Record<string, string[]>
  /** Kinds that this array counts. */
  counted: Set<string>
}

/** An answer other than the usual one. */
export interface Interference {
  /** The number in `error.code`, with status 200. */
  code?: number
  description?: string
  status?: number
  /** Sent as it is. */
  text?: string
  retryAfter?: number
  /** The connection breaks. */
  broken?: boolean
  /** The `data` of a good answer. */
  data?: unknown
}

export interface FakeOceanstor {
  url: string
  username: string
  password: string
  array: FakeArray
  /** Method and path below the serial number, with its query, in order. */
  requests: string[]
  /** Sessions that are open now. */
  sessions(): number
  /** How many sign-ins there were, good and bad. */
  logins: { good: number; bad: number }
  /** Ends all sessions, as a time-out does. */
  forgetSessions(): void
  accountState: number
  /** Largest number of rows in one answer. */
  pageLimit: number
  /** The end of a range belongs to it, as on some releases. */
  endIsIncluded: boolean
  /** Asked before each answer; undefined leaves it as it is. */
  interfere: (path: string, query: URLSearchParams) => Interference | undefined
  close(): Promise<void>
}

const wrongPassword = 1_077_949_061
const lockedUser = 1_077_949_070
const featureMissing = 1_077_950_233
const badParameter = 50_331_651

const send = (response: ServerResponse, body: object, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

const failure = (code: number, description: string): object => ({ data: {}, error: { code, description } })
const success = (data: unknown): object => ({
  ...(data === undefined ? {} : { data }),
  error: { code: 0, description: '0' },
})

async function bodyOf(request: IncomingMessage): Promise<Row> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return JSON.parse(text || '{}') as Row
}

/** Rows that the question is about: of a parent, of a vStore. */
function rowsOf({ lists, luns }: FakeArray, path: string, query: URLSearchParams): Row[] | undefined {
  if (path === '/lun/associate')
    return (luns[query.get('ASSOCIATEOBJID') ?? ''] ?? []).map((ID) => ({ ID, TYPE: 11 }))
  const rows = lists[path]
  if (rows === undefined) return undefined
  const parent = query.get('PARENTID')
  const store = query.get('vstoreId')
  return rows.filter(
    (row) =>
      (parent === null || row['PARENTID'] === parent) &&
      (store === null ? row['vstoreId'] === undefined : row['vstoreId'] === store),
  )
}

function rangeOf(fake: FakeOceanstor, query: URLSearchParams): [number, number] {
  const [, start, end] = /^\[(\d+)-(\d+)\]$/.exec(query.get('range') ?? '[0-100]') ?? []
  const last = Number(end) + (fake.endIsIncluded ? 1 : 0)
  return [Number(start), Math.min(last, Number(start) + fake.pageLimit)]
}

function answer(fake: FakeOceanstor, path: string, query: URLSearchParams): object {
  const { array } = fake
  if (path === '/system/') return success(array.system)
  const kind = path.replace(/\/count$/, '')
  const rows = rowsOf(array, kind, query)
  if (rows === undefined) return failure(featureMissing, 'The feature has no license.')
  if (path.endsWith('/count'))
    return array.counted.has(kind)
      ? success({ COUNT: String(rows.length) })
      : failure(badParameter, 'An error occurs to the parameter.')
  const some = rows.slice(...rangeOf(fake, query))
  // There is no empty list: `data` is left out.
  return success(some.length === 0 ? undefined : some)
}

/** An array's DeviceManager over plain http; it has the habits of the real one. */
export async function startFakeOceanstor(array: FakeArray): Promise<FakeOceanstor> {
  const open = new Map<string, string>()
  let serial = 0

  const signIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { username, password, scope } = await bodyOf(request)
    if (scope === undefined) return send(response, failure(badParameter, 'An error occurs to the parameter.'))
    if (fake.logins.bad >= 3) return send(response, failure(lockedUser, 'The user account has been locked.'))
    if (username !== fake.username || password !== fake.password) {
      fake.logins.bad += 1
      return send(response, failure(wrongPassword, 'The User name or password is incorrect.'))
    }
    fake.logins.good += 1
    serial += 1
    const token = `0B7C2A51D94E${String(serial).padStart(4, '0')}`
    const cookie = `session=ismsession=F00D${String(serial).padStart(8, '0')}`
    open.set(token, cookie)
    const data = {
      accountstate: fake.accountState,
      deviceid: fake.array.deviceId,
      iBaseToken: token,
      level: 3,
      userid: '1',
      username,
    }
    send(response, success(data), { 'set-cookie': `${cookie}; path=/; secure; HttpOnly; SameSite=Strict` })
  }

  const isSignedIn = ({ headers }: IncomingMessage): boolean =>
    open.get(String(headers['ibasetoken'])) === headers.cookie && headers.cookie !== undefined

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url!, fake.url)
    const [, device, path = ''] = /^\/deviceManager\/rest\/([^/]+)(\/.*)$/.exec(url.pathname) ?? []
    fake.requests.push(`${request.method} ${path}${url.search}`)
    const other = fake.interfere(path, url.searchParams)
    if (other?.broken) return void response.destroy()
    if (other?.text !== undefined) return void response.writeHead(other.status ?? 200).end(other.text)
    if (other?.status !== undefined)
      return void response
        .writeHead(
          other.status,
          other.retryAfter === undefined ? {} : { 'retry-after': String(other.retryAfter) },
        )
        .end()
    if (other?.code !== undefined) return send(response, failure(other.code, other.description ?? 'no'))
    if (other && 'data' in other) return send(response, success(other.data))
    if (path === '/sessions' && request.method === 'POST') return signIn(request, response)
    if (device !== fake.array.deviceId || !isSignedIn(request))
      return send(
        response,
        failure(-401, 'This operation fails to be performed because of the unauthorized REST.'),
      )
    if (path === '/sessions') {
      open.delete(String(request.headers['ibasetoken']))
      return send(response, success({}))
    }
    send(response, answer(fake, path, url.searchParams))
  }

  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeOceanstor = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    username: 'rollcall',
    password: 'Mon1tor@array',
    array,
    requests: [],
    sessions: () => open.size,
    logins: { good: 0, bad: 0 },
    forgetSessions: () => open.clear(),
    accountState: 1,
    pageLimit: 100,
    endIsIncluded: false,
    interfere: () => undefined,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
