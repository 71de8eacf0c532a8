import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import type { FakeGuest, FakeNode, FakeWorld } from '#test/fakes/proxmox-world.ts'

/** An answer other than the usual one: a status with its reason, any body, or silence. */
export interface Interference {
  status?: number
  reason?: string
  /** Sent as it is. */
  text?: string
  silent?: boolean
}

export interface FakeProxmox {
  /** https, with a certificate of its own making. */
  url: string
  /** That certificate, PEM. */
  certificate: string
  token: string
  /** May be changed at any time. */
  world: FakeWorld
  /** Method and path with query of every request, in order. */
  requests: string[]
  /** Asked before each answer; undefined leaves it as it is. */
  interfere: (path: string) => Interference | undefined
  /** Numbers as text, as release 6 answered them. */
  numbersAsText: boolean
  close(): Promise<void>
}

class Refusal extends Error {
  readonly status: number

  constructor(status: number, reason: string) {
    super(reason)
    this.status = status
  }
}

const token = 'rollcall@pve!inventory=5b1f6a52-8f0b-4a3c-9f1d-0c5a8b7e6d21'
const ticket = 'PVE:rollcall@pve:65A1B2C3::fake/ticket+with=signs'

function authenticate(request: IncomingMessage): void {
  const { authorization, cookie } = request.headers
  if (authorization === undefined && cookie === undefined) throw new Refusal(401, 'No ticket')
  if (authorization !== undefined && authorization !== `PVEAPIToken=${token}`)
    throw new Refusal(401, 'invalid token value!')
  if (cookie !== undefined && cookie !== `PVEAuthCookie=${encodeURIComponent(ticket)}`)
    throw new Refusal(401, 'permission denied - invalid PVE ticket')
}

const may = ({ permissions }: FakeWorld, privilege: string, ...paths: string[]): boolean =>
  paths.some((path) => permissions[path]?.[privilege] === 1)

function resources(world: FakeWorld): unknown[] {
  const { nodes, guests, storages } = world
  const nodeRows = nodes.map(({ name, state }) => ({
    id: `node/${name}`,
    type: 'node',
    node: name,
    status: state === 'offline' ? 'offline' : 'online',
    ...(state === 'offline' ? {} : { maxcpu: 32, maxmem: 135_011_508_224, uptime: 872_961, level: '' }),
  }))
  const stateOf = (node: string) => nodes.find((each) => each.name === node)?.state
  const guestRows = guests.map(({ type, vmid, node, status, row }) => ({
    id: `${type}/${vmid}`,
    type,
    vmid,
    node,
    ...row,
    status: stateOf(node) === 'offline' ? 'unknown' : status,
  }))
  return [
    ...(may(world, 'VM.Audit', '/', '/vms') ? guestRows : []),
    ...nodeRows,
    ...(may(world, 'Datastore.Audit', '/', '/storage')
      ? storages.map((each) => ({ ...each, type: 'storage' }))
      : []),
    { id: 'sdn/pve1/localnetwork', type: 'sdn', node: 'pve1', sdn: 'localnetwork', status: 'ok' },
  ]
}

function clusterStatus(world: FakeWorld): unknown[] {
  if (!may(world, 'Sys.Audit', '/')) throw new Refusal(403, 'Permission check failed (/, Sys.Audit)')
  const rows = world.nodes.map(({ name, ip, state }, index) => ({
    type: 'node',
    id: `node/${name}`,
    name,
    ip,
    nodeid: index + 1,
    online: state === 'offline' ? 0 : 1,
    local: index === 0 ? 1 : 0,
  }))
  if (world.cluster === undefined) return rows
  return [
    {
      type: 'cluster',
      id: 'cluster',
      name: world.cluster,
      quorate: world.quorate,
      nodes: rows.length,
      version: 4,
    },
    ...rows,
  ]
}

function fromAgent(guest: FakeGuest, command: string): unknown {
  const { agent } = guest
  if (agent === 'forbidden')
    throw new Refusal(403, `Permission check failed (/vms/${guest.vmid}, VM.Monitor)`)
  if (guest.status !== 'running') throw new Refusal(500, `VM ${guest.vmid} is not running`)
  if (agent === undefined || typeof agent === 'string')
    throw new Refusal(500, 'QEMU guest agent is not running')
  const missing = {
    error: { class: 'Unsupported', desc: 'this feature or command is not currently supported' },
  }
  if (command === 'network-get-interfaces') return { result: agent.interfaces }
  if (command === 'get-osinfo') return { result: agent.system ?? missing }
  return { result: agent.hostname === undefined ? missing : { 'host-name': agent.hostname } }
}

function ofGuest(world: FakeWorld, node: FakeNode, type: string, vmid: number, rest: string[]): unknown {
  const guest = world.guests.find(
    (each) => each.type === type && each.vmid === vmid && each.node === node.name,
  )
  const folder = type === 'qemu' ? 'qemu-server' : 'lxc'
  if (!guest)
    throw new Refusal(500, `Configuration file 'nodes/${node.name}/${folder}/${vmid}.conf' does not exist`)
  if (rest[0] === 'config') return guest.config
  if (rest[0] === 'snapshot') return guest.snapshots ?? [{ name: 'current', description: 'You are here!' }]
  if (rest[0] === 'interfaces') return guest.interfaces ?? null
  if (rest[0] === 'agent') return fromAgent(guest, rest[1]!)
  throw new Refusal(501, `Method 'GET /nodes/${node.name}/${type}/${vmid}/${rest.join('/')}' not implemented`)
}

function ofNode(world: FakeWorld, name: string, rest: string[]): unknown {
  const node = world.nodes.find((each) => each.name === name)
  if (!node) throw new Refusal(500, `hostname lookup '${name}' failed`)
  if (node.state === 'offline') throw new Refusal(595, 'No route to host')
  if (node.state === 'hung') throw new Refusal(596, 'Connection timed out')
  const [what, vmid, ...more] = rest
  if (what === 'qemu' && vmid === undefined) {
    const machines = world.guests.filter((guest) => guest.type === 'qemu' && guest.node === name)
    return machines.map((guest) => ({
      vmid: guest.vmid,
      status: guest.status,
      qmpstatus: guest.qmpstatus ?? guest.status,
    }))
  }
  if (what === 'qemu' || what === 'lxc') return ofGuest(world, node, what, Number(vmid), more)
  if (what === 'network') return node.network
  if (!may(world, 'Sys.Audit', '/', '/nodes'))
    throw new Refusal(403, `Permission check failed (/nodes/${name}, Sys.Audit)`)
  return what === 'status' ? node.status : node.disks
}

function answer(world: FakeWorld, path: string): unknown {
  const [first, second, ...rest] = path.slice(1).split('/').map(decodeURIComponent)
  if (path === '/version')
    return { version: world.release, release: world.release.replace(/\.\d+$/, ''), repoid: 'faa83925' }
  if (path === '/access/permissions') return world.permissions
  if (path === '/cluster/status') return clusterStatus(world)
  if (path === '/cluster/resources') return resources(world)
  if (path === '/storage') return world.storageConfigs
  if (first === 'nodes' && second) return ofNode(world, second, rest)
  throw new Refusal(501, `Method 'GET ${path}' not implemented`)
}

const asText = (_: string, value: unknown): unknown => (typeof value === 'number' ? String(value) : value)

/** Proxmox VE puts its message into the status line, where a line break cannot stand. */
function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, reason.trim(), { 'content-type': 'application/json;charset=UTF-8' })
  response.end(JSON.stringify({ data: null, message: `${reason}\n` }))
}

async function login(request: IncomingMessage): Promise<unknown> {
  let form = ''
  for await (const chunk of request) form += String(chunk)
  const { username, password } = Object.fromEntries(new URLSearchParams(form))
  if (username === 'totp@pve') return { ticket: `PVE:!tfa!${ticket}`, NeedTFA: 1, username }
  if (password !== 'correct horse') throw new Refusal(401, 'authentication failure')
  return { ticket, CSRFPreventionToken: '65A1B2C3:csrf', username, cap: {} }
}

async function respond(fake: FakeProxmox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  fake.requests.push(`${request.method} ${request.url}`)
  const path = new URL(request.url!, fake.url).pathname.replace('/api2/json', '')
  const other = fake.interfere(path)
  try {
    if (other?.silent) return
    if (other?.text !== undefined)
      return void response
        .writeHead(other.status ?? 200, { 'content-type': 'application/json' })
        .end(other.text)
    if (other?.status !== undefined) throw new Refusal(other.status, other.reason ?? 'no reason')
    if (path === '/access/ticket') return void response.end(JSON.stringify({ data: await login(request) }))
    authenticate(request)
    const data = answer(fake.world, path)
    response.end(JSON.stringify({ data }, fake.numbersAsText ? asText : undefined))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    refuse(response, error.status, error.message)
  }
}

/** A Proxmox VE API over TLS with a certificate that nobody signed; it has the habits of the real one. */
export async function startFakeProxmox(world: FakeWorld): Promise<FakeProxmox> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
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
  const server = createServer({ cert, key }, (request, response) => void respond(fake, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeProxmox = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate: cert,
    token,
    world,
    requests: [],
    interfere: () => undefined,
    numbersAsText: false,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
