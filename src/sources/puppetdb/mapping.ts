import { parseTimestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { ReportedDevice, ReportedFacts } from '#model/record.ts'
import { machineOf } from '#sources/facter-machine.ts'
import { splitFacts, type FactWishes } from '#sources/facter-split.ts'
import { definedFacts, isFactGroup } from '#sources/facter-value.ts'
import type { InventoryRow, NodeRow } from '#sources/puppetdb/answers.ts'

/** A node with the facts that it told, where it told any. */
export interface FactedNode {
  node: NodeRow
  inventory: InventoryRow | undefined
  /** When it told them, by its own clock. */
  toldAt: string | undefined
}

/** Names that are made by machines say nothing to people: Katello signs certificates for UUIDs. */
const isMade = (certname: string): boolean => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(certname)

/**
 * A node by its certificate's name: the machine keeps that when it is renamed, readdressed and moved, because Puppet knows
 * it by nothing else.
 */
export function toDevice({ node, inventory, toldAt }: FactedNode): ReportedDevice {
  const { certname } = node
  const { fqdn, hostname, deviceType, uuid, ...machine } = machineOf(inventory?.facts ?? {})
  const name = (isMade(certname) ? (fqdn ?? hostname) : undefined) ?? certname
  const names = [...new Set([fqdn, hostname])].filter((each) => each !== undefined && each !== name)
  return {
    kind: 'device',
    sourceId: certname,
    name,
    deviceType: deviceType ?? 'server',
    // A node that went silent may only have lost its agent, but Puppet counts it among its machines no more.
    status: node.deactivated === undefined && node.expired === undefined ? 'active' : 'inactive',
    nativeIds: [
      `certname:${certname.toLowerCase()}`,
      ...(uuid === undefined ? [] : [`uuid:${uuid.toLowerCase()}`]),
    ],
    ...(names.length > 0 ? { names: names as string[] } : {}),
    ...ofMachine(machine),
    facts: {
      ...machine.facts,
      ...definedFacts({
        environment: node.facts_environment,
        deactivatedAt: timeOf(node.deactivated),
        expiredAt: timeOf(node.expired),
      }),
    },
    volatile: definedFacts({
      uptimeSeconds: machine.uptimeSeconds,
      factsAt: timeOf(toldAt),
      reportAt: timeOf(node.report_timestamp),
      reportStatus: node.latest_report_status,
    }),
  }
}

type Machine = Omit<ReturnType<typeof machineOf>, 'fqdn' | 'hostname' | 'deviceType' | 'uuid'>

const ofMachine = ({ address, serial, vendor, model, os, interfaces }: Machine) => ({
  ...(address === undefined ? {} : { address }),
  ...(serial === undefined ? {} : { serial }),
  ...(vendor === undefined ? {} : { vendor }),
  ...(model === undefined ? {} : { model }),
  ...(os === undefined ? {} : { os }),
  ...(interfaces.length > 0 ? { interfaces } : {}),
})

const timeOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : parseTimestamp(text)

/** All that the node told of itself, and what its certificate says of it. */
export function toFacts(
  { node, inventory, toldAt }: FactedNode & { inventory: InventoryRow },
  wishes: FactWishes,
  now: string,
): ReportedFacts {
  const { facts, trusted, timestamp } = inventory
  const told = trusted === undefined ? facts : { ...facts, trusted: withoutKeys(trusted) }
  return {
    deviceSourceId: node.certname,
    collectedAt: timeOf(toldAt) ?? timeOf(timestamp) ?? now,
    ...splitFacts(told, wishes),
  }
}

/** A certificate's extensions may hold the password that it was asked for with. */
function withoutKeys(trusted: JsonObject): JsonObject {
  const { extensions } = trusted
  if (!isFactGroup(extensions)) return trusted
  const kept = Object.entries(extensions).filter(
    ([name]) => !/preshared|password|challenge|34380\.1\.1\.5$/i.test(name),
  )
  return { ...trusted, extensions: Object.fromEntries(kept) }
}
