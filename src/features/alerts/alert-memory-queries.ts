import type { Insertable, Selectable } from 'kysely'
import { bulkInsert, bulkUpdate, reserveIds } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { AlertsTable, AlertStatesTable } from '#database/schema-alerts.ts'
import type { Database, Transaction } from '#database/schema.ts'
import {
  importanceOf,
  type AlertEvent,
  type OpenAlert,
  type Resolution,
} from '#features/alerts/open-alert.ts'
import { chunksOf } from '#kernel/chunks-of.ts'

export const loadCells = (db: Database): Promise<Selectable<AlertStatesTable>[]> =>
  db.selectFrom('alert_states').selectAll().execute()

export const loadOpenAlerts = (db: Database): Promise<Selectable<AlertsTable>[]> =>
  db.selectFrom('alerts').selectAll().where('state', '<>', 'resolved').orderBy('id').execute()

/** What people said of open alerts meanwhile; those that a person ended are not among them. */
export const loadPersonal = (db: Database) =>
  db.selectFrom('alerts').select(['id', 'acknowledged_at']).where('state', '<>', 'resolved').execute()

/** What a turn of the watch has to keep. */
export interface Kept {
  made: readonly OpenAlert[]
  changed: readonly OpenAlert[]
  resolved: readonly { alert: OpenAlert; how: Resolution }[]
  events: readonly AlertEvent[]
  cells: readonly Insertable<AlertStatesTable>[]
  forgotten: readonly Pick<Insertable<AlertStatesTable>, 'rule_id' | 'subject' | 'part'>[]
}

/** Gives new alerts their ids, so that what is told of them can name them. */
export async function nameAlerts(
  transaction: Transaction,
  engine: Engine,
  made: readonly OpenAlert[],
): Promise<void> {
  const ids = await reserveIds(transaction, engine, 'alerts', made.length)
  for (const [index, alert] of made.entries()) alert.id = Number(ids[index])
}

export async function saveTurn(
  transaction: Transaction,
  engine: Engine,
  now: string,
  kept: Kept,
): Promise<void> {
  // Causes first: the others point at them.
  const made = kept.made.toSorted((one, other) => Number(one.cause !== null) - Number(other.cause !== null))
  await bulkInsert(
    transaction,
    engine,
    'alerts',
    made.map((alert) => ({ ...fixed(alert), ...moving(alert, now) })),
  )
  const changed = kept.changed.map((alert) => ({ id: alert.id, ...moving(alert, now) }))
  await bulkUpdate(transaction, engine, 'alerts', ['id'], changed)
  const resolved = kept.resolved.map(({ alert, how }) => ({
    id: alert.id,
    state: 'resolved',
    importance: 0,
    resolved_at: now,
    resolution: how,
  }))
  await bulkUpdate(transaction, engine, 'alerts', ['id'], resolved)
  const events = kept.events.map(({ alert, kind, message }) => ({
    alert_id: alert.id,
    at: now,
    kind,
    actor: null,
    message,
  }))
  await bulkInsert(transaction, engine, 'alert_events', events)
  await forgetCells(transaction, kept.forgotten)
  await saveCells(transaction, kept.cells)
}

const fixed = (alert: OpenAlert) => ({
  id: alert.id,
  fingerprint: alert.fingerprint,
  rule_id: alert.ruleId,
  rule_name: alert.ruleName,
  kind: alert.kind,
  subject: alert.subject,
  part: alert.part,
  subject_name: alert.subjectName,
  server_id: alert.serverId,
  started_at: alert.startedAt,
})

const moving = (alert: OpenAlert, now: string) => ({
  device_id: alert.deviceId,
  severity: alert.severity,
  state: alert.state,
  suppressed_by: alert.suppressedBy,
  cause_id: alert.cause?.id ?? null,
  affected: alert.affected,
  flapping: alert.isFlapping,
  title: alert.title,
  value: alert.value,
  threshold: alert.threshold,
  importance: importanceOf[alert.severity],
  changed_at: now,
  told_severity: alert.told?.severity ?? null,
  told_channels: JSON.stringify(alert.told?.channels ?? []),
  told_steps: alert.told?.steps ?? 0,
  reminders: alert.told?.reminders ?? 0,
})

/** When something of them was told last, for reminders after a restart. */
export async function markTold(transaction: Transaction, now: string, ids: readonly number[]): Promise<void> {
  for (const some of chunksOf([...ids], 500))
    await transaction.updateTable('alerts').set({ told_at: now }).where('id', 'in', some).execute()
}

async function forgetCells(transaction: Transaction, cells: Kept['forgotten']): Promise<void> {
  for (const { rule_id, subject, part } of cells)
    await transaction
      .deleteFrom('alert_states')
      .where('rule_id', '=', rule_id)
      .where('subject', '=', subject)
      .where('part', '=', part)
      .execute()
}

async function saveCells(transaction: Transaction, cells: Kept['cells']): Promise<void> {
  for (const some of chunksOf([...cells], 500))
    await transaction
      .insertInto('alert_states')
      .values([...some])
      .onConflict((conflict) =>
        conflict.columns(['rule_id', 'subject', 'part']).doUpdateSet((eb) => ({
          alert_id: eb.ref('excluded.alert_id'),
          cell: eb.ref('excluded.cell'),
          saved_at: eb.ref('excluded.saved_at'),
        })),
      )
      .execute()
}
