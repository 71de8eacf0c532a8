import { z } from 'zod'

// Numbers are numbers here, but not all fit: JSON's own reader rounds what is larger than 2^53. Everything but names and
// ids may be missing: offline volumes, old releases, narrow roles.

/** Exact, or not known: a size that was rounded is no size. */
const size = z.number().transform((value) => (Number.isSafeInteger(value) && value >= 0 ? value : undefined))
const uuid = z.string().regex(/^[0-9a-z]{1,36}(-[0-9a-z]{1,36}){1,8}$/i)
const name = z.string().min(1).max(1024)
const text = z.string().max(4096)
const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => (value === '' ? undefined : (value ?? undefined)))
const named = z.looseObject({ name: absent(text), uuid: absent(text) })

const href = z.looseObject({ href: z.string() })
/** A page of a list. `num_records` counts this page alone. */
export const listPage = z.looseObject({
  records: z.array(z.unknown()),
  num_records: absent(z.number()),
  _links: absent(z.looseObject({ next: absent(href) })),
})
export const countAnswer = z.looseObject({
  num_records: z.number().int().nonnegative(),
  _links: absent(z.looseObject({ next: absent(href) })),
})

/** What a failure looks like; the code is a text of digits, in some releases a number. */
export const failure = z.looseObject({
  error: z.looseObject({
    code: z.union([z.string(), z.number()]).transform(String),
    message: absent(z.string()),
  }),
})

const address = z.looseObject({ address: absent(text) })
const managementInterface = z.looseObject({ name: absent(text), ip: absent(address) })

export const clusterRow = z.looseObject({
  uuid,
  name,
  version: absent(z.looseObject({ full: absent(text) })),
  location: absent(text),
  contact: absent(text),
  management_interfaces: absent(z.array(managementInterface)),
  dns_domains: absent(z.array(text)),
})
export type ClusterRow = z.output<typeof clusterRow>

export const nodeRow = z.looseObject({
  uuid,
  name,
  serial_number: absent(text),
  model: absent(text),
  location: absent(text),
  state: absent(text),
  uptime: absent(z.number()),
  system_id: absent(text),
  version: absent(z.looseObject({ full: absent(text) })),
  ha: absent(z.looseObject({ enabled: absent(z.boolean()), partners: absent(z.array(named)) })),
  controller: absent(
    z.looseObject({
      board: absent(text),
      memory_size: absent(size),
      cpu: absent(z.looseObject({ count: absent(z.number()), processor: absent(text) })),
    }),
  ),
  management_interfaces: absent(z.array(managementInterface)),
})
export type NodeRow = z.output<typeof nodeRow>

export const portRow = z.looseObject({
  uuid,
  name,
  node: absent(named),
  mac_address: absent(text),
  mtu: absent(z.number()),
  speed: absent(z.union([z.number(), z.string()])),
  state: absent(text),
  enabled: absent(z.boolean()),
  type: absent(text),
})
export type PortRow = z.output<typeof portRow>

export const lifRow = z.looseObject({
  uuid,
  name,
  ip: absent(
    z.looseObject({
      address: absent(text),
      /** A prefix length in text, a number in some releases. */
      netmask: absent(z.union([z.string(), z.number()])),
    }),
  ),
  state: absent(text),
  enabled: absent(z.boolean()),
  scope: absent(text),
  svm: absent(named),
  services: absent(z.array(text)),
})
export type LifRow = z.output<typeof lifRow>

export const aggregateRow = z.looseObject({
  uuid,
  name,
  state: absent(text),
  node: absent(named),
  home_node: absent(named),
  create_time: absent(text),
  space: absent(
    z.looseObject({
      block_storage: absent(
        z.looseObject({ size: absent(size), used: absent(size), available: absent(size) }),
      ),
    }),
  ),
  block_storage: absent(
    z.looseObject({
      primary: absent(
        z.looseObject({
          raid_type: absent(text),
          raid_size: absent(z.number()),
          disk_class: absent(text),
          disk_count: absent(z.number()),
        }),
      ),
      mirror: absent(z.looseObject({ enabled: absent(z.boolean()) })),
    }),
  ),
})
export type AggregateRow = z.output<typeof aggregateRow>

export const volumeRow = z.looseObject({
  uuid,
  name,
  svm: absent(named),
  size: absent(size),
  state: absent(text),
  style: absent(text),
  type: absent(text),
  comment: absent(text),
  create_time: absent(text),
  is_svm_root: absent(z.boolean()),
  aggregates: absent(z.array(named)),
  guarantee: absent(z.looseObject({ type: absent(text) })),
  nas: absent(z.looseObject({ path: absent(text) })),
  clone: absent(z.looseObject({ is_flexclone: absent(z.boolean()) })),
  encryption: absent(z.looseObject({ enabled: absent(z.boolean()) })),
  snaplock: absent(z.looseObject({ type: absent(text) })),
  snapmirror: absent(z.looseObject({ is_protected: absent(z.boolean()) })),
  tiering: absent(z.looseObject({ policy: absent(text) })),
  space: absent(
    z.looseObject({
      size: absent(size),
      used: absent(size),
      available: absent(size),
      afs_total: absent(size),
      snapshot: absent(z.looseObject({ used: absent(size) })),
      logical_space: absent(z.looseObject({ used: absent(size) })),
    }),
  ),
})
export type VolumeRow = z.output<typeof volumeRow>

export const lunRow = z.looseObject({
  uuid,
  name,
  svm: absent(named),
  location: absent(z.looseObject({ volume: absent(named), qtree: absent(named), node: absent(named) })),
  os_type: absent(text),
  comment: absent(text),
  create_time: absent(text),
  serial_number: absent(text),
  lun_maps: absent(z.array(z.looseObject({ igroup: absent(named) }))),
  status: absent(z.looseObject({ state: absent(text), mapped: absent(z.boolean()) })),
  space: absent(
    z.looseObject({
      size: absent(size),
      used: absent(size),
      guarantee: absent(z.looseObject({ requested: absent(z.boolean()) })),
    }),
  ),
})
export type LunRow = z.output<typeof lunRow>

/** Numbers of qtrees are small; 0 is the volume itself. */
const qtreeId = z.number().int().min(0).max(0xffff_ffff)

export const qtreeRow = z
  .looseObject({
    id: qtreeId,
    name: z.string(),
    volume: z.looseObject({ uuid, name: absent(text) }),
    svm: absent(named),
    path: absent(text),
    security_style: absent(text),
    export_policy: absent(named),
  })
  .refine((row) => row.id === 0 || row.name !== '')
export type QtreeRow = z.output<typeof qtreeRow>

export const quotaRow = z.looseObject({
  type: absent(text),
  qtree: absent(z.looseObject({ id: qtreeId })),
  volume: z.looseObject({ uuid }),
  space: absent(
    z.looseObject({
      hard_limit: absent(size),
      soft_limit: absent(size),
      used: absent(z.looseObject({ total: absent(size) })),
    }),
  ),
})
export type QuotaRow = z.output<typeof quotaRow>
