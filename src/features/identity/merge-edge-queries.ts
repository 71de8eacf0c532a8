import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { EdgeMemory } from '#features/identity/merge-memory.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/** Relationships on either side of these devices. */
export async function edgesOf(
  db: Database,
  engine: Engine,
  devices: readonly number[],
): Promise<EdgeMemory[]> {
  const rows = await db
    .selectFrom('device_relationships')
    .selectAll()
    .where((eb) =>
      eb.or([idsIn(engine, 'parent_device_id', devices), idsIn(engine, 'child_device_id', devices)]),
    )
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    parent: row.parent_device_id,
    child: row.child_device_id,
    type: row.relationship_type,
    metadata: row.metadata,
    system: row.source_system,
    source: row.source_identifier,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    dropped: false,
  }))
}

export const pointEdge = (transaction: Transaction, { id, parent, child }: EdgeMemory) =>
  transaction
    .updateTable('device_relationships')
    .set({ parent_device_id: parent, child_device_id: child })
    .where('id', '=', id)
    .execute()

export const dropEdges = (transaction: Transaction, engine: Engine, ids: readonly number[]) =>
  transaction
    .deleteFrom('device_relationships')
    .where(idsIn(engine, 'id', ids))
    .execute()

export const insertEdges = (transaction: Transaction, engine: Engine, edges: readonly EdgeMemory[]) =>
  bulkInsert(
    transaction,
    engine,
    'device_relationships',
    edges.map((edge) => ({
      id: edge.id,
      parent_device_id: edge.parent,
      child_device_id: edge.child,
      relationship_type: edge.type,
      metadata: edge.metadata,
      source_system: edge.system,
      source_identifier: edge.source,
      created_at: edge.createdAt,
      updated_at: edge.updatedAt,
    })),
    { ignore: true },
  )
