import type { z } from 'zod'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { spellingsOf } from '#features/identity/key-spelling.ts'
import { evidenceInWords, type Wording } from '#features/identity/link-evidence.ts'
import { calledBySource } from '#features/identity/record-sides.ts'
import { loadLinkedContent } from '#features/identity/linked-content-queries.ts'
import type { LinkedContent } from '#features/identity/golden-belief.ts'
import type { LinkedRecord } from '#features/inventory/device-shapes.ts'
import type { JsonObject } from '#kernel/json.ts'
import { RecordId } from '#model/ids.ts'

/** A record of a device: what it says, and how it came to be the device's. */
export interface DeviceRecord {
  content: LinkedContent
  shown: z.infer<typeof LinkedRecord>
}

/** The records that a device had at a time, as they are now: what they said then is not kept. */
export async function loadPastRecords(
  db: Database,
  deviceId: number,
  at: string,
): Promise<DeviceRecord['shown'][]> {
  const rows = await selectRecords(db, deviceId)
    .where('device_links.decided_at', '<=', at)
    .where((eb) => eb.or([eb('device_links.undone_at', 'is', null), eb('device_links.undone_at', '>', at)]))
    .execute()
  const latest = await lastRuns(db)
  return rows.map((row) => shownRecord(row, latest))
}

/** The records that a device has now, with when their sources first and last held them. */
export async function loadDeviceRecords(
  db: Database,
  engine: Engine,
  deviceId: number,
): Promise<DeviceRecord[]> {
  const [contents, rows, latest] = await Promise.all([
    loadLinkedContent(db, engine, [deviceId]),
    selectRecords(db, deviceId).where('device_links.undone_at', 'is', null).execute(),
    lastRuns(db),
  ])
  const byId = new Map(contents.get(deviceId)!.map((content) => [content.recordId, content]))
  const names = new Map([...byId].map(([id, content]) => [id, calledBySource(content)]))
  const wording = { names, spelled: spellingsOf([...byId.values()].map(({ record }) => record)) }
  return rows.flatMap((row) => {
    const content = byId.get(row.id)
    if (!content) return []
    return [{ content, shown: shownRecord(row, latest, wording) }]
  })
}

function shownRecord(
  row: RecordRow,
  latest: ReadonlyMap<string, string>,
  wording?: Wording,
): DeviceRecord['shown'] {
  const heldUntil = latest.get(`${row.source_system}/${row.source_identifier}`)
  return {
    id: RecordId.parse(row.id),
    source: row.source_identifier,
    system: row.source_system,
    sourceId: row.source_id,
    kind: row.kind,
    firstSeen: row.first_seen ?? row.decided_at,
    lastSeen: row.last_seen ?? heldUntil ?? row.changed_at ?? row.decided_at,
    missingSince: row.missing_since,
    evidence: evidenceInWords(row.evidence, wording),
    score: row.score,
    decidedBy: row.decided_by,
    linkedAt: row.decided_at,
    volatile: row.volatile === null ? null : (JSON.parse(row.volatile) as JsonObject),
    volatileAt: row.volatile_at,
  }
}

/** A record points at the runs that first held, last changed, last held and first missed it. */
const selectRecords = (db: Database, deviceId: number) =>
  db
    .selectFrom('device_links')
    .innerJoin('source_records as record', 'record.id', 'device_links.record_id')
    .leftJoin('sync_runs as first', 'first.id', 'record.first_run_id')
    .leftJoin('sync_runs as changed', 'changed.id', 'record.changed_run_id')
    .leftJoin('sync_runs as last', 'last.id', 'record.last_run_id')
    .leftJoin('sync_runs as missing', 'missing.id', 'record.missing_run_id')
    .select([
      'record.id',
      'record.source_system',
      'record.source_identifier',
      'record.source_id',
      'record.kind',
    ])
    .select(['record.volatile', 'record.volatile_at'])
    .select([
      'device_links.evidence',
      'device_links.score',
      'device_links.decided_by',
      'device_links.decided_at',
    ])
    .select(['first.started_at as first_seen', 'changed.started_at as changed_at'])
    .select(['last.started_at as last_seen', 'missing.started_at as missing_since'])
    .where('device_id', '=', deviceId)
    .orderBy('record.id')

type RecordRow = Awaited<ReturnType<ReturnType<typeof selectRecords>['execute']>>[number]

/** When each source was last read with success: what it holds, it held then. */
async function lastRuns(db: Database): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('sync_metadata')
    .innerJoin('sync_runs', 'sync_runs.id', 'sync_metadata.last_complete_run_id')
    .select(['sync_metadata.source_system', 'sync_metadata.source_identifier', 'sync_runs.started_at'])
    .execute()
  return new Map(rows.map((row) => [`${row.source_system}/${row.source_identifier}`, row.started_at]))
}

/** Storage volumes that belong to a device. */
export const volumesOf = (db: Database, deviceId: number) =>
  db
    .selectFrom('storage_volumes')
    .select(['id', 'name', 'volume_type', 'capacity_bytes', 'used_bytes'])
    .where('device_id', '=', deviceId)
    .orderBy('name')
    .orderBy('id')
    .limit(1_000)
    .execute()
