import { vlanText, type ConfigReading } from '#dialects/config-reading.ts'
import { dialectOf, makerOf } from '#dialects/dialect.ts'
import { readConfig } from '#dialects/read-config.ts'
import type { JsonObject } from '#kernel/json.ts'
import { parseIp } from '#model/ip-address.ts'
import type { DeviceStatus, ReportedDevice } from '#model/record.ts'
import type { NodeRow } from '#sources/oxidized/answers.ts'
import { parseRubyTime } from '#sources/oxidized/ruby-time.ts'

/** Nodes without a group are told as of the group `default`, but live without one. */
export function fullNameOf({ name, full_name, group }: NodeRow): string {
  if (full_name !== undefined && full_name !== '') return full_name
  return group === undefined || group === '' || group === 'default' ? name : `${group}/${name}`
}

const statusOf = ({ status, last }: NodeRow): string => status ?? last.status ?? 'never'

/** A device that could not be logged in to is not gone: that may be the login's fault, or the network's. */
const deviceStatus = (row: NodeRow): DeviceStatus => (statusOf(row) === 'success' ? 'active' : 'unknown')

/** Whether Oxidized has fetched it since it was started, or says when its configuration last changed. */
export const hasConfig = (row: NodeRow): boolean =>
  statusOf(row) !== 'never' || parseRubyTime(row.mtime) !== undefined

const withoutAbsent = (facts: Record<string, unknown>): JsonObject =>
  Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  ) as JsonObject

function vlanFacts({ vlans }: ConfigReading): { vlans?: string; vlanNames?: JsonObject } {
  if (vlans.size === 0) return {}
  const named = [...vlans].filter(([, name]) => name !== undefined).map(([id, name]) => [String(id), name!])
  return {
    vlans: vlanText(vlans.keys()),
    ...(named.length > 0 ? { vlanNames: Object.fromEntries(named) as JsonObject } : {}),
  }
}

/** Names that it goes by: as Oxidized knows it, and as it calls itself. */
function namesOf({ name }: NodeRow, reading: ConfigReading | undefined): string[] {
  const { hostname, domain } = reading ?? {}
  const full = hostname !== undefined && domain !== undefined ? `${hostname}.${domain}` : undefined
  const all = [name, hostname, full].filter((each) => each !== undefined && parseIp(each) === undefined)
  return [...new Set(all as string[])]
}

/** One node, with what its configuration tells where there is one. */
export function toDevice(row: NodeRow, config: string | undefined): ReportedDevice {
  const dialect = dialectOf(row.model ?? '')
  const reading = dialect === undefined || config === undefined ? undefined : readConfig(config, dialect)
  const names = namesOf(row, reading)
  const address = parseIp(row.ip ?? row.name) ?? parseIp(row.name)
  return {
    kind: 'device',
    // Oxidized knows a node by its group and name alone; one that moves to another group is another one there.
    sourceId: fullNameOf(row),
    name: parseIp(row.name) === undefined ? row.name : (reading?.hostname ?? row.name),
    deviceType: 'network_device',
    status: deviceStatus(row),
    ...(names.length > 0 ? { names } : {}),
    ...(address === undefined ? {} : { address }),
    ...(reading?.serial === undefined ? {} : { serial: reading.serial }),
    ...(dialect === undefined ? {} : { vendor: makerOf(dialect) }),
    ...(reading?.model === undefined ? {} : { model: reading.model }),
    ...(reading?.os === undefined ? {} : { os: reading.os }),
    ...(reading === undefined ? {} : { interfaces: reading.interfaces }),
    facts: withoutAbsent({
      group: row.group === 'default' ? undefined : row.group,
      model: row.model,
      ...(reading === undefined ? {} : vlanFacts(reading)),
    }),
    volatile: withoutAbsent({
      lastStatus: statusOf(row),
      lastEnd: parseRubyTime(row.last.end ?? row.time),
      lastSeconds: row.last.time,
      configChangedAt: parseRubyTime(row.mtime),
    }),
  }
}
