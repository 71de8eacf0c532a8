import type { Engine } from '#database/migration.ts'
import type { IngestSendersTable } from '#database/schema-scrapes.ts'
import type { Database, Transaction } from '#database/schema.ts'

/** What one sender sent one way, since the first time. */
export interface SenderRow extends Omit<IngestSendersTable, 'reasons'> {
  reasons: Reasons
}

export interface Reasons {
  leftOut: Record<string, number>
  refused: Record<string, { count: number; example: string }>
}

const toSender = (row: IngestSendersTable): SenderRow => ({
  ...row,
  reasons: JSON.parse(row.reasons) as Reasons,
})

export async function listSenders(
  db: Database,
  { after, limit }: { after: [sender: string, way: string] | undefined; limit: number },
): Promise<SenderRow[]> {
  let query = db.selectFrom('ingest_senders').selectAll().orderBy('sender').orderBy('way').limit(limit)
  if (after !== undefined) {
    const [sender, way] = after
    query = query.where((eb) =>
      eb.or([eb('sender', '>', sender), eb.and([eb('sender', '=', sender), eb('way', '>', way)])]),
    )
  }
  return (await query.execute()).map(toSender)
}

/** The row of a sender, kept from others until the transaction ends. */
export async function senderToChange(
  transaction: Transaction,
  engine: Engine,
  sender: string,
  way: string,
): Promise<SenderRow | undefined> {
  const row = await transaction
    .selectFrom('ingest_senders')
    .selectAll()
    .where('sender', '=', sender)
    .where('way', '=', way)
    .$if(engine === 'postgres', (query) => query.forUpdate())
    .executeTakeFirst()
  return row && toSender(row)
}

export async function saveSender(transaction: Transaction, { reasons, ...row }: SenderRow): Promise<void> {
  const values = { ...row, reasons: JSON.stringify(reasons) }
  const { sender: _sender, way: _way, first_at: _first, ...set } = values
  await transaction
    .insertInto('ingest_senders')
    .values(values)
    .onConflict((conflict) => conflict.columns(['sender', 'way']).doUpdateSet(set))
    .execute()
}
