import type { Insertable, Selectable } from 'kysely'
import type { AlertRulesTable } from '#database/schema-alerts.ts'
import type { Database } from '#database/schema.ts'
import { AlertCondition, AlertLevels, type AlertRule } from '#features/alerts/alert-rule.ts'
import { defaultRules } from '#features/alerts/default-rules.ts'
import { AppError } from '#kernel/errors.ts'

export const toRule = (row: Selectable<AlertRulesTable>): AlertRule => ({
  id: row.id,
  name: row.name,
  description: row.description,
  enabled: Boolean(row.enabled),
  origin: row.origin === 'default' ? 'default' : 'person',
  subject: row.subject === 'server' ? 'server' : 'device',
  query: row.query,
  condition: AlertCondition.parse(JSON.parse(row.condition)),
  levels: AlertLevels.parse(JSON.parse(row.levels)),
  clearAt: row.clear_at,
  forSeconds: row.for_seconds,
  clearForSeconds: row.clear_for_seconds,
  policyId: row.policy_id,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
  version: row.version,
})

/** What a person may say of a rule. */
export type RuleFields = Pick<
  AlertRule,
  | 'name'
  | 'description'
  | 'enabled'
  | 'subject'
  | 'query'
  | 'condition'
  | 'levels'
  | 'clearAt'
  | 'forSeconds'
  | 'clearForSeconds'
  | 'policyId'
>

type Columns = Pick<
  Insertable<AlertRulesTable>,
  | 'name'
  | 'description'
  | 'enabled'
  | 'subject'
  | 'query'
  | 'condition'
  | 'levels'
  | 'clear_at'
  | 'for_seconds'
  | 'clear_for_seconds'
  | 'policy_id'
>

const toColumns = (fields: RuleFields): Columns => ({
  name: fields.name,
  description: fields.description,
  enabled: fields.enabled,
  subject: fields.subject,
  query: fields.query,
  condition: JSON.stringify(fields.condition),
  levels: JSON.stringify(fields.levels),
  clear_at: fields.clearAt,
  for_seconds: fields.forSeconds,
  clear_for_seconds: fields.clearForSeconds,
  policy_id: fields.policyId,
})

export async function listRules(
  db: Database,
  page: { after?: [name: string, id: number] | undefined; limit?: number | undefined } = {},
): Promise<AlertRule[]> {
  let query = db.selectFrom('alert_rules').selectAll().orderBy('name').orderBy('id')
  if (page.limit !== undefined) query = query.limit(page.limit)
  if (page.after !== undefined) {
    const [name, id] = page.after
    query = query.where((eb) =>
      eb.or([eb('name', '>', name), eb.and([eb('name', '=', name), eb('id', '>', id)])]),
    )
  }
  return (await query.execute()).map(toRule)
}

/** One rule; throws NOT_FOUND. */
export async function findRule(db: Database, id: number): Promise<AlertRule> {
  const row = await db.selectFrom('alert_rules').selectAll().where('id', '=', id).executeTakeFirst()
  if (row) return toRule(row)
  throw new AppError('NOT_FOUND', `There is no alert rule ${id}`)
}

export async function insertRule(
  db: Database,
  now: string,
  fields: RuleFields,
  by: { createdBy: string; origin: AlertRule['origin'] },
): Promise<AlertRule> {
  const row = await db
    .insertInto('alert_rules')
    .values({
      ...toColumns(fields),
      origin: by.origin,
      created_by: by.createdBy,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toRule(row)
}

/** Changes a rule; false when it is no longer in that version. */
export async function updateRule(
  db: Database,
  now: string,
  rule: AlertRule,
  fields: RuleFields,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('alert_rules')
    .set({ ...toColumns(fields), updated_at: now, version: rule.version + 1 })
    .where('id', '=', rule.id)
    .where('version', '=', rule.version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const deleteRule = (db: Database, id: number) =>
  db.deleteFrom('alert_rules').where('id', '=', id).execute()

/** Puts the rules that Rollcall comes with beside the others, each once in the life of an installation. */
export async function seedRules(db: Database, now: string): Promise<number> {
  const known = new Set((await db.selectFrom('alert_seeds').select('seed').execute()).map(({ seed }) => seed))
  let made = 0
  for (const { seed, ...rule } of defaultRules.filter((each) => !known.has(each.seed))) {
    await db.insertInto('alert_seeds').values({ seed, seeded_at: now }).execute()
    const fields = toColumns({ ...rule, enabled: true, subject: 'device', query: '', policyId: null })
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('alert_rules')
      .values({ ...fields, origin: 'default', created_by: 'system:watch', created_at: now, updated_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    made += Number(numInsertedOrUpdatedRows ?? 0)
  }
  return made
}
