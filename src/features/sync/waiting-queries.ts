import { z } from 'zod'
import type { Database } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { DeviceReference } from '#features/inventory/device-shapes.ts'
import { waitingRecords } from '#features/sync/absence-queries.ts'
import type { WaitingRun } from '#features/sync/absence-queries.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId, RecordId } from '#model/ids.ts'

/** A record that goes missing if a person says so. */
export const WaitingRecord = z.object({
  id: RecordId,
  sourceId: z.string().describe('What the source knows it by.'),
  kind: z.string(),
  name: z.string().nullable(),
  lastSeen: z.string().describe('When the last reading that held it began.'),
  device: DeviceReference.nullable(),
})
export type WaitingRecord = z.infer<typeof WaitingRecord>

/** The records that wait for a decision about the run, by id; of devices that the actor may see. */
export async function listWaiting(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  run: WaitingRun,
  page: { after: number; limit: number },
): Promise<WaitingRecord[]> {
  const rows = await db
    .selectFrom('source_records as records')
    .innerJoin('sync_runs', 'sync_runs.id', 'records.last_run_id')
    .leftJoin('device_links', (join) =>
      join.onRef('device_links.record_id', '=', 'records.id').on('device_links.undone_at', 'is', null),
    )
    .leftJoin('devices', 'devices.id', 'device_links.device_id')
    .select(['records.id', 'records.source_id', 'records.kind', 'records.normalized', 'sync_runs.started_at'])
    .select(['devices.id as device_id', 'devices.name as device_name'])
    .where('records.id', 'in', waitingRecords(db, run))
    .where('records.id', '>', page.after)
    .$if(actor.tags !== undefined, (query) =>
      query.where('device_links.device_id', 'in', (eb) =>
        eb.selectFrom('devices').select('devices.id').where(visibleDevices(actor)),
      ),
    )
    .orderBy('records.id')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    id: RecordId.parse(row.id),
    sourceId: row.source_id,
    kind: row.kind,
    name: nameIn(row.normalized),
    lastSeen: row.started_at,
    device:
      row.device_id === null ? null : { id: DeviceId.parse(row.device_id), name: row.device_name ?? '' },
  }))
}

function nameIn(normalized: string): string | null {
  const { name } = JSON.parse(normalized) as { name?: unknown }
  return typeof name === 'string' ? name : null
}
