import type { Selectable } from 'kysely'
import type { EscalationPoliciesTable } from '#database/schema-alerts.ts'
import type { Database } from '#database/schema.ts'
import { EscalationStep, type EscalationPolicy } from '#features/alerts/escalation-shapes.ts'
import { AppError } from '#kernel/errors.ts'

const toPolicy = (row: Selectable<EscalationPoliciesTable>): EscalationPolicy => ({
  id: row.id,
  name: row.name,
  isDefault: Boolean(row.is_default),
  steps: EscalationStep.array().parse(JSON.parse(row.steps)),
  version: row.version,
})

export async function listPolicies(
  db: Database,
  page: { after?: [name: string, id: number] | undefined; limit?: number | undefined } = {},
): Promise<EscalationPolicy[]> {
  let query = db.selectFrom('escalation_policies').selectAll().orderBy('name').orderBy('id')
  if (page.limit !== undefined) query = query.limit(page.limit)
  if (page.after !== undefined) query = query.where('name', '>', page.after[0])
  return (await query.execute()).map(toPolicy)
}

export async function findPolicy(db: Database, id: number): Promise<EscalationPolicy> {
  const row = await db.selectFrom('escalation_policies').selectAll().where('id', '=', id).executeTakeFirst()
  if (row) return toPolicy(row)
  throw new AppError('NOT_FOUND', `There is no escalation ${id}`)
}

type Fields = Pick<EscalationPolicy, 'name' | 'isDefault' | 'steps'>

export async function insertPolicy(db: Database, now: string, fields: Fields): Promise<EscalationPolicy> {
  if (fields.isDefault) await noDefault(db)
  const row = await db
    .insertInto('escalation_policies')
    .values({
      name: fields.name,
      is_default: fields.isDefault,
      steps: JSON.stringify(fields.steps),
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toPolicy(row)
}

/** Changes one; false when it is no longer in that version. */
export async function updatePolicy(
  db: Database,
  now: string,
  { id, version }: EscalationPolicy,
  fields: Fields,
): Promise<boolean> {
  if (fields.isDefault) await noDefault(db)
  const { numUpdatedRows } = await db
    .updateTable('escalation_policies')
    .set({
      name: fields.name,
      is_default: fields.isDefault,
      steps: JSON.stringify(fields.steps),
      updated_at: now,
      version: version + 1,
    })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** At most one is the default. */
const noDefault = (db: Database) =>
  db.updateTable('escalation_policies').set({ is_default: false }).where('is_default', '=', true).execute()

export const deletePolicy = (db: Database, id: number) =>
  db.deleteFrom('escalation_policies').where('id', '=', id).execute()

/** Those of the channels that there are. */
export async function knownChannels(db: Database, ids?: readonly number[]): Promise<number[]> {
  let query = db.selectFrom('channels').select('id').orderBy('id')
  query = ids === undefined ? query.where('enabled', '=', true) : query.where('id', 'in', ids)
  return (await query.execute()).map(({ id }) => id)
}
