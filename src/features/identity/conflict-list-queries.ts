import { sql } from 'kysely'
import { z } from 'zod'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Database } from '#database/schema.ts'
import { DeviceReference, Timestamp } from '#features/inventory/device-shapes.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId, RecordId } from '#model/ids.ts'

/** A field in which sources contradict each other, and nobody has said who is right. */
export const ConflictShape = z.object({
  device: DeviceReference,
  field: z.string(),
  claims: z
    .array(z.object({ source: z.string(), recordId: RecordId, value: z.json() }))
    .describe('The one that counts comes first.'),
  since: Timestamp,
})
export type ConflictShape = z.infer<typeof ConflictShape>

export interface ConflictFilter {
  field?: string | undefined
  device?: number | undefined
  source?: string | undefined
  q?: string | undefined
}

type Viewer = Pick<Actor, 'tags'>

function selectConflicts(db: Database, viewer: Viewer, filter: ConflictFilter) {
  let query = db
    .selectFrom('device_conflicts')
    .innerJoin('devices', 'devices.id', 'device_conflicts.device_id')
    .where('devices.merged_into', 'is', null)
    .where('devices.retired_at', 'is', null)
    .where(visibleDevices(viewer))
  if (filter.field !== undefined) query = query.where('field', '=', filter.field)
  if (filter.device !== undefined) query = query.where('device_id', '=', filter.device)
  if (filter.q !== undefined && filter.q.trim() !== '')
    query = query.where('devices.search_text', 'like', `%${filter.q.trim().toLowerCase()}%`)
  // PostgreSQL spells JSON with a space after the colon.
  if (filter.source !== undefined)
    query = query.where(
      sql<boolean>`replace(cast(claims as text), '": "', '":"') like ${`%"source":${JSON.stringify(filter.source)}%`}`,
    )
  return query
}

/** Contradictions that the viewer may see, by device and field. */
export async function listConflicts(
  db: Database,
  viewer: Viewer,
  filter: ConflictFilter,
  page: { after?: readonly [number, string] | undefined; limit: number },
): Promise<ConflictShape[]> {
  const { after } = page
  let query = selectConflicts(db, viewer, filter)
  if (after)
    query = query.where((eb) =>
      eb.or([
        eb('device_id', '>', after[0]),
        eb.and([eb('device_id', '=', after[0]), eb('field', '>', after[1])]),
      ]),
    )
  const rows = await query
    .select(['device_id', 'devices.name', 'field', 'claims', 'since'])
    .orderBy('device_id')
    .orderBy('field')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    device: { id: DeviceId.parse(row.device_id), name: row.name },
    field: row.field,
    claims: JSON.parse(row.claims) as ConflictShape['claims'],
    since: row.since,
  }))
}

export async function countConflicts(db: Database, viewer: Viewer, filter: ConflictFilter): Promise<number> {
  const { count } = await selectConflicts(db, viewer, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Devices that one of these sources or systems and another record speak of, in the order of their ids. */
export async function severalSided(
  db: Database,
  sources: readonly string[],
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select('device_id')
    .where('undone_at', 'is', null)
    .where('device_id', '>', after)
    .groupBy('device_id')
    .having((eb) => eb.fn.countAll<number>(), '>', 1)
    .having(
      (eb) =>
        eb.fn.max(
          eb
            .case()
            .when(eb.or([eb('source_identifier', 'in', sources), eb('source_system', 'in', sources)]))
            .then(1)
            .else(0)
            .end(),
        ),
      '=',
      1,
    )
    .orderBy('device_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.device_id)
}
