import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { insertNotices, openChannels } from '#features/notices/enqueue-queries.ts'
import type { Notice } from '#features/notices/notice.ts'

/**
 * Puts what is to be told into the outbox, in the transaction of whoever has something to tell: both are there or
 * neither. What is meant for a channel that is gone or switched off is left out. Gives how many are new.
 */
export async function enqueueNotices(
  transaction: Transaction,
  engine: Engine,
  now: string,
  notices: readonly Notice[],
): Promise<number> {
  if (notices.length === 0) return 0
  const names = await openChannels(
    transaction,
    notices.map(({ channelId }) => channelId),
  )
  const open = notices.flatMap((notice) => {
    const channelName = names.get(notice.channelId)
    return channelName === undefined ? [] : [withColumns(notice, channelName)]
  })
  return insertNotices(transaction, engine, now, open)
}

/** Exactly the fields of a notice: whoever hands in more of them does not make columns of them. */
const withColumns = (
  { key, channelId, kind, severity, title, text, labels, alertId, link }: Notice,
  channelName: string,
) => ({ key, channelId, channelName, kind, severity, title, text, labels, alertId, link })
