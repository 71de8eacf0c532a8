import { bulkUpdate } from '#database/bulk.ts'
import type { Context } from '#features/context.ts'
import { placesOfRecords } from '#features/sync/relationship-queries.ts'
import type { RunState } from '#features/sync/run-state.ts'

/** Gives the volumes that the run saw to the devices whose records own them. */
export async function settleOwners(
  { db, engine, clock }: Pick<Context, 'db' | 'engine' | 'clock'>,
  run: RunState,
): Promise<void> {
  const volumes = await db
    .selectFrom('storage_volumes')
    .select(['id', 'source_id', 'device_id'])
    .where('source_system', '=', run.source.system)
    .where('source_identifier', '=', run.source.name)
    .execute()
  if (volumes.length === 0) return
  const places = await placesOfRecords(db, run.source)
  const devices = new Map(places.map((each) => [each.sourceId, each.device]))
  const now = clock.now()
  const moved = volumes.flatMap(({ id, source_id, device_id }) => {
    if (!run.seen.has(source_id)) return []
    const owner = devices.get(run.owners.get(source_id) ?? '') ?? null
    return owner === device_id ? [] : [{ id, device_id: owner, updated_at: now }]
  })
  if (moved.length === 0) return
  await db
    .transaction()
    .execute((transaction) => bulkUpdate(transaction, engine, 'storage_volumes', ['id'], moved))
}
