import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { believedSystems } from '#features/identity/golden-belief.ts'
import type { Beliefs, FieldRule } from '#features/identity/golden-belief.ts'
import type { GoldenField } from '#features/identity/golden-field.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { fieldColumns } from '#features/inventory/device-state.ts'
import type { Json } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'

/** A rule with when and why it was made. */
export interface StoredRule extends FieldRule {
  /** What the device is called; empty for a rule about all. */
  name: string
  note: string | null
  at: string
  version: number
}

const rules = (db: Database) =>
  db
    .selectFrom('field_rules')
    .leftJoin('devices', 'devices.id', 'field_rules.device_id')
    .selectAll('field_rules')
    .select('devices.name')
type Row = Awaited<ReturnType<ReturnType<typeof rules>['execute']>>[number]

/** A preference keeps its sources as a list in `value`; a lock its source in a column of its own. */
function toRule(row: Row): StoredRule {
  const value = row.value === null ? undefined : (JSON.parse(row.value) as Json)
  const source = row.source_identifier === null ? [] : [row.source_identifier]
  const isPreference = row.kind === 'prefer'
  return {
    id: row.id,
    device: row.device_id,
    name: row.name ?? '',
    field: row.field,
    kind: isPreference ? 'prefer' : 'lock',
    sources: isPreference && Array.isArray(value) ? (value as string[]) : source,
    value: isPreference ? undefined : value,
    by: row.created_by,
    note: row.note,
    at: row.created_at,
    version: row.version,
  }
}

/** What decides about the fields of each of these devices. */
export async function loadBeliefs(
  db: Database,
  engine: Engine,
  devices: readonly number[],
): Promise<(device: number) => Beliefs> {
  const rows = await rules(db)
    .where((eb) => eb.or([eb('device_id', 'is', null), idsIn(engine, 'device_id', devices)]))
    .execute()
  const byDevice = Map.groupBy(rows.map(toRule), (rule) => rule.device)
  const everywhere = byDevice.get(null) ?? []
  return (device) => ({ device, rules: [...(byDevice.get(device) ?? []), ...everywhere] })
}

export interface RuleFilter {
  field?: string | undefined
  kind?: FieldRule['kind'] | undefined
  /** Null: the rules about all devices. */
  device?: number | null | undefined
}

/** Rules by id; whoever is limited to some devices is told of those about these, after the given one. */
export async function listRules(
  db: Database,
  viewer: Pick<Actor, 'tags'>,
  filter: RuleFilter,
  page: { after: number; limit: number },
): Promise<StoredRule[]> {
  let query = rules(db).where('field_rules.id', '>', page.after).orderBy('field_rules.id').limit(page.limit)
  if (viewer.tags !== undefined) {
    const visible = db.selectFrom('devices').select('devices.id').where(visibleDevices(viewer))
    query = query.where('device_id', 'in', visible)
  }
  if (filter.field !== undefined) query = query.where('field', '=', filter.field)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.device === null) query = query.where('device_id', 'is', null)
  else if (filter.device !== undefined) query = query.where('device_id', '=', filter.device)
  return (await query.execute()).map(toRule)
}

export async function findRule(db: Database, id: number): Promise<StoredRule | undefined> {
  const row = await rules(db).where('field_rules.id', '=', id).executeTakeFirst()
  return row && toRule(row)
}

/** The rule about a field of a device, or of all. */
export async function findRuleAbout(
  db: Database,
  device: number | null,
  field: string,
): Promise<StoredRule | undefined> {
  const row = await rules(db)
    .where('field', '=', field)
    .where('device_id', device === null ? 'is' : '=', device)
    .executeTakeFirst()
  return row && toRule(row)
}

/** Writes a rule in the place of whatever was ruled of the field before; gives its id. */
export async function putRule(
  transaction: Transaction,
  now: string,
  rule: Pick<FieldRule, 'device' | 'field' | 'kind' | 'sources' | 'value' | 'by'> & { note: string | null },
): Promise<number> {
  const before = await findRuleAbout(transaction, rule.device, rule.field)
  const value = rule.kind === 'prefer' ? rule.sources : rule.value
  const columns = {
    kind: rule.kind,
    source_identifier: rule.sources[0] ?? null,
    value: value === undefined ? null : JSON.stringify(value),
    note: rule.note,
    created_by: rule.by,
    created_at: now,
    version: (before?.version ?? 0) + 1,
  }
  if (before) {
    await transaction.updateTable('field_rules').set(columns).where('id', '=', before.id).execute()
    return before.id
  }
  const { id } = await transaction
    .insertInto('field_rules')
    .values({ device_id: rule.device, field: rule.field, ...columns })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** The names that a rule can mean: of every source that was read, and of systems. */
export async function namesToBelieve(db: Database): Promise<Set<string>> {
  const rows = await db
    .selectFrom('sync_metadata')
    .select(['source_system', 'source_identifier'])
    .distinct()
    .execute()
  const read = rows.flatMap((row) => [row.source_identifier, row.source_system])
  return new Set([...read, ...believedSystems])
}

export const deleteRule = (transaction: Transaction, id: number) =>
  transaction.deleteFrom('field_rules').where('id', '=', id).execute()

/** What a field of a device is now. */
export async function presentValue(db: Database, device: number, field: GoldenField): Promise<string | null> {
  const column = fieldColumns[field]
  const row = await db.selectFrom('devices').select(column).where('id', '=', device).executeTakeFirst()
  return (row as Record<string, string | null> | undefined)?.[column] ?? null
}
