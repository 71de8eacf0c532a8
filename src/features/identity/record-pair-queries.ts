import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { LinkedContent } from '#features/identity/golden-belief.ts'
import { calledBySource } from '#features/identity/record-sides.ts'
import type { RecordSide } from '#features/identity/record-sides.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId, RecordId } from '#model/ids.ts'
import type { ReportedRecord } from '#model/record.ts'

type Viewer = Pick<Actor, 'tags'>

/** A record as it is shown beside another, with what it says. */
export interface LoadedSide {
  shown: RecordSide
  content: LinkedContent
}

/** Records by id with their devices. */
export async function loadSides(
  db: Database,
  engine: Engine,
  records: readonly number[],
): Promise<Map<number, LoadedSide>> {
  if (records.length === 0) return new Map()
  const rows = await db
    .selectFrom('source_records as record')
    .leftJoin('device_links as link', (join) =>
      join.onRef('link.record_id', '=', 'record.id').on('link.undone_at', 'is', null),
    )
    .leftJoin('devices', 'devices.id', 'link.device_id')
    .select(['record.id', 'record.source_system', 'record.source_identifier', 'record.source_id'])
    .select(['record.kind', 'record.missing_run_id', 'normalized', 'link.device_id', 'devices.name'])
    .where(idsIn(engine, 'record.id', records))
    .execute()
  return new Map(
    rows.map((row) => {
      const content: LinkedContent = {
        recordId: row.id,
        system: row.source_system,
        source: row.source_identifier,
        sourceId: row.source_id,
        record: JSON.parse(row.normalized) as ReportedRecord,
        isHeld: row.missing_run_id === null,
      }
      const shown: RecordSide = {
        recordId: RecordId.parse(row.id),
        source: content.source,
        system: content.system,
        sourceId: content.sourceId,
        kind: row.kind,
        isHeld: content.isHeld,
        name: calledBySource(content),
        device: row.device_id === null ? null : { id: DeviceId.parse(row.device_id), name: row.name ?? '' },
      }
      return [row.id, { shown, content }]
    }),
  )
}

/** What a list of pairs of records is narrowed to; `table` has left_record_id and right_record_id. */
export interface PairFilter {
  /** The name of a source on either side. */
  source?: string | undefined
  /** Text in the name or the address of either device, or in what the sources call the records. */
  q?: string | undefined
}

/** The conditions of a filter; a pair is shown to whoever may see the devices of both records. */
export function pairConditions(
  db: Database,
  table: 'identity_reviews' | 'identity_decisions',
  viewer: Viewer,
  { source, q }: PairFilter,
): Expression<SqlBool>[] {
  const sides = ['left_record_id', 'right_record_id'].map((column) => sql.ref(`${table}.${column}`))
  const either = (holds: (side: (typeof sides)[number]) => Expression<SqlBool>) =>
    sql<boolean>`(${sql.join(sides.map(holds), sql` or `)})`
  const conditions: Expression<SqlBool>[] = []
  if (source !== undefined)
    conditions.push(
      either(
        (side) => sql<boolean>`exists (select 1 from source_records
          where source_records.id = ${side} and source_records.source_identifier = ${source})`,
      ),
    )
  if (q !== undefined && q.trim() !== '') {
    const text = `%${q
      .trim()
      .toLowerCase()
      .replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    conditions.push(
      either(
        (side) => sql<boolean>`exists (select 1 from source_records as said
          left join device_links as link on link.record_id = said.id and link.undone_at is null
          left join devices as owner on owner.id = link.device_id
          where said.id = ${side} and (owner.search_text like ${text} escape '\\'
            or lower(said.source_id) like ${text} escape '\\'))`,
      ),
    )
  }
  if (viewer.tags !== undefined) {
    const visible = db.selectFrom('devices').select('devices.id').where(visibleDevices(viewer))
    for (const side of sides)
      conditions.push(
        sql<boolean>`exists (select 1 from device_links as link
          where link.record_id = ${side} and link.undone_at is null and link.device_id in ${visible})`,
      )
  }
  return conditions
}
