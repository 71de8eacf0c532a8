import { z } from 'zod'

// Nearly every field of a host that nobody manages is null, and plugins add fields of their own: only what is read is
// looked at, and what is only shown is left out where it has another shape.

const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => (value === null ? undefined : value))
const text = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).trim())
  .transform((value) => (value === '' ? undefined : value))
const shown = absent(text).catch(undefined)
const flag = absent(z.union([z.boolean(), z.string()]).transform((value) => String(value) === 'true')).catch(
  undefined,
)
const number = z
  .union([z.number(), z.string().regex(/^\d+$/)])
  .transform(Number)
  .pipe(z.number().int().nonnegative())
const id = number.pipe(z.number().positive())

/** Around every list. `total` is what the login may see at all, `subtotal` what the search found of it. */
export const listAnswer = z.looseObject({
  total: absent(number).catch(undefined),
  subtotal: number,
  results: z.array(z.unknown()),
})

const interfaceRow = z.looseObject({
  id: absent(id).catch(undefined),
  identifier: shown,
  type: shown,
  mac: shown,
  ip: shown,
  ip6: shown,
  mtu: absent(number).catch(undefined),
  primary: flag,
  provision: flag,
  virtual: flag,
  managed: flag,
  fqdn: shown,
  name: shown,
  subnet_id: absent(id).catch(undefined),
  subnet6_id: absent(id).catch(undefined),
  subnet_name: shown,
  tag: shown,
  attached_to: shown,
  attached_devices: absent(z.union([z.array(z.string()), z.string()])).catch(undefined),
  mode: shown,
})
export type InterfaceRow = z.output<typeof interfaceRow>

/** A host in a list. Its `registration_token` and `token` are secrets, and are never looked at. */
export const hostRow = z.looseObject({
  id,
  name: z.string().trim().min(1),
  ip: shown,
  ip6: shown,
  mac: shown,
  sp_ip: shown,
  sp_mac: shown,
  sp_name: shown,
  certname: shown,
  uuid: shown,
  managed: flag,
  enabled: flag,
  build: flag,
  model_name: shown,
  operatingsystem_name: shown,
  architecture_name: shown,
  hostgroup_title: shown,
  environment_name: shown,
  domain_name: shown,
  subnet_id: absent(id).catch(undefined),
  subnet6_id: absent(id).catch(undefined),
  subnet_name: shown,
  compute_resource_id: absent(id).catch(undefined),
  compute_resource_name: shown,
  compute_resource_provider: shown,
  organization_name: shown,
  location_name: shown,
  owner_name: shown,
  global_status_label: shown,
  last_report: shown,
  created_at: shown,
  updated_at: shown,
  installed_at: shown,
})
export type HostRow = z.output<typeof hostRow>

/** A host by itself: with its interfaces. */
export const hostDetails = z.looseObject({ id, interfaces: z.array(interfaceRow) })
export type HostDetails = z.output<typeof hostDetails>

/** Facts by the name of their host: not a list, and pages count facts. A parent of structured facts is null. */
export const factAnswer = z.looseObject({ results: z.record(z.string(), z.record(z.string(), z.unknown())) })

export const subnetRow = z.looseObject({ id, cidr: number.pipe(z.number().max(128)) })
export const computeResourceRow = z.looseObject({ id, provider: shown })
export const statusAnswer = z.looseObject({ version: z.string().min(1).max(100) })
export const currentUser = z.looseObject({
  admin: flag,
  organizations: absent(z.array(z.unknown())).catch(undefined),
  locations: absent(z.array(z.unknown())).catch(undefined),
})
