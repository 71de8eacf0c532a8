import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

type Row = Record<string, unknown> & { id: number }

/** The lists of the fake by their path below /api. */
export type NetboxLists = Record<string, Row[]>

export interface FakeNetbox {
  url: string
  token: string
  release: string
  lists: NetboxLists
  requests: string[]
  /** Lists that the token may not view. */
  closed: Set<string>
  /** MAX_PAGE_SIZE. */
  maxPageSize: number
  /** Called before each page, to change the world in the middle of a reading. */
  meanwhile: (path: string, offset: number) => void
  /** Drops every filter, as NetBox does with those it does not know. */
  ignoresFilters: boolean
  close(): Promise<void>
}

const token = 'nbt_Qk3fZ8pWmR1t.J7xVbN2cYhL5sKd9TgEa0uPq4wXoMiRz6FvBnC8Q'

/** NetBox's REST API for reading: pages, filters by id that are lists, unknown filters ignored, 403 for a bad token. */
export async function startFakeNetbox(lists: NetboxLists): Promise<FakeNetbox> {
  const server = createServer((request, response) => {
    const { status, body } = respond(fake, request)
    response
      .writeHead(status, { 'content-type': 'application/json', 'api-version': fake.release.slice(0, 3) })
      .end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeNetbox = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    release: '4.6.8',
    lists,
    requests: [],
    closed: new Set(),
    maxPageSize: 1000,
    meanwhile: () => {},
    ignoresFilters: false,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}

const idOf = (row: Row, key: string): number | undefined => (row[key] as { id?: number } | null)?.id

/** The filters that exist; any other is ignored, without a word. */
const filters: Record<string, (row: Row, values: readonly string[], fake: FakeNetbox) => boolean> = {
  device_id: (row, values, fake) => values.includes(String(ownerOf(row, 'device', fake))),
  virtual_machine_id: (row, values, fake) => values.includes(String(ownerOf(row, 'virtual_machine', fake))),
  site: (row, values) => values.includes((row['site'] as { slug?: string } | null)?.slug ?? ''),
}

/** An address has its owner through the interface that it is assigned to. */
function ownerOf(row: Row, of: 'device' | 'virtual_machine', { lists }: FakeNetbox): number | undefined {
  const own = idOf(row, of)
  if (own !== undefined || row['assigned_object_id'] === undefined) return own
  const [path, type] =
    of === 'device'
      ? ['/dcim/interfaces/', 'dcim.interface']
      : ['/virtualization/interfaces/', 'virtualization.vminterface']
  if (row['assigned_object_type'] !== type) return undefined
  const port = lists[path]?.find((each) => each.id === row['assigned_object_id'])
  return port && idOf(port, of)
}

function respond(fake: FakeNetbox, request: IncomingMessage): { status: number; body: unknown } {
  fake.requests.push(`${request.method} ${request.url}`)
  const { pathname, searchParams } = new URL(request.url!, fake.url)
  const path = pathname.replace(/^\/api/, '')
  if (
    request.headers.authorization !== `Bearer ${fake.token}` &&
    request.headers.authorization !== `Token ${fake.token}`
  )
    return { status: 403, body: { detail: 'Invalid token' } }
  if (path === '/status/') return { status: 200, body: { 'netbox-version': fake.release, plugins: {} } }
  if (fake.closed.has(path))
    return { status: 403, body: { detail: 'You do not have permission to perform this action.' } }
  const list = fake.lists[path]
  if (list === undefined) return { status: 404, body: { detail: 'Not found.' } }
  const limit = Math.min(Number(searchParams.get('limit') ?? 50), fake.maxPageSize)
  const offset = Number(searchParams.get('offset') ?? 0)
  fake.meanwhile(path, offset)
  const asked = Object.entries(filters).filter(([name]) => !fake.ignoresFilters && searchParams.has(name))
  const rows = fake.lists[path]!.filter((row) =>
    asked.every(([name, fits]) => fits(row, searchParams.getAll(name), fake)),
  ).toSorted((left, right) => left.id - right.id)
  const next = offset + limit < rows.length ? `${fake.url}${pathname}?offset=${offset + limit}` : null
  const body = { count: rows.length, next, previous: null, results: rows.slice(offset, offset + limit) }
  return { status: 200, body }
}

const choice = (value: string) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })

/** Two switches and a server that are cabled, a virtual machine, and a plan. */
export function sampleNetbox(): NetboxLists {
  const site = { id: 1, name: 'Main street', slug: 'main-street' }
  const device = (id: number, name: string | null, role: string, rest: Record<string, unknown> = {}) => ({
    id,
    name,
    device_type: { id: 5, model: 'EX4300-48T', manufacturer: { id: 2, name: 'Juniper', slug: 'juniper' } },
    role: { id: 3, name: role, slug: role.toLowerCase().replaceAll(' ', '-') },
    tenant: null,
    platform: { id: 4, name: 'Junos 22.4', slug: 'junos' },
    serial: `PE37${id}0123`,
    asset_tag: null,
    site,
    rack: { id: 8, name: 'A1', display: 'A1' },
    position: 40 + id,
    status: choice('active'),
    primary_ip4: { id: 1, address: `192.0.2.${id}/24` },
    primary_ip6: null,
    cluster: null,
    virtual_chassis: null,
    comments: '',
    tags: [{ id: 1, name: 'Core', slug: 'core' }],
    custom_fields: { owner_team: 'network', tier: { value: 'gold', label: 'Gold' }, empty: null },
    ...rest,
  })
  const port = (id: number, on: number, name: string, rest: Record<string, unknown> = {}) => ({
    id,
    device: { id: on, name: 'x' },
    name,
    enabled: true,
    type: choice('1000base-t'),
    speed: 1_000_000,
    mtu: null,
    mac_address: `00:1B:21:00:00:${id.toString(16).padStart(2, '0')}`,
    mac_addresses: [],
    lag: null,
    untagged_vlan: null,
    mgmt_only: false,
    connected_endpoints: null,
    connected_endpoints_type: null,
    ...rest,
  })
  const to = (on: number, name: string) => ({
    connected_endpoints: [{ id: 1, device: { id: on, name: 'y' }, name }],
    connected_endpoints_type: 'dcim.interface',
  })
  const assigned = (
    id: number,
    text: string,
    type: string,
    object: number,
    rest: Record<string, unknown> = {},
  ) => ({
    id,
    address: text,
    vrf: null,
    role: null,
    assigned_object_type: type,
    assigned_object_id: object,
    ...rest,
  })
  return {
    '/dcim/devices/': [
      device(1, 'core-1', 'Core switch'),
      device(2, null, 'Access switch', { serial: '' }),
      device(3, 'pve1', 'Hypervisor', {
        device_type: { id: 6, model: 'R640', manufacturer: { id: 9, name: 'Dell', slug: 'dell' } },
        cluster: { id: 7, name: 'lab' },
        status: choice('offline'),
      }),
    ],
    '/dcim/interfaces/': [
      port(11, 1, 'ge-0/0/0', to(3, 'eno1')),
      port(12, 1, 'ge-0/0/1', to(2, 'ge-0/0/1')),
      port(13, 1, 'irb.10', { type: choice('virtual'), mac_address: null, speed: null }),
      port(21, 2, 'ge-0/0/1', to(1, 'ge-0/0/1')),
      port(31, 3, 'eno1', {
        ...to(1, 'ge-0/0/0'),
        mac_addresses: [
          { id: 1, mac_address: '00:1B:21:00:00:1F' },
          { id: 2, mac_address: '00:1B:21:00:00:AA' },
        ],
      }),
    ],
    '/virtualization/virtual-machines/': [
      {
        id: 1,
        name: 'web-1',
        status: choice('active'),
        cluster: { id: 7, name: 'lab' },
        device: { id: 3, name: 'pve1' },
        site,
        role: null,
        tenant: { id: 1, name: 'Shop' },
        platform: null,
        primary_ip4: { id: 5, address: '192.0.2.50/24' },
        vcpus: 2.5,
        memory: 4096,
        disk: 40_000,
        tags: [],
        custom_fields: {},
      },
    ],
    '/virtualization/interfaces/': [
      {
        id: 1,
        virtual_machine: { id: 1, name: 'web-1' },
        name: 'eth0',
        enabled: true,
        mac_address: 'BC:24:11:00:00:01',
      },
    ],
    '/ipam/ip-addresses/': [
      assigned(1, '192.0.2.1/24', 'dcim.interface', 13),
      assigned(2, '192.0.2.254/24', 'dcim.interface', 13, { role: choice('vrrp') }),
      assigned(3, '192.0.2.3/24', 'dcim.interface', 31),
      assigned(5, '192.0.2.50/24', 'virtualization.vminterface', 1),
    ],
    '/ipam/prefixes/': [
      {
        id: 1,
        prefix: '192.0.2.0/24',
        vrf: null,
        scope_type: 'dcim.site',
        scope: site,
        vlan: { id: 1, vid: 10 },
        status: choice('active'),
        description: 'Servers',
      },
    ],
  }
}
