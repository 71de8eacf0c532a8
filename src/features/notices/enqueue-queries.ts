import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import type { Notice } from '#features/notices/notice.ts'

/** Names of the channels that are there and switched on. */
export async function openChannels(
  transaction: Transaction,
  ids: readonly number[],
): Promise<Map<number, string>> {
  const rows = await transaction
    .selectFrom('channels')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .where('enabled', '=', true)
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Puts notices into the outbox; those that are there by their key already stay as they are. */
export const insertNotices = (
  transaction: Transaction,
  engine: Engine,
  now: string,
  notices: readonly (Notice & { channelName: string })[],
): Promise<number> =>
  bulkInsert(
    transaction,
    engine,
    'notices',
    notices.map(({ channelId, channelName, labels, alertId, link, ...notice }) => ({
      ...notice,
      channel_id: channelId,
      channel_name: channelName,
      labels: JSON.stringify(labels),
      alert_id: alertId ?? null,
      link: link ?? null,
      next_at: now,
      created_at: now,
    })),
    { ignore: true },
  )
