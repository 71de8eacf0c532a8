import type { Database } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Overview } from '#features/overview/overview-shapes.ts'
import type { Actor } from '#model/actor.ts'

/** How many devices there are, by type and by status, of those the actor may see; retired and merged ones aside. */
export async function countDevices(db: Database, actor: Pick<Actor, 'tags'>): Promise<Overview['devices']> {
  const rows = await db
    .selectFrom('devices')
    .select(['device_type', 'status', (eb) => eb.fn.countAll<number>().as('count')])
    .where('retired_at', 'is', null)
    .where('merged_into', 'is', null)
    .where(visibleDevices(actor))
    .groupBy(['device_type', 'status'])
    .execute()
  const counts: Overview['devices'] = { total: 0, byType: {}, byStatus: {} }
  for (const row of rows) {
    const count = Number(row.count)
    counts.total += count
    counts.byType[row.device_type] = (counts.byType[row.device_type] ?? 0) + count
    counts.byStatus[row.status] = (counts.byStatus[row.status] ?? 0) + count
  }
  return counts
}
