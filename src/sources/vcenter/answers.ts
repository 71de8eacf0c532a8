import { z } from 'zod'

// All values come as text, and one element looks the same as a list of one. Each field is made what it is here.

const text = z.string()
/** Undefined for what is no number, as an empty element. */
const number = z
  .string()
  .transform((value) => (value.trim() === '' || !Number.isFinite(Number(value)) ? undefined : Number(value)))
const flag = z.string().transform((value) => value === 'true' || value === '1')
const id = z.object({ value: z.string() }).transform(({ value }) => value)
/** None, one or many. An empty element is an empty text. */
const list = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
    z.array(schema),
  )

const label = z.object({ label: text.optional(), summary: text.optional() }).optional()

/** Any virtual device; what it is stands in its type, what it is connected to in that of its backing. */
export const virtualDevice = z.object({
  $type: text,
  key: number,
  deviceInfo: label,
  controllerKey: number.optional(),
  unitNumber: number.optional(),
  busNumber: number.optional(),
  connectable: z.object({ connected: flag.optional() }).optional(),
  macAddress: text.optional(),
  capacityInBytes: number.optional(),
  capacityInKB: number.optional(),
  backing: z
    .object({
      $type: text.optional(),
      fileName: text.optional(),
      thinProvisioned: flag.optional(),
      uuid: text.optional(),
      lunUuid: text.optional(),
      deviceName: text.optional(),
      port: z.object({ portgroupKey: text.optional() }).optional(),
      opaqueNetworkId: text.optional(),
      network: id.optional(),
    })
    .optional()
    .catch(undefined),
})
export type VirtualDevice = z.output<typeof virtualDevice>

const guestAddress = z.object({
  ipAddress: text,
  prefixLength: number.optional(),
  state: text.optional(),
})
export const guestNic = z.object({
  macAddress: text.optional(),
  connected: flag.optional(),
  deviceConfigId: number.optional(),
  ipAddress: list(text),
  ipConfig: z.object({ ipAddress: list(guestAddress) }).optional(),
})
export type GuestNic = z.output<typeof guestNic>

/** A snapshot with those made after it. */
export interface SnapshotNode {
  snapshot: string
  name: string
  description?: string | undefined
  createTime?: string | undefined
  state?: string | undefined
  quiesced?: boolean | undefined
  childSnapshotList: SnapshotNode[]
}
const snapshotNode: z.ZodType<SnapshotNode> = z.object({
  snapshot: id,
  name: text,
  description: text.optional(),
  createTime: text.optional(),
  state: text.optional(),
  quiesced: flag.optional(),
  childSnapshotList: z.lazy(() => list(snapshotNode)),
})

const diskChain = z.object({ chain: list(z.object({ fileKey: list(number) })) })
const layoutFile = z.object({ key: number, type: text.optional(), size: number.optional() })
/** The files of a machine and what each is for. */
export const layout = z.object({
  file: list(layoutFile),
  disk: list(diskChain),
  snapshot: list(
    z.object({
      key: id,
      dataKey: number.optional(),
      memoryKey: number.optional(),
      disk: list(diskChain),
    }),
  ),
})
export type Layout = z.output<typeof layout>

export const machine = z.object({
  name: text,
  config: z
    .object({
      instanceUuid: text.optional(),
      uuid: text.optional(),
      template: flag.optional(),
      guestFullName: text.optional(),
      guestId: text.optional(),
      version: text.optional(),
      firmware: text.optional(),
      managedBy: z.object({ extensionKey: text.optional(), type: text.optional() }).optional(),
      hardware: z
        .object({
          numCPU: number.optional(),
          numCoresPerSocket: number.optional(),
          memoryMB: number.optional(),
          device: list(virtualDevice),
        })
        .optional(),
    })
    .optional(),
  runtime: z
    .object({ powerState: text.optional(), connectionState: text.optional(), host: id.optional() })
    .optional(),
  guest: z
    .object({
      guestFullName: text.optional(),
      hostName: text.optional(),
      ipAddress: text.optional(),
      toolsRunningStatus: text.optional(),
      toolsVersionStatus2: text.optional(),
      net: list(guestNic),
    })
    .optional(),
  snapshot: z.object({ rootSnapshotList: list(snapshotNode), currentSnapshot: id.optional() }).optional(),
  layoutEx: layout.optional(),
  summary: z
    .object({
      storage: z.object({ committed: number.optional() }).optional(),
      quickStats: z
        .object({ uptimeSeconds: number.optional(), guestMemoryUsage: number.optional() })
        .optional(),
    })
    .optional(),
  parent: id.optional(),
  resourcePool: id.optional(),
})
export type Machine = z.output<typeof machine>

const identifier = z.object({
  identifierValue: text.optional(),
  identifierType: z.object({ key: text.optional() }).optional(),
})
const ipSettings = z.object({
  ipAddress: text.optional(),
  subnetMask: text.optional(),
  ipV6Config: z
    .object({ ipV6Address: list(z.object({ ipAddress: text, prefixLength: number.optional() })) })
    .optional(),
})
const kernelAdapter = z.object({
  device: text,
  portgroup: text.optional(),
  spec: z.object({ ip: ipSettings.optional(), mac: text.optional(), mtu: number.optional() }).optional(),
})
export const host = z.object({
  name: text,
  parent: id.optional(),
  config: z
    .object({
      network: z
        .object({
          pnic: list(
            z.object({
              device: text,
              mac: text.optional(),
              driver: text.optional(),
              linkSpeed: z.object({ speedMb: number.optional() }).optional(),
            }),
          ),
          vnic: list(kernelAdapter),
          dnsConfig: z.object({ hostName: text.optional(), domainName: text.optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
  hardware: z
    .object({
      systemInfo: z
        .object({ serialNumber: text.optional(), otherIdentifyingInfo: list(identifier) })
        .optional(),
      biosInfo: z.object({ biosVersion: text.optional() }).optional(),
    })
    .optional(),
  summary: z
    .object({
      hardware: z
        .object({
          vendor: text.optional(),
          model: text.optional(),
          uuid: text.optional(),
          cpuModel: text.optional(),
          numCpuPkgs: number.optional(),
          numCpuCores: number.optional(),
          numCpuThreads: number.optional(),
          memorySize: number.optional(),
        })
        .optional(),
      config: z
        .object({
          product: z
            .object({ fullName: text.optional(), version: text.optional(), build: text.optional() })
            .optional(),
        })
        .optional(),
      runtime: z.object({ connectionState: text.optional(), inMaintenanceMode: flag.optional() }).optional(),
      quickStats: z
        .object({
          uptime: number.optional(),
          overallCpuUsage: number.optional(),
          overallMemoryUsage: number.optional(),
        })
        .optional(),
    })
    .optional(),
})
export type Host = z.output<typeof host>

export const cluster = z.object({
  name: text,
  parent: id.optional(),
  summary: z
    .object({
      totalCpu: number.optional(),
      totalMemory: number.optional(),
      numHosts: number.optional(),
      numCpuCores: number.optional(),
    })
    .optional(),
})
export type Cluster = z.output<typeof cluster>

export const datastore = z.object({
  name: text,
  parent: id.optional(),
  host: list(z.object({ key: id })),
  vm: list(id),
  summary: z
    .object({
      url: text.optional(),
      type: text.optional(),
      capacity: number.optional(),
      freeSpace: number.optional(),
      uncommitted: number.optional(),
      accessible: flag.optional(),
      multipleHostAccess: flag.optional(),
      maintenanceMode: text.optional(),
    })
    .optional(),
  info: z
    .object({
      vmfs: z
        .object({
          uuid: text.optional(),
          version: text.optional(),
          ssd: flag.optional(),
          local: flag.optional(),
          extent: list(z.object({ diskName: text.optional() })),
        })
        .optional(),
      nas: z
        .object({ remoteHost: text.optional(), remotePath: text.optional(), remoteHostNames: list(text) })
        .optional(),
    })
    .optional(),
})
export type Datastore = z.output<typeof datastore>

/** Something that others lie in, or a network. */
export const place = z.object({
  name: text,
  parent: id.optional(),
  config: z
    .object({
      defaultPortConfig: z
        .object({ vlan: z.object({ vlanId: z.unknown() }).optional() })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
  summary: z.object({ opaqueNetworkId: text.optional() }).optional().catch(undefined),
})
export type Place = z.output<typeof place>

const placePaths = ['name', 'parent']

/** What is read of each kind of object. */
export const propertyPaths: Readonly<Record<string, readonly string[]>> = {
  Datacenter: placePaths,
  Folder: placePaths,
  StoragePod: placePaths,
  ComputeResource: placePaths,
  ResourcePool: placePaths,
  VirtualApp: placePaths,
  Network: ['name'],
  OpaqueNetwork: ['name', 'summary'],
  DistributedVirtualPortgroup: ['name', 'config.defaultPortConfig'],
  ClusterComputeResource: [...placePaths, 'summary'],
  HostSystem: [
    ...placePaths,
    'summary.hardware',
    'summary.config.product',
    'summary.runtime.connectionState',
    'summary.runtime.inMaintenanceMode',
    'summary.quickStats',
    'hardware.systemInfo',
    'hardware.biosInfo',
    'config.network.pnic',
    'config.network.vnic',
    'config.network.dnsConfig',
  ],
  VirtualMachine: [
    ...placePaths,
    'resourcePool',
    'config.instanceUuid',
    'config.uuid',
    'config.template',
    'config.guestFullName',
    'config.guestId',
    'config.version',
    'config.firmware',
    'config.managedBy',
    'config.hardware',
    'runtime.powerState',
    'runtime.connectionState',
    'runtime.host',
    'guest.guestFullName',
    'guest.hostName',
    'guest.ipAddress',
    'guest.toolsRunningStatus',
    'guest.toolsVersionStatus2',
    'guest.net',
    'snapshot',
    'layoutEx',
    'summary.storage.committed',
    'summary.quickStats',
  ],
  Datastore: [...placePaths, 'host', 'vm', 'summary', 'info'],
}

/** Without these a record could not be told from another's. */
export const identityPaths: ReadonlySet<string> = new Set([
  'name',
  'config.instanceUuid',
  'config.uuid',
  'config.hardware',
  'summary.hardware',
  'config.network.pnic',
])
