import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { Conflict } from '#features/identity/golden-field.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { canonicalJson } from '#kernel/json.ts'

/** Keeps what sources contradict each other in of devices that were computed; what is the same is not written. */
export async function saveConflicts(
  transaction: Transaction,
  { engine, now }: Pick<Authorship, 'engine' | 'now'>,
  computed: ReadonlyMap<number, readonly Conflict[]>,
): Promise<void> {
  if (computed.size === 0) return
  const rows = await transaction
    .selectFrom('device_conflicts')
    .selectAll()
    .where(idsIn(engine, 'device_id', [...computed.keys()]))
    .execute()
  // PostgreSQL gives JSON in an order of its own.
  const stored = new Map(
    rows.map((row) => [`${row.device_id} ${row.field}`, canonicalJson(JSON.parse(row.claims))]),
  )
  const found = [...computed].flatMap(([device, conflicts]) =>
    conflicts.map(({ field, claims }) => ({ device_id: device, field, claims: canonicalJson(claims) })),
  )
  const keyOf = (row: { device_id: number; field: string }) => `${row.device_id} ${row.field}`
  const wanted = new Set(found.map(keyOf))
  const gone = rows.filter((row) => !wanted.has(keyOf(row)))
  for (const [field, list] of Map.groupBy(gone, (row) => row.field)) {
    await transaction
      .deleteFrom('device_conflicts')
      .where('field', '=', field)
      .where(
        idsIn(
          engine,
          'device_id',
          list.map((row) => row.device_id),
        ),
      )
      .execute()
  }
  await bulkUpdate(
    transaction,
    engine,
    'device_conflicts',
    ['device_id', 'field'],
    found.filter((row) => (stored.get(keyOf(row)) ?? row.claims) !== row.claims),
  )
  await bulkInsert(
    transaction,
    engine,
    'device_conflicts',
    found.filter((row) => !stored.has(keyOf(row))).map((row) => ({ ...row, since: now })),
  )
}
