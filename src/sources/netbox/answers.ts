import { z } from 'zod'

const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)
const id = z.number().int().positive()
const text = absent(z.string()).transform((value) => (value === '' ? undefined : value))
const number = absent(z.union([z.number(), z.string()])).transform((value) =>
  value === undefined || !Number.isFinite(Number(value)) ? undefined : Number(value),
)

const named = z.looseObject({ id, name: absent(z.string()), slug: text, display: text })
const choice = absent(
  z.union([
    z.looseObject({ value: absent(z.union([z.string(), z.number(), z.boolean()])), label: text }),
    z.string().transform((value) => ({ value, label: value })),
  ]),
)
const address = absent(z.looseObject({ address: z.string() }))
const tags = absent(z.array(z.looseObject({ name: text, slug: text }))).transform((list) => list ?? [])
const custom = absent(z.record(z.string(), z.unknown())).transform((value) => value ?? {})

/** dcim/devices. Before release 4.0 the role was called device_role. */
export const netboxDevice = z.looseObject({
  id,
  name: text,
  device_type: z.looseObject({ id, model: text, manufacturer: absent(named) }),
  role: absent(named),
  device_role: absent(named),
  tenant: absent(named),
  platform: absent(named),
  serial: text,
  asset_tag: text,
  site: absent(named),
  location: absent(named),
  rack: absent(named),
  position: number,
  status: choice,
  primary_ip4: address,
  primary_ip6: address,
  oob_ip: address,
  cluster: absent(named),
  virtual_chassis: absent(z.looseObject({ id, name: text })),
  vc_position: number,
  comments: text,
  description: text,
  tags,
  custom_fields: custom,
})
export type NetboxDevice = z.output<typeof netboxDevice>

/** virtualization/virtual-machines. */
export const netboxVm = z.looseObject({
  id,
  name: text,
  status: choice,
  cluster: absent(named),
  device: absent(named),
  site: absent(named),
  role: absent(named),
  tenant: absent(named),
  platform: absent(named),
  serial: text,
  primary_ip4: address,
  primary_ip6: address,
  vcpus: number,
  memory: number,
  disk: number,
  description: text,
  tags,
  custom_fields: custom,
})
export type NetboxVm = z.output<typeof netboxVm>

const endpoint = z.looseObject({ name: text, device: absent(named), virtual_machine: absent(named) })

/** dcim/interfaces and virtualization/interfaces. */
export const netboxInterface = z.looseObject({
  id,
  name: z.string(),
  device: absent(named),
  virtual_machine: absent(named),
  enabled: absent(z.boolean()),
  type: choice,
  speed: number,
  mtu: number,
  mac_address: text,
  mac_addresses: absent(z.array(z.looseObject({ mac_address: text }))).transform((list) => list ?? []),
  description: text,
  lag: absent(z.looseObject({ name: text })),
  untagged_vlan: absent(z.looseObject({ vid: number })),
  mgmt_only: absent(z.boolean()),
  connected_endpoints: absent(z.array(endpoint)).transform((list) => list ?? []),
  connected_endpoints_type: text,
})
export type NetboxInterface = z.output<typeof netboxInterface>

/** ipam/ip-addresses. */
export const netboxAddress = z.looseObject({
  id,
  address: z.string(),
  vrf: absent(named),
  role: choice,
  dns_name: text,
  assigned_object_type: text,
  assigned_object_id: absent(id),
})
export type NetboxAddress = z.output<typeof netboxAddress>

/** ipam/prefixes. Before release 4.2 a prefix had a site of its own. */
export const netboxPrefix = z.looseObject({
  id,
  prefix: z.string(),
  vrf: absent(named),
  site: absent(named),
  scope_type: text,
  scope: absent(named),
  vlan: absent(z.looseObject({ vid: number })),
  status: choice,
  description: text,
})
export type NetboxPrefix = z.output<typeof netboxPrefix>

export const netboxPage = z.looseObject({
  count: absent(z.number()),
  next: absent(z.string()),
  results: z.array(z.unknown()),
})

export const netboxStatus = z.looseObject({ 'netbox-version': z.string() })
