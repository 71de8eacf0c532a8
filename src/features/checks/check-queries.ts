import type { Insertable, Selectable } from 'kysely'
import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { ChecksTable } from '#database/schema-checks.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Actor } from '#model/actor.ts'

/** A check as it is kept, with its device's name and address. */
export type CheckRow = Selectable<ChecksTable> & { device_name: string | null; device_address: string | null }

const rowsOf = (db: Database) =>
  db
    .selectFrom('checks')
    .leftJoin('devices', 'devices.id', 'checks.device_id')
    .selectAll('checks')
    .select(['devices.name as device_name', 'devices.ip_address as device_address'])

/** The checks that the actor may see: somebody limited to tags those of devices that carry one. */
const visibleRows = (db: Database, actor: Pick<Actor, 'tags'>) =>
  actor.tags === undefined
    ? rowsOf(db)
    : rowsOf(db).where((eb) =>
        eb(
          'checks.device_id',
          'in',
          eb.selectFrom('devices').select('devices.id').where(visibleDevices(actor)),
        ),
      )

export const loadChecks = (db: Database): Promise<CheckRow[]> => rowsOf(db).orderBy('checks.id').execute()

export const findCheck = (
  db: Database,
  actor: Pick<Actor, 'tags'>,
  id: number,
): Promise<CheckRow | undefined> => visibleRows(db, actor).where('checks.id', '=', id).executeTakeFirst()

/** Those of the checks that there are and that the actor may see. */
export async function visibleCheckIds(
  { db, engine, actor }: { db: Database; engine: Engine; actor: Pick<Actor, 'tags'> },
  ids: readonly number[],
): Promise<number[]> {
  const rows = await visibleRows(db, actor)
    .where(idsIn(engine, 'checks.id', ids))
    .execute()
  return rows.map(({ id }) => id)
}

export interface CheckFilter {
  state?: string | undefined
  kind?: string | undefined
  device?: number | undefined
  parent?: number | undefined
}

/** Checks by name; those below another only where that one is asked for. */
export async function listChecks(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  { state, kind, device, parent }: CheckFilter,
  { after, limit }: { after?: [name: string, id: number] | undefined; limit: number },
): Promise<CheckRow[]> {
  let query = visibleRows(db, actor).orderBy('checks.name').orderBy('checks.id').limit(limit)
  if (state !== undefined) query = query.where('checks.state', '=', state)
  if (kind !== undefined) query = query.where('checks.kind', '=', kind)
  if (device !== undefined) query = query.where('checks.device_id', '=', device)
  if (parent !== undefined) query = query.where('checks.parent_id', '=', parent)
  if (after !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb('checks.name', '>', after[0]),
        eb.and([eb('checks.name', '=', after[0]), eb('checks.id', '>', after[1])]),
      ]),
    )
  return query.execute()
}

export async function insertCheck(db: Database, row: Insertable<ChecksTable>): Promise<number> {
  const { id } = await db.insertInto('checks').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Changes a check; false when its version is no longer the expected one. */
export async function updateCheck(
  db: Database,
  { id, version }: Pick<CheckRow, 'id' | 'version'>,
  set: Partial<Insertable<ChecksTable>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('checks')
    .set({ ...set, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const deleteCheck = (db: Database, id: number) =>
  db.deleteFrom('checks').where('id', '=', id).execute()

export interface StateRow {
  id: number
  state: string
  state_since: string
  message: string
}

/** What became of checks: their states, and a line of history for each that changed. */
export async function writeStates(
  transaction: Transaction,
  engine: Engine,
  states: readonly StateRow[],
): Promise<void> {
  const ids = states.map(({ id }) => id)
  await bulkUpdate(transaction, engine, 'checks', ['id'], states)
  const there = new Set(
    (
      await transaction
        .selectFrom('checks')
        .select('id')
        .where(idsIn(engine, 'id', ids))
        .execute()
    ).map(({ id }) => id),
  )
  await bulkInsert(
    transaction,
    engine,
    'check_changes',
    states
      .filter(({ id }) => there.has(id))
      .map(({ id, state, state_since, message }) => ({ check_id: id, at: state_since, state, message })),
  )
}

/** Changes of one check, newest first, before a position. */
export async function checkChanges(
  db: Database,
  check: number,
  { before, limit }: { before?: [at: string, id: number] | undefined; limit: number },
) {
  let query = db
    .selectFrom('check_changes')
    .select(['id', 'at', 'state', 'message'])
    .where('check_id', '=', check)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (before !== undefined)
    query = query.where((eb) =>
      eb.or([eb('at', '<', before[0]), eb.and([eb('at', '=', before[0]), eb('id', '<', before[1])])]),
    )
  return query.execute()
}

/** Names of devices that stand for themselves. */
export async function deviceNames(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('devices')
    .select(['id', 'name'])
    .where(idsIn(engine, 'devices.id', ids))
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name || `${id}`]))
}

/** Makes checks of devices below one, and removes those that are of it no more. */
export async function replaceChildren(
  transaction: Transaction,
  engine: Engine,
  made: readonly Insertable<ChecksTable>[],
  gone: readonly number[],
): Promise<void> {
  await bulkInsert(transaction, engine, 'checks', made, { ignore: true })
  if (gone.length > 0)
    await transaction
      .deleteFrom('checks')
      .where(idsIn(engine, 'id', gone))
      .execute()
}

export async function deviceAddress(db: Database, id: number): Promise<string | null> {
  const row = await db.selectFrom('devices').select('ip_address').where('id', '=', id).executeTakeFirst()
  return row?.ip_address ?? null
}
