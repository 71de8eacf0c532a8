import type { Authorship } from '#features/inventory/save-devices.ts'
import type { Engine } from '#database/migration.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import type { ReportedRecord, ReportedRelationship, ReportedVolume } from '#model/record.ts'

/** A configured source, as far as a run needs to know it. */
export interface SourceIdentity {
  /** The requirement's word: proxmox, dhcp. */
  system: string
  /** The configured name. */
  name: string
  /** False for what ages instead of going missing. */
  provesAbsence: boolean
}

/** The records that a volume belongs to, is cut from, and is used by. */
export interface VolumeTies {
  owner: string | undefined
  pool: string | undefined
  usedBy: readonly string[] | undefined
}

/** What a run keeps in memory while it lasts. */
export interface RunState {
  id: number
  source: SourceIdentity
  startedAt: string
  startedBy: string
  /** The newest complete run before this one; 0 when there was none. */
  completeBefore: number
  /** No run of the source ended well before: everything is new, nothing is news. */
  isFirst: boolean
  /** How many records of the source were held when it began. */
  heldBefore: number
  /** The records seen so far, by source id, with a fingerprint of what was told: there may be very many. */
  seen: Map<string, number>
  total: number | null
  added: number
  updated: number
  removed: number
  unchanged: number
  warnings: string[]
  /** What records say of others, by source id: resolved when the run ends, because the others may come later. */
  relations: Map<string, readonly ReportedRelationship[]>
  /** Where records say that a MAC hangs, by source id: another source may know a nearer port. */
  ports: Map<string, { mac: string; switchPort: string }>
  /** Records whose relationships could not be read this time. */
  hidden: Set<string>
  /** What volumes hang on, by source id: resolved when the run ends as well. */
  volumes: Map<string, VolumeTies>
}

export const authorOf = (run: RunState, engine: Engine, now: string): Authorship => ({
  engine,
  now,
  syncId: `run:${run.id}`,
  system: run.source.system,
  identifier: run.source.name,
  by: run.startedBy,
})

/** The run has seen the record, as it was `told`; what it says of others waits for the end. */
export function noteSeen(run: RunState, { record }: RecordContent, told: RecordContent): void {
  run.seen.set(record.sourceId, fingerprint(told.hash))
  const relations = relationsOf(record)
  if (relations.length > 0) run.relations.set(record.sourceId, relations)
  if (hidesRelations(record)) run.hidden.add(record.sourceId)
  if (record.kind === 'sighting' && record.port && record.mac && record.switchPort)
    run.ports.set(record.sourceId, { mac: record.mac, switchPort: record.switchPort })
  if (record.kind === 'volume') run.volumes.set(record.sourceId, tiesOf(record))
}

const hidesRelations = (record: ReportedRecord): boolean =>
  record.kind === 'device' &&
  (record.unread?.includes('relationships') === true ||
    (record.unreadable === true && record.relationships === undefined))

/** What is seen on a port of a switch hangs on that switch. */
function relationsOf(record: ReportedRecord): readonly ReportedRelationship[] {
  if (record.kind === 'device') return record.relationships ?? []
  if (record.kind !== 'sighting' || record.port === undefined) return []
  const { deviceSourceId, interface: remotePort, vlan } = record.port
  const metadata = { remotePort, protocol: 'fdb', ...(vlan === undefined ? {} : { vlan }) }
  return [{ type: 'connects_to', other: 'parent', sourceId: deviceSourceId, metadata }]
}

const tiesOf = ({ deviceSourceId, poolSourceId, usedBy }: ReportedVolume): VolumeTies => ({
  owner: deviceSourceId,
  pool: poolSourceId,
  usedBy,
})

/** The first 28 bits of a content hash: enough to tell two versions of one record apart. */
export const fingerprint = (hash: string): number => Number.parseInt(hash.slice(0, 7), 16)

const warningsKept = 200

/** Keeps a warning for the run's page; a flood is counted, not kept. */
export function warn(run: RunState, sentence: string): void {
  if (run.warnings.length < warningsKept) run.warnings.push(sentence)
  else if (run.warnings.length === warningsKept)
    run.warnings.push('There were more warnings; they are in the log.')
}
