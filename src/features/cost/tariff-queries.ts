import type { Selectable } from 'kysely'
import type { TariffsTable } from '#database/schema-cost.ts'
import type { Database } from '#database/schema.ts'
import { Tariff } from '#features/cost/tariff.ts'
import { AppError } from '#kernel/errors.ts'

const toTariff = (row: Selectable<TariffsTable>): Tariff => ({
  id: row.id,
  name: row.name,
  currency: row.currency,
  zone: row.zone,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  baseFeeCents: row.base_fee_cents,
  centsPerKwh: row.cents_per_kwh,
  bands: Tariff.shape.bands.parse(JSON.parse(row.bands)),
  overhead: row.overhead,
  tags: JSON.parse(row.tags) as string[],
  sites: JSON.parse(row.sites) as string[],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
})

/** All tariffs, by name: there are few. */
export async function listTariffs(db: Database): Promise<Tariff[]> {
  return (await db.selectFrom('tariffs').selectAll().orderBy('name').execute()).map(toTariff)
}

/** One tariff; throws NOT_FOUND. */
export async function findTariff(db: Database, id: number): Promise<Tariff> {
  const row = await db.selectFrom('tariffs').selectAll().where('id', '=', id).executeTakeFirst()
  if (row) return toTariff(row)
  throw new AppError('NOT_FOUND', `There is no tariff ${id}`)
}

type Entered = Omit<Tariff, 'id' | 'createdAt' | 'updatedAt' | 'version'>

const toRow = (tariff: Entered) => ({
  name: tariff.name,
  currency: tariff.currency,
  zone: tariff.zone,
  valid_from: tariff.validFrom,
  valid_to: tariff.validTo,
  base_fee_cents: tariff.baseFeeCents,
  cents_per_kwh: tariff.centsPerKwh,
  bands: JSON.stringify(tariff.bands),
  overhead: tariff.overhead,
  tags: JSON.stringify(tariff.tags),
  sites: JSON.stringify(tariff.sites),
})

export async function insertTariff(db: Database, now: string, tariff: Entered): Promise<Tariff> {
  const row = await db
    .insertInto('tariffs')
    .values({ ...toRow(tariff), created_at: now, updated_at: now })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toTariff(row)
}

/** Changes a tariff; false when its version is no longer the expected one. */
export async function updateTariff(
  db: Database,
  now: string,
  { id, version, ...tariff }: Tariff,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('tariffs')
    .set({ ...toRow(tariff), updated_at: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteTariff(db: Database, { id, version }: Tariff): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('tariffs')
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
