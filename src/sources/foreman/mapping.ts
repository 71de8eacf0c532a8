import { parseTimestamp, toMilliseconds } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { parseIp, primaryAddress } from '#model/ip-address.ts'
import type { DeviceType, ReportedDevice, ReportedFacts, ReportedInterface } from '#model/record.ts'
import { machineOf } from '#sources/facter-machine.ts'
import { splitFacts, type FactWishes } from '#sources/facter-split.ts'
import { definedFacts } from '#sources/facter-value.ts'
import type { HostDetails, HostRow } from '#sources/foreman/answers.ts'
import { interfacesOfRow, toInterfaces, type Subnets } from '#sources/foreman/interfaces.ts'

/** A host with what was asked for beside its row. */
export interface KnownHost {
  row: HostRow
  details: HostDetails | undefined
  /** What the machine told, as it told it; nothing where it told nothing. */
  facts: JsonObject | undefined
  /** The login may not see facts: nobody knows what it told. */
  isBlind?: boolean | undefined
}

/** What all hosts of a reading share. */
export interface Surroundings {
  subnets: Subnets
  /** Kinds of compute resources by their numbers: `vmware`, `libvirt`. */
  providers: ReadonlyMap<number, string>
  /** Lists that the login may not see. */
  closed?: { subnets: boolean; resources: boolean } | undefined
  now: string
  activeHours: number
}

/** `2022-11-03 11:33:53 UTC` is no ISO time, though most readers take it for one. */
export function foremanTime(text: string | undefined): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?) ?(UTC|Z|[+-]\d\d:?\d\d)?$/.exec(text ?? '')
  if (parts === null) return undefined
  const zone =
    parts[3] === undefined || parts[3] === 'UTC' ? 'Z' : parts[3].replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')
  return parseTimestamp(`${parts[1]}T${parts[2]}${zone}`)
}

/** By its number in Foreman, which stays when the host is renamed, readdressed, reinstalled or given to another group. */
export function toDevice(host: KnownHost, around: Surroundings): ReportedDevice {
  const { row, details, facts } = host
  const machine = machineOf(facts ?? {})
  const interfaces = interfacesFor(row, details, machine.interfaces, around.subnets)
  const compute = computeId(row, around)
  const certname = row.certname?.toLowerCase()
  const names = [row.certname, machine.fqdn, machine.hostname].filter(
    (each) => each !== undefined && each.toLowerCase() !== row.name.toLowerCase() && !isUuid(each),
  )
  const unread = unreadOf(host, around)
  const address = parseIp(row.ip ?? '') ?? parseIp(row.ip6 ?? '') ?? addressOf(interfaces)
  return {
    kind: 'device',
    sourceId: String(row.id),
    name: row.name,
    deviceType: deviceTypeOf(row, machine.deviceType),
    // A host that does not report may be off, or may never have had an agent.
    status: reportedLately(row, around) ? 'active' : 'unknown',
    nativeIds: [
      ...(certname === undefined ? [] : [`certname:${certname}`]),
      ...(machine.uuid === undefined ? [] : [`uuid:${machine.uuid.toLowerCase()}`]),
      ...(compute === undefined ? [] : [compute]),
    ].filter((each, index, all) => all.indexOf(each) === index),
    ...(names.length > 0 ? { names: [...new Set(names as string[])] } : {}),
    ...(address === undefined ? {} : { address }),
    ...optional('serial', machine.serial),
    ...optional('vendor', machine.vendor),
    ...optional('model', machine.model ?? row.model_name),
    ...optional('os', row.operatingsystem_name ?? machine.os),
    ...(interfaces.length > 0 ? { interfaces } : {}),
    ...(compute?.startsWith('instance-uuid:') === true
      ? { vm: { instanceUuid: row.uuid!.toLowerCase() } }
      : {}),
    ...(unread.length > 0 ? { unread } : {}),
    facts: { ...machine.facts, ...keptFacts(row) },
    volatile: definedFacts({
      uptimeSeconds: machine.uptimeSeconds,
      lastReport: foremanTime(row.last_report),
      globalStatus: row.global_status_label,
    }),
  }
}

/** What only facts tell, and what other lists tell that the login may not see. */
function unreadOf({ row, isBlind = false }: KnownHost, { closed }: Surroundings): string[] {
  const ofFacts = ['deviceType', 'nativeIds', 'names', 'serial', 'vendor', 'interfaces', 'facts']
  const ownName = { model: row.model_name, os: row.operatingsystem_name, address: row.ip ?? row.ip6 }
  const notOwn = Object.entries(ownName).flatMap(([name, value]) => (value === undefined ? [name] : []))
  const isOfResource = row.uuid !== undefined && row.compute_resource_provider === undefined
  return [
    ...(isBlind ? [...ofFacts, ...notOwn] : []),
    ...(closed?.subnets === true ? ['interfaces.addresses.length'] : []),
    ...(closed?.resources === true && isOfResource && !isBlind ? ['nativeIds'] : []),
  ]
}

const optional = <Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } =>
  value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: string })

const isUuid = (text: string): boolean => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)

/** Foreman's own are believed; those that only the machine tells come after them. */
function interfacesFor(
  row: HostRow,
  details: HostDetails | undefined,
  told: readonly ReportedInterface[],
  subnets: Subnets,
): ReportedInterface[] {
  const own =
    details === undefined ? interfacesOfRow(row, subnets) : toInterfaces(details.interfaces, subnets)
  const names = new Set(own.map((each) => each.name))
  const macs = new Set(own.flatMap((each) => each.mac ?? []))
  const isNew = ({ name, mac }: ReportedInterface) =>
    !names.has(name) && (mac === undefined || !macs.has(mac))
  return [...own, ...told.filter(isNew)]
}

const addressOf = (interfaces: readonly ReportedInterface[]) =>
  primaryAddress(
    interfaces
      .filter((each) => each.type !== 'loopback' && each.metadata?.['role'] !== 'bmc')
      .flatMap((each) => each.addresses ?? [])
      .flatMap((each) => parseIp(each) ?? []),
  )

const virtualModel = /virtual|vmware|kvm|qemu|hvm|bochs|openstack|standard pc|ec2|droplet|compute engine/i

function deviceTypeOf(row: HostRow, told: DeviceType | undefined): DeviceType {
  if (told !== undefined) return told
  const isMachine =
    row.compute_resource_id !== undefined || row.uuid !== undefined || virtualModel.test(row.model_name ?? '')
  return isMachine ? 'vm' : 'server'
}

/**
 * `uuid` is the machine's id in its compute resource: in VMware an id of vCenter's own, in the others that are named here
 * what the firmware tells too. Where the kind is not known, the weaker of the two.
 */
function computeId(row: HostRow, { providers }: Surroundings): string | undefined {
  const { uuid, compute_resource_id: resource, compute_resource_provider: named } = row
  if (uuid === undefined || !isUuid(uuid)) return undefined
  const provider = (named ?? (resource === undefined ? undefined : providers.get(resource)))?.toLowerCase()
  const isFirmware = provider !== undefined && /^(libvirt|ovirt|openstack|kubevirt)$/.test(provider)
  return `${isFirmware ? 'uuid' : 'instance-uuid'}:${uuid.toLowerCase()}`
}

function reportedLately(row: HostRow, { now, activeHours }: Surroundings): boolean {
  const reported = foremanTime(row.last_report)
  return reported !== undefined && toMilliseconds(now) - toMilliseconds(reported) <= activeHours * 3_600_000
}

const keptFacts = (row: HostRow): JsonObject =>
  definedFacts({
    architecture: row.architecture_name,
    hostgroup: row.hostgroup_title,
    environment: row.environment_name,
    organization: row.organization_name,
    location: row.location_name,
    domain: row.domain_name,
    subnet: row.subnet_name,
    owner: row.owner_name,
    computeResource: row.compute_resource_name,
    computeId: row.uuid,
    managed: row.managed,
    reportsWanted: row.enabled === false ? false : undefined,
    building: row.build === true ? true : undefined,
    createdAt: foremanTime(row.created_at),
    installedAt: foremanTime(row.installed_at),
  })

/** All that the machine told. Foreman does not say when; it was not later than the last report. */
export const toFacts = (
  { row, facts }: KnownHost & { facts: JsonObject },
  wishes: FactWishes,
  now: string,
): ReportedFacts => ({
  deviceSourceId: String(row.id),
  collectedAt: foremanTime(row.last_report) ?? foremanTime(row.updated_at) ?? now,
  ...splitFacts(facts, wishes),
})
