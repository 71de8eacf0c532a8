import { z } from 'zod'

// Numbers come as text from older releases, flags as 0, 1, "1" or "". Each field is made what it is here, at the edge.

const number = z
  .union([z.number(), z.string()])
  .transform((value) => (value === '' || !Number.isFinite(Number(value)) ? undefined : Number(value)))
const wholeNumber = z.union([z.number(), z.string()]).transform(Number).pipe(z.number().int().positive())
const flag = z
  .union([z.number(), z.string(), z.boolean()])
  .transform((value) => value === true || Number(value) === 1)
const text = z.union([z.string(), z.number()]).transform(String)
const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)

export const nodeRow = z.looseObject({
  type: z.literal('node'),
  node: z.string(),
  status: absent(z.string()),
  maxcpu: absent(number),
  maxmem: absent(number),
  uptime: absent(number),
})
export const guestRow = z.looseObject({
  type: z.enum(['qemu', 'lxc']),
  vmid: wholeNumber,
  node: z.string(),
  name: absent(text),
  status: absent(z.string()),
  lock: absent(z.string()),
  pool: absent(z.string()),
  tags: absent(z.string()),
  template: absent(flag),
  maxcpu: absent(number),
  maxmem: absent(number),
  mem: absent(number),
  disk: absent(number),
  uptime: absent(number),
})
export const storageRow = z.looseObject({
  type: z.literal('storage'),
  storage: z.string(),
  node: z.string(),
  status: absent(z.string()),
  shared: absent(flag),
  plugintype: absent(z.string()),
  content: absent(z.string()),
  maxdisk: absent(number),
  disk: absent(number),
})
/** /storage: how a storage is configured; we take what a disk of it can be known by elsewhere. */
export const storageConfig = z.looseObject({
  storage: z.string(),
  type: absent(z.string()),
  server: absent(z.string()),
  export: absent(z.string()),
})
export type StorageConfig = z.output<typeof storageConfig>

export type NodeRow = z.output<typeof nodeRow>
export type GuestRow = z.output<typeof guestRow>
export type StorageRow = z.output<typeof storageRow>

/** /cluster/status: one row for the cluster (absent on a node that stands alone) and one per node. */
export const statusRow = z.looseObject({
  type: z.string(),
  name: z.string(),
  ip: absent(z.string()),
  quorate: absent(flag),
  online: absent(flag),
})
export type StatusRow = z.output<typeof statusRow>

/** /nodes/{node}/status */
export const nodeStatus = z.looseObject({
  pveversion: absent(z.string()),
  kversion: absent(z.string()),
  'current-kernel': absent(z.looseObject({ release: absent(z.string()) })),
  cpuinfo: absent(
    z.looseObject({
      model: absent(z.string()),
      sockets: absent(number),
      cores: absent(number),
      cpus: absent(number),
    }),
  ),
  memory: absent(z.looseObject({ total: absent(number), used: absent(number) })),
})
export type NodeStatus = z.output<typeof nodeStatus>

/** /nodes/{node}/network */
export const networkRow = z.looseObject({
  iface: z.string(),
  type: absent(z.string()),
  active: absent(flag),
  cidr: absent(z.string()),
  cidr6: absent(z.string()),
  address: absent(z.string()),
  address6: absent(z.string()),
  bridge_ports: absent(z.string()),
  slaves: absent(z.string()),
  bond_mode: absent(z.string()),
  'vlan-id': absent(number),
  'vlan-raw-device': absent(z.string()),
  mtu: absent(number),
})
export type NetworkRow = z.output<typeof networkRow>

/** /nodes/{node}/disks/list */
export const diskRow = z.looseObject({
  devpath: z.string(),
  model: absent(text),
  serial: absent(text),
  size: absent(number),
  type: absent(z.string()),
})
export type DiskRow = z.output<typeof diskRow>

/** /nodes/{node}/qemu?full=1: what the monitor of each running machine says. */
export const monitorRow = z.looseObject({ vmid: wholeNumber, qmpstatus: absent(z.string()) })

/** A guest's configuration: keys such as net0 and scsi1 with texts of their own; numbers and texts both occur. */
export const guestConfig = z.record(z.string(), z.unknown()).transform((config) => {
  const scalars = Object.entries(config).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  )
  return Object.fromEntries(scalars.map(([key, value]) => [key, String(value)])) as GuestConfig
})
export type GuestConfig = Record<string, string>

export const snapshotRow = z.looseObject({
  name: z.string(),
  snaptime: absent(number),
  parent: absent(z.string()),
  vmstate: absent(flag),
})
export type SnapshotRow = z.output<typeof snapshotRow>

const agentAddress = z.looseObject({ 'ip-address': absent(z.string()), prefix: absent(number) })
export const agentInterface = z.looseObject({
  name: z.string(),
  'hardware-address': absent(z.string()),
  'ip-addresses': absent(z.array(agentAddress)),
})

/** The agent's own answer; its errors come inside a good HTTP answer, as an object in place of the list. */
export const agentInterfaces = z.looseObject({ result: z.array(agentInterface) })
export const agentSystem = z.looseObject({
  result: z.looseObject({
    'pretty-name': absent(z.string()),
    name: absent(z.string()),
    version: absent(z.string()),
    'kernel-release': absent(z.string()),
    machine: absent(z.string()),
  }),
})
export const agentName = z.looseObject({ result: z.looseObject({ 'host-name': z.string() }) })

/** /nodes/{node}/lxc/{vmid}/interfaces: one address per family before 8.4, a list like the agent's since. */
export const containerInterface = z.looseObject({
  name: z.string(),
  hwaddr: absent(z.string()),
  'hardware-address': absent(z.string()),
  inet: absent(z.string()),
  inet6: absent(z.string()),
  'ip-addresses': absent(z.array(agentAddress)),
})

/** /access/permissions: path to privileges; 1 is handed on to what lies below. */
export const permissionTable = z.record(z.string(), z.record(z.string(), z.unknown()))
export type PermissionTable = z.output<typeof permissionTable>

export const version = z.looseObject({ version: z.string(), release: absent(z.string()) })
