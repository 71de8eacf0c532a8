import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { systemClock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { createWordReader, encodeWord } from '#sources/mikrotik/api-words.ts'
import { mikrotikSource } from '#sources/mikrotik/mikrotik.ts'
import type { Source } from '#sources/source.ts'
import { impatientClock } from '#test/http-lab.ts'

/** Values are text, or bytes as a client sent them. */
export type FakeRow = Record<string, string | Buffer>

/** A RouterOS device, by both of its interfaces. */
export interface FakeRouter {
  /** http://; REST. */
  url: string
  /** api://; the binary API. */
  apiUrl: string
  username: string
  password: string
  /** Rows by menu; one that is not here does not exist. May be changed at any time. */
  menus: Record<string, FakeRow[]>
  /** Menus that this user may not read. */
  forbidden: Set<string>
  /** Signs in as releases before 6.43 did. */
  isOld: boolean
  /** Bytes that are sent instead of any answer of the API. */
  garbage?: Buffer
  /** Ends the session at this menu. */
  fatalAt?: string
  asked: string[]
}

export const openMikrotik = (settings: object): Source =>
  mikrotikSource.open(mikrotikSource.settings.parse(settings) as never, {
    clock: { ...impatientClock(), now: () => '2026-11-26T10:00:00.000Z', monotonic: systemClock.monotonic },
    log: silentLog,
    name: 'router',
  })

/** Without a test of its own it lasts as long as the process, which it does not hold up. */
export async function startFakeRouter(
  t: TestContext | undefined,
  menus: Record<string, FakeRow[]>,
  tls?: { cert: string; key: string },
): Promise<FakeRouter> {
  const router: FakeRouter = {
    url: '',
    apiUrl: '',
    username: 'rollcall',
    password: 'fake-password',
    menus,
    forbidden: new Set(),
    isOld: false,
    asked: [],
  }
  const rest = createServer((request, response) =>
    answerRest(router, request.url!, request.headers.authorization, response),
  )
  const onSocket = (socket: Socket): void => serveApi(router, socket)
  const api = tls === undefined ? createSocketServer(onSocket) : createTlsServer(tls, onSocket)
  router.url = `http://127.0.0.1:${await listen(t, rest)}`
  router.apiUrl = `${tls === undefined ? 'api' : 'api-ssl'}://127.0.0.1:${await listen(t, api)}`
  return router
}

async function listen(t: TestContext | undefined, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    if (t === undefined) socket.unref()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  if (t === undefined) server.unref()
  t?.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const only = (row: FakeRow, properties: string | null | undefined): FakeRow =>
  properties
    ? Object.fromEntries(Object.entries(row).filter(([key]) => properties.split(',').includes(key)))
    : row

function answerRest(
  router: FakeRouter,
  path: string,
  authorization: string | undefined,
  response: ServerResponse,
) {
  const url = new URL(path, 'http://router')
  const menu = url.pathname.replace(/^\/rest\//, '')
  router.asked.push(menu)
  const problem = (error: number, message: string, detail?: string) =>
    response
      .writeHead(error, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error, message, ...(detail === undefined ? {} : { detail }) }))
  const login = Buffer.from(`${router.username}:${router.password}`).toString('base64')
  if (authorization !== `Basic ${login}`) return problem(401, 'Unauthorized')
  if (router.forbidden.has(menu)) return problem(403, 'Forbidden', 'not enough permissions (9)')
  const rows = router.menus[menu]
  if (rows === undefined) return problem(404, 'Not Found', 'no such command or directory (x)')
  const parts = rows.map((row) => writeObject(only(row, url.searchParams.get('.proplist'))))
  const isOne = menu.startsWith('system/') && rows.length === 1
  const body = isOne
    ? (parts[0] as Buffer)
    : Buffer.concat([Buffer.from('['), ...joined(parts), Buffer.from(']')])
  return response.writeHead(200, { 'content-type': 'application/json' }).end(body)
}

const joined = (parts: readonly Buffer[]): Buffer[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(','), part]))

/** Bytes go out as they are, which is what makes it no JSON. */
function writeObject(row: FakeRow): Buffer {
  const members = Object.entries(row).map(([key, value]) =>
    Buffer.concat([
      Buffer.from(`${JSON.stringify(key)}:`),
      typeof value === 'string'
        ? Buffer.from(JSON.stringify(value))
        : Buffer.concat([Buffer.from('"'), value, Buffer.from('"')]),
    ]),
  )
  return Buffer.concat([Buffer.from('{'), ...joined(members), Buffer.from('}')])
}

function serveApi(router: FakeRouter, socket: Socket): void {
  const read = createWordReader()
  let challenge = ''
  let isSignedIn = false
  const send = (...words: (string | Buffer)[]): void => {
    const bytes = words.map((word) => encodeWord(typeof word === 'string' ? Buffer.from(word) : word))
    socket.write(Buffer.concat([...bytes, Buffer.from([0])]))
  }
  socket.on('error', () => {})
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    if (router.garbage !== undefined) return void socket.write(router.garbage)
    for (const sentence of read(chunk)) {
      const words = sentence.map((word) => word.toString('utf8'))
      const given = (key: string) => words.find((word) => word.startsWith(key))?.slice(key.length)
      const tag = `.tag=${given('.tag=')}`
      if (words[0] === '/login') {
        const digest = (text: string) =>
          `00${createHash('md5')
            .update(Buffer.from([0]))
            .update(text)
            .update(Buffer.from(challenge, 'hex'))
            .digest('hex')}`
        if (router.isOld && given('=response=') === undefined) {
          challenge = '0123456789abcdef0123456789abcdef'
          send('!done', `=ret=${challenge}`, tag)
          continue
        }
        isSignedIn =
          given('=name=') === router.username &&
          (router.isOld
            ? given('=response=') === digest(router.password)
            : given('=password=') === router.password)
        if (!isSignedIn) send('!trap', '=message=invalid user name or password (6)', tag)
        send('!done', tag)
        continue
      }
      if (!isSignedIn) {
        send('!fatal', 'not logged in')
        continue
      }
      const menu = words[0]!.replace(/^\//, '').replace(/\/print$/, '')
      router.asked.push(menu)
      if (router.fatalAt === menu) {
        send('!fatal', 'session terminated on request')
        socket.end()
        continue
      }
      const rows = router.menus[menu]
      if (router.forbidden.has(menu)) send('!trap', '=category=0', '=message=not enough permissions (9)', tag)
      else if (rows === undefined) send('!trap', '=category=0', '=message=no such command prefix', tag)
      else
        for (const row of rows)
          send(
            '!re',
            ...Object.entries(only(row, given('=.proplist='))).map(([key, value]) =>
              Buffer.concat([Buffer.from(`=${key}=`), Buffer.from(value)]),
            ),
            tag,
          )
      send('!done', tag)
    }
  })
}
