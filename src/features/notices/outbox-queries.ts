import { sql } from 'kysely'
import type { Database, Transaction } from '#database/schema.ts'
import type { NoticeKind, Severity } from '#features/notices/notice.ts'

/** A notice that waits, as planning needs it. */
export interface Waiting {
  id: number
  channelId: number
  key: string
  kind: NoticeKind
  severity: Severity
  title: string
  text: string
  labels: Readonly<Record<string, string>>
  alertId: number | undefined
  link: string | undefined
  state: 'queued' | 'sending' | 'failed'
  attempts: number
  nextAt: string
  message: string | undefined
  createdAt: string
  firstTriedAt: string | undefined
}

const open = ['queued', 'sending', 'failed']

/**
 * What a channel may be told now, oldest first: what is due, but nothing of an alert of which something older is still
 * to come. At most so many of each channel.
 */
export async function dueNotices(db: Database, now: string, most: number): Promise<Waiting[]> {
  const due = await db
    .selectFrom('notices')
    .select('channel_id')
    .distinct()
    .where('state', 'in', open)
    .where('next_at', '<=', now)
    .where('channel_id', 'is not', null)
    .execute()
  const found: Waiting[] = []
  for (const { channel_id: channelId } of due) found.push(...(await dueOfChannel(db, channelId!, now, most)))
  return found
}

async function dueOfChannel(db: Database, channelId: number, now: string, most: number): Promise<Waiting[]> {
  const rows = await db
    .selectFrom('notices')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where('state', 'in', open)
    .where('next_at', '<=', now)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('notices as older')
            .select(sql`1`.as('one'))
            .whereRef('older.alert_id', '=', 'notices.alert_id')
            .whereRef('older.channel_id', '=', 'notices.channel_id')
            .whereRef('older.id', '<', 'notices.id')
            .where('older.state', 'in', open)
            .where('older.next_at', '>', now),
        ),
      ),
    )
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    channelId,
    key: row.key,
    kind: row.kind as NoticeKind,
    severity: row.severity as Severity,
    title: row.title,
    text: row.text,
    labels: JSON.parse(row.labels) as Record<string, string>,
    alertId: row.alert_id ?? undefined,
    link: row.link ?? undefined,
    state: row.state as Waiting['state'],
    attempts: row.attempts,
    nextAt: row.next_at!,
    message: row.message ?? undefined,
    createdAt: row.created_at,
    firstTriedAt: row.first_tried_at ?? undefined,
  }))
}

/** When messages went over channels since a time, oldest first. */
export async function sentMessages(db: Database, channelId: number, since: string): Promise<string[]> {
  const rows = await db
    .selectFrom('notices')
    .select((eb) => eb.fn.min('sent_at').as('sent_at'))
    .where('channel_id', '=', channelId)
    .where('sent_at', '>', since)
    .where('kind', '!=', 'test')
    .groupBy('message')
    .orderBy('sent_at')
    .execute()
  return rows.map(({ sent_at: at }) => at!)
}

/** Says that a message is on its way. */
export const claimNotices = (
  transaction: Transaction,
  now: string,
  ids: readonly number[],
  message: string,
): Promise<unknown> =>
  transaction
    .updateTable('notices')
    .set((eb) => ({
      state: 'sending',
      message,
      attempts: eb('attempts', '+', 1),
      first_tried_at: eb.fn.coalesce('first_tried_at', eb.val(now)),
    }))
    .where('id', 'in', ids)
    .where('state', 'in', open)
    .execute()

/** Lets notices wait until a time. */
export const holdNotices = (
  transaction: Transaction,
  ids: readonly number[],
  until: string,
): Promise<unknown> =>
  transaction
    .updateTable('notices')
    .set({ next_at: until })
    .where('id', 'in', ids)
    .where('state', 'in', open)
    .execute()

/** What became of a message. */
export type Outcome =
  | { is: 'sent'; at: string }
  | { is: 'failed'; error: string; nextAt: string }
  | { is: 'given_up'; error: string }

/** Keeps what became of a message; a notice that was told again or given up meanwhile stays as it is. */
export const settleNotices = (
  transaction: Transaction,
  ids: readonly number[],
  message: string,
  outcome: Outcome,
): Promise<unknown> =>
  transaction
    .updateTable('notices')
    .set(
      outcome.is === 'sent'
        ? { state: 'sent', sent_at: outcome.at, next_at: null, last_error: null }
        : {
            state: outcome.is,
            last_error: outcome.error,
            next_at: outcome.is === 'failed' ? outcome.nextAt : null,
          },
    )
    .where('id', 'in', ids)
    .where('message', '=', message)
    .where('state', '=', 'sending')
    .execute()

/** What was on its way when its node went: nobody knows whether it arrived, so it is told again, under the same id. */
export const takeUpAgain = (transaction: Transaction, now: string): Promise<unknown> =>
  transaction
    .updateTable('notices')
    .set({ state: 'failed', next_at: now })
    .where('state', '=', 'sending')
    .execute()

/** Forgets what was told before a time. */
export async function forgetNotices(transaction: Transaction, before: string): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom('notices')
    .where('created_at', '<', before)
    .where('state', 'in', ['sent', 'given_up'])
    .executeTakeFirst()
  return Number(numDeletedRows)
}
