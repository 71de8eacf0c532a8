import type { Json } from '#kernel/json.ts'
import type { ReportedRecord } from '#model/record.ts'

/** One record linked to a device. */
export interface LinkedContent {
  recordId: number
  system: string
  /** Name of the configured source. */
  source: string
  sourceId: string
  record: ReportedRecord
  /** False once its source has proved that it is gone. */
  isHeld: boolean
  /** When its source last held it, as far as that is known; without it, now. */
  seenAt?: string | undefined
}

/** What people said about a field: of one device, or (device null) of all. */
export interface FieldRule {
  id: number
  device: number | null
  /** `*` in a preference: every field that has none of its own. */
  field: string
  kind: 'lock' | 'prefer'
  /** Names of sources or systems, the most believed first; of a lock at most one. */
  sources: readonly string[]
  /** The value that a lock holds against everybody, where it names no source. */
  value?: Json | undefined
  by: string
}

/** What decides between records, beside the records themselves. */
export interface Beliefs {
  /** The device: what people entered about itself comes before what they entered about one merged into it. */
  device?: number | undefined
  rules: readonly FieldRule[]
}

export const noBeliefs: Beliefs = { rules: [] }

/** Who is believed first. A person, then the machine itself, then what manages it, then who merely saw it. */
export const believedSystems = [
  'manual',
  'local',
  'vcenter',
  'proxmox',
  'foreman',
  'puppet',
  'netapp',
  'dorado',
  'oxidized',
  'snmp',
  'mikrotik',
  'tailscale',
  'netbox',
  'csv',
  'dhcp',
  'scan',
]

const rank = (system: string): number => {
  const index = believedSystems.indexOf(system)
  return index < 0 ? believedSystems.indexOf('csv') : index
}

/** A record that its source held last so many days before another was held counts less than that. */
const staleDays = 7

/** Tells of each record whether it is stale beside the others. */
export function staleAmong(records: readonly LinkedContent[]): (each: LinkedContent) => boolean {
  const newest = records.reduce<string | undefined>(
    (latest, { seenAt }) => (seenAt !== undefined && seenAt > (latest ?? '') ? seenAt : latest),
    undefined,
  )
  if (newest === undefined) return () => false
  const limit = Date.parse(newest) - staleDays * 86_400_000
  return ({ seenAt }) => seenAt !== undefined && Date.parse(seenAt) < limit
}

/**
 * Linked records in the order in which they are believed: held before gone, devices before sightings, by system; among
 * equals what was held lately before what was not, then by source.
 */
export function byBelief(
  records: readonly LinkedContent[],
  { device }: Pick<Beliefs, 'device'> = noBeliefs,
): LinkedContent[] {
  const isStale = staleAmong(records)
  const isOther = ({ system, sourceId }: LinkedContent) =>
    system === 'manual' && device !== undefined && sourceId !== `device:${device}`
  return [...records].sort(
    (left, right) =>
      Number(right.isHeld) - Number(left.isHeld) ||
      Number(isSighting(left)) - Number(isSighting(right)) ||
      rank(left.system) - rank(right.system) ||
      Number(isOther(left)) - Number(isOther(right)) ||
      Number(isStale(left)) - Number(isStale(right)) ||
      compare(left.source, right.source) ||
      compare(left.sourceId, right.sourceId),
  )
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const isSighting = (linked: LinkedContent): boolean => linked.record.kind === 'sighting'

/** Whether two systems are equally believed, so that what was held lately decides. */
export const areEqual = (left: LinkedContent, right: LinkedContent): boolean =>
  rank(left.system) === rank(right.system)
