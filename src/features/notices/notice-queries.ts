import type { Selectable } from 'kysely'
import type { NoticesTable } from '#database/schema-notices.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { NoticeShape } from '#features/notices/channel-shapes.ts'
import { AppError } from '#kernel/errors.ts'

/** What somebody asks of the notices. */
export interface NoticeFilter {
  channelId?: number | undefined
  alertId?: number | undefined
  state?: NoticeShape['state'] | undefined
}

const toNotice = (row: Selectable<NoticesTable>): NoticeShape => ({
  id: row.id,
  channelId: row.channel_id,
  channel: row.channel_name,
  kind: row.kind as NoticeShape['kind'],
  severity: row.severity as NoticeShape['severity'],
  title: row.title,
  text: row.text,
  labels: JSON.parse(row.labels) as Record<string, string>,
  alertId: row.alert_id,
  link: row.link,
  state: row.state as NoticeShape['state'],
  attempts: row.attempts,
  nextAt: row.next_at,
  error: row.last_error,
  createdAt: row.created_at,
  sentAt: row.sent_at,
})

/** Notices, newest first, before an id. */
export async function listNotices(
  db: Database,
  { channelId, alertId, state }: NoticeFilter,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<NoticeShape[]> {
  let query = db.selectFrom('notices').selectAll().orderBy('id', 'desc').limit(limit)
  if (channelId !== undefined) query = query.where('channel_id', '=', channelId)
  if (alertId !== undefined) query = query.where('alert_id', '=', alertId)
  if (state !== undefined) query = query.where('state', '=', state)
  if (before !== undefined) query = query.where('id', '<', before)
  return (await query.execute()).map(toNotice)
}

/** One notice; throws NOT_FOUND. */
export async function findNotice(db: Database, id: number): Promise<NoticeShape> {
  const row = await db.selectFrom('notices').selectAll().where('id', '=', id).executeTakeFirst()
  if (row) return toNotice(row)
  throw new AppError('NOT_FOUND', `There is no notice ${id}`)
}

/** Lets a notice that was given up, or waits for its next try, be tried now; false when it is told or being told. */
export async function retryNotice(db: Database, now: string, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('notices')
    .set({ state: 'queued', next_at: now, message: null, first_tried_at: null, last_error: null })
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'given_up', 'queued'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Gives up what a channel has still to tell, and says why. */
export async function giveUpWaiting(
  transaction: Transaction,
  channelId: number,
  why: string,
): Promise<number> {
  const { numUpdatedRows } = await transaction
    .updateTable('notices')
    .set({ state: 'given_up', next_at: null, last_error: why })
    .where('channel_id', '=', channelId)
    .where('state', 'in', ['queued', 'sending', 'failed'])
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Keeps what was told at once, as a test is. */
export const insertTold = (
  db: Database,
  now: string,
  row: {
    channel: { id: number; name: string }
    key: string
    title: string
    text: string
    error: string | null
  },
): Promise<unknown> =>
  db
    .insertInto('notices')
    .values({
      channel_id: row.channel.id,
      channel_name: row.channel.name,
      key: row.key,
      kind: 'test',
      severity: 'info',
      title: row.title,
      text: row.text,
      labels: '{}',
      alert_id: null,
      link: null,
      state: row.error === null ? 'sent' : 'given_up',
      attempts: 1,
      next_at: null,
      message: row.key,
      last_error: row.error,
      created_at: now,
      first_tried_at: now,
      sent_at: row.error === null ? now : null,
    })
    .execute()
