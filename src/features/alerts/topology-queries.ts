import type { Database } from '#database/schema.ts'
import { topologyOf, type Topology } from '#features/alerts/topology.ts'

const causal = ['hosts', 'connects_to', 'manages']

/** Devices that stand for themselves, where they are, and what hangs on what. */
export async function loadTopology(db: Database): Promise<Topology> {
  const places = await db
    .selectFrom('devices')
    .select(['id', 'name', 'device_type', 'site', 'rack'])
    .where('merged_into', 'is', null)
    .where('retired_at', 'is', null)
    .execute()
  const ties = await db
    .selectFrom('device_relationships')
    .select(['parent_device_id as parent', 'child_device_id as child', 'relationship_type as type'])
    .where('relationship_type', 'in', causal)
    .execute()
  return topologyOf(
    places.map(({ id, name, device_type, site, rack }) => ({
      id,
      name,
      site,
      rack,
      isNetwork: device_type === 'network_device',
    })),
    ties,
  )
}
