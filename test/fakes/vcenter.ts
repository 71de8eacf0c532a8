import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import {
  asList,
  envelope,
  faultBody,
  notAuthenticated,
  parseCall,
  SoapRefusal,
  type Fault,
  type Parameters,
  type Reference,
} from '#test/fakes/soap.ts'
import { inventoryOf, sampleObjects, type FakeInventory } from '#test/fakes/vcenter-world.ts'
import { answerRest, type FakeTags } from '#test/fakes/vcenter-rest.ts'
import { escapeText, type FakeObject } from '#test/fakes/vim-xml.ts'

/** An answer other than the usual one: a status with any body, a fault, or silence. */
export interface Interference {
  status?: number
  text?: string
  fault?: Fault
  silent?: boolean
}

export interface FakeVcenter {
  /** https, with a certificate of its own making. */
  url: string
  /** That certificate, PEM. */
  certificate: string
  password: string
  inventory: FakeInventory
  /** `HostAgent` answers as a host that stands alone. */
  apiType: 'VirtualCenter' | 'HostAgent'
  /** The login's roles at the top. */
  roles: readonly number[]
  /** No answer has more objects than this, whatever was asked for. */
  cut: number
  /** `VirtualMachine config.firmware`: this release does not have it, which fails the whole call. */
  unknownPaths: Set<string>
  /** The same path, with the fault that comes in its place with every object. */
  missingPaths: Map<string, string>
  tags: FakeTags
  /** Methods of every SOAP call, and method and path of every other request, in order. */
  requests: string[]
  logins: number
  logouts: number
  /** Sessions that were not ended. */
  open: Set<string>
  /** Asked before each answer with the method, how often it was called, and the ids it asks for. */
  interfere: (method: string, times: number, ids: readonly string[]) => Interference | undefined
  /** Forgets every session. */
  expire(): void
  close(): Promise<void>
}

/** What one login has begun: answers that are not told to their end, by their tokens. */
interface FakeSession {
  rest: Map<string, string[]>
  nextToken: number
}

const rootOf = ({ apiType }: FakeVcenter) => (apiType === 'HostAgent' ? 'ha-folder-root' : 'group-d1')

function content(fake: FakeVcenter): string {
  const isHost = fake.apiType === 'HostAgent'
  const about = isHost
    ? '<fullName>VMware ESXi 8.0.2 build-22380479</fullName><apiType>HostAgent</apiType>'
    : '<fullName>VMware vCenter Server 8.0.2 build-22617221</fullName><apiType>VirtualCenter</apiType><instanceUuid>DBED6E0C-bd88-4ef6-b594-21283e1c677f</instanceUuid>'
  return (
    `<returnval><rootFolder type="Folder">${rootOf(fake)}</rootFolder>` +
    '<propertyCollector type="PropertyCollector">propertyCollector</propertyCollector>' +
    '<viewManager type="ViewManager">ViewManager</viewManager>' +
    `<about><name>VMware</name>${about}<apiVersion>8.0.2.0</apiVersion></about>` +
    '<sessionManager type="SessionManager">SessionManager</sessionManager></returnval>'
  )
}

const viewOf = (fake: FakeVcenter): FakeObject => {
  const listed = fake.inventory
    .list()
    .filter(({ id }) => id !== rootOf(fake))
    .map(
      ({ type, id }) =>
        `<ManagedObjectReference type="${type}" xsi:type="ManagedObjectReference">${escapeText(id)}</ManagedObjectReference>`,
    )
  return {
    type: 'ContainerView',
    id: 'view',
    properties: { view: `<val xsi:type="ArrayOfManagedObjectReference">${listed.join('')}</val>` },
  }
}

const rootFolder = (fake: FakeVcenter): FakeObject => ({
  type: 'Folder',
  id: rootOf(fake),
  properties: {
    effectiveRole: `<val xsi:type="ArrayOfInt">${fake.roles.map((role) => `<int xsi:type="xsd:int">${role}</int>`).join('')}</val>`,
  },
})

function objectOf(
  fake: FakeVcenter,
  { '#text': id, '@type': type }: Reference,
  paths: readonly string[],
): FakeObject {
  if (type === 'ContainerView') return viewOf(fake)
  if (id === rootOf(fake) && paths.includes('effectiveRole')) return rootFolder(fake)
  const object = fake.inventory.find(id)
  if (object?.type === type) return object
  throw new SoapRefusal({
    type: 'ManagedObjectNotFound',
    message: `The object 'vim.${type}:${id}' has already been deleted or has not been completely created`,
    detail: `<obj type="${type}">${escapeText(id)}</obj>`,
  })
}

function told(fake: FakeVcenter, { type, id, properties }: FakeObject, paths: readonly string[]): string {
  const given = paths.map((path) => {
    const fault = fake.missingPaths.get(`${type} ${path}`)
    if (fault !== undefined)
      return `<missingSet><path>${path}</path><fault><fault xsi:type="${fault}"><object type="${type}">${id}</object><privilegeId>System.Read</privilegeId></fault><localizedMessage></localizedMessage></fault></missingSet>`
    return properties[path] === undefined ? '' : `<propSet><name>${path}</name>${properties[path]}</propSet>`
  })
  const inOrder = [
    ...given.filter((each) => each.startsWith('<p')),
    ...given.filter((each) => each.startsWith('<m')),
  ]
  return `<objects><obj type="${type}">${escapeText(id)}</obj>${inOrder.join('')}</objects>`
}

function retrieve(fake: FakeVcenter, session: FakeSession, { specSet }: Parameters): string {
  const objects = asList(specSet).flatMap(({ propSet, objectSet }) => {
    const [{ type, pathSet }] = asList(propSet) as [{ type: string; pathSet?: string | string[] }]
    const paths = asList(pathSet)
    const unknown = paths.find((path) => fake.unknownPaths.has(`${type} ${path}`))
    if (unknown !== undefined)
      throw new SoapRefusal({ type: 'InvalidProperty', detail: `<name>${unknown}</name>` })
    return asList(objectSet).map(({ obj }) => told(fake, objectOf(fake, obj, paths), paths))
  })
  return nextPart(fake, session, objects)
}

/** As many as one answer has, and a token for the rest; the first token is "0". */
function nextPart(fake: FakeVcenter, session: FakeSession, objects: string[]): string {
  if (objects.length === 0) return ''
  const now = objects.slice(0, fake.cut)
  if (now.length === objects.length) return `<returnval>${now.join('')}</returnval>`
  const token = String(session.nextToken++)
  session.rest.set(token, objects.slice(fake.cut))
  return `<returnval><token>${token}</token>${now.join('')}</returnval>`
}

function proceed(fake: FakeVcenter, session: FakeSession, { token = '' }: Parameters): string {
  const rest = session.rest.get(token)
  if (rest === undefined)
    throw new SoapRefusal({ type: 'InvalidArgument', detail: '<invalidProperty>token</invalidProperty>' })
  session.rest.delete(token)
  return nextPart(fake, session, rest)
}

const cookieOf = (request: IncomingMessage): string =>
  /vmware_soap_session="?([^";]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''

interface Server {
  fake: FakeVcenter
  sessions: Map<string, FakeSession>
  times: Map<string, number>
}

function answerSoap({ fake, sessions }: Server, method: string, parameters: Parameters, cookie: string) {
  if (method === 'RetrieveServiceContent') return { body: content(fake) }
  if (method === 'Login') {
    if (parameters.password !== fake.password)
      throw new SoapRefusal({
        type: 'InvalidLogin',
        message: 'Cannot complete login due to an incorrect user name or password.',
      })
    fake.logins += 1
    const id = randomUUID()
    sessions.set(id, { rest: new Map(), nextToken: 0 })
    fake.open.add(id)
    return {
      body: `<returnval><key>${id}</key><userName>${escapeText(parameters.userName ?? '')}</userName></returnval>`,
      cookie: id,
    }
  }
  const session = sessions.get(cookie)
  if (session === undefined) throw notAuthenticated()
  switch (method) {
    case 'Logout':
      fake.logouts += 1
      sessions.delete(cookie)
      fake.open.delete(cookie)
      return { body: '' }
    case 'CreateContainerView':
      return { body: `<returnval type="ContainerView">session[${cookie}]view</returnval>` }
    case 'DestroyView':
      return { body: '' }
    case 'RetrievePropertiesEx':
      return { body: retrieve(fake, session, parameters) }
    case 'ContinueRetrievePropertiesEx':
      return { body: proceed(fake, session, parameters) }
    default:
      throw new SoapRefusal({ type: 'InvalidRequest', message: `no method ${method}` })
  }
}

const xml = { 'content-type': 'text/xml; charset=utf-8' }

const versions =
  '<?xml version="1.0" encoding="UTF-8"?><namespaces version="1.0"><namespace><name>urn:vim25</name><version>8.0.2.0</version><priorVersions><version>7.0</version><version>6.5</version></priorVersions></namespace><namespace><name>urn:pbm</name><version>2.0</version></namespace></namespaces>'

const idsOf = ({ specSet }: Parameters): string[] =>
  asList(specSet).flatMap(({ objectSet }) => asList(objectSet).map(({ obj }) => obj['#text']))

async function respondSoap(
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const { method, parameters } = parseCall(text)
  const { fake, times } = server
  fake.requests.push(method)
  times.set(method, (times.get(method) ?? 0) + 1)
  const other = fake.interfere(method, times.get(method)!, idsOf(parameters))
  if (other?.silent) return
  try {
    if (other?.fault) throw new SoapRefusal(other.fault)
    if (other) return void response.writeHead(other.status ?? 200, xml).end(other.text ?? '')
    const { body, cookie } = answerSoap(server, method, parameters, cookieOf(request))
    const set =
      cookie === undefined
        ? {}
        : { 'set-cookie': `vmware_soap_session="${cookie}"; Path=/; HttpOnly; Secure; ` }
    response.writeHead(200, { ...xml, ...set })
    response.end(envelope(`<${method}Response xmlns="urn:vim25">${body}</${method}Response>`))
  } catch (error) {
    if (!(error instanceof SoapRefusal)) throw error
    response.writeHead(500, xml).end(envelope(faultBody(error.fault)))
  }
}

async function respond(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST' && request.url === '/sdk') return respondSoap(server, request, response)
  server.fake.requests.push(`${request.method} ${request.url}`)
  const other = server.fake.interfere(`${request.method} ${request.url}`, 1, [])
  if (other) return void response.writeHead(other.status ?? 200).end(other.text ?? '')
  if (request.url === '/sdk/vimServiceVersions.xml') return void response.writeHead(200, xml).end(versions)
  return answerRest(server.fake.tags, request, response)
}

const certificate = () =>
  generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })

/** The state a fake begins with, and a test may go back to. */
const freshState = (): Pick<
  FakeVcenter,
  | 'inventory'
  | 'apiType'
  | 'roles'
  | 'cut'
  | 'unknownPaths'
  | 'missingPaths'
  | 'tags'
  | 'requests'
  | 'logins'
  | 'logouts'
  | 'open'
  | 'interfere'
> => ({
  inventory: inventoryOf(sampleObjects()),
  apiType: 'VirtualCenter',
  roles: [-2],
  cut: 100,
  unknownPaths: new Set(),
  missingPaths: new Map(),
  tags: {
    dialect: 'api',
    categories: { os: 'OS' },
    tags: { linux: ['os', 'Linux'] },
    attached: { 'vm-42': ['linux'] },
    sessions: new Set(),
  },
  requests: [],
  logins: 0,
  logouts: 0,
  open: new Set(),
  interfere: () => undefined,
})

/** vSphere's SOAP and its tags over TLS with a certificate that nobody signed; it has the habits of the real one. */
export async function startFakeVcenter(): Promise<FakeVcenter & { reset(): void }> {
  const { cert, private: key } = await certificate()
  const sessions = new Map<string, FakeSession>()
  const times = new Map<string, number>()
  const listener: RequestListener = (request, response) =>
    void respond({ fake, sessions, times }, request, response)
  const server = createServer({ cert, key }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const expire = () => {
    sessions.clear()
    fake.open.clear()
  }
  const fake = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate: cert,
    password: 'correct <horse> & "battery"',
    ...freshState(),
    expire,
    reset() {
      expire()
      times.clear()
      Object.assign(fake, freshState())
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
