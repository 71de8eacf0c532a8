import type { Transaction } from '#database/schema.ts'
import type { Engine } from '#database/migration.ts'
import type { Context } from '#features/context.ts'
import { timeOf } from '#features/jobs/node-queries.ts'

type Parts = Pick<Context, 'db' | 'engine' | 'clock'>

/** Takes the turn unless one of `others` holds it; `aliveBefore` is when its last holder was last at work. */
export function takeTurn(
  context: Parts,
  name: string,
  holder: string,
  others: ReadonlySet<string>,
): Promise<{ token: number; aliveBefore: string | undefined } | undefined> {
  const now = timeOf(context)
  return context.db.transaction().execute(async (transaction) => {
    const first = { name, holder, token: 1, alive_at: now }
    const isFirst = await transaction
      .insertInto('leases')
      .values(first)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (Number(isFirst.numInsertedOrUpdatedRows) > 0) return { token: 1, aliveBefore: undefined }
    const held = await heldBy(transaction, context.engine, name)
    if (held.holder !== holder && others.has(held.holder)) return undefined
    const token = held.token + 1
    await transaction
      .updateTable('leases')
      .set({ holder, token, alive_at: now })
      .where('name', '=', name)
      .execute()
    return { token, aliveBefore: held.alive_at }
  })
}

/** Whether the turn is still that one; nobody can take it before the transaction ends. */
export async function holdsTurn(
  transaction: Transaction,
  engine: Engine,
  name: string,
  token: number,
): Promise<boolean> {
  return (await heldBy(transaction, engine, name)).token === token
}

/** Notes that the holder is at work; false when it holds no longer. */
export async function markAlive(context: Parts, name: string, token: number): Promise<boolean> {
  const { numUpdatedRows } = await context.db
    .updateTable('leases')
    .set({ alive_at: timeOf(context) })
    .where('name', '=', name)
    .where('token', '=', token)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const heldBy = (transaction: Transaction, engine: Engine, name: string) =>
  transaction
    .selectFrom('leases')
    .select(['holder', 'token', 'alive_at'])
    .where('name', '=', name)
    .$if(engine === 'postgres', (query) => query.forUpdate())
    .executeTakeFirstOrThrow()
