import type { Transaction } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { holdsTurn, markAlive, takeTurn } from '#features/monitoring/lease-queries.ts'
import { liveNodes, type NodeIdentity } from '#features/jobs/node-queries.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'

/** The right of one node to do what only one may do at a time. */
export interface Lease {
  /** Runs a transaction that is undone when this node has been replaced meanwhile; throws CONFLICT then. */
  mine<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
  /** Says that this node is at work; false when it was replaced. */
  renew(): Promise<boolean>
}

/**
 * Takes the turn for `name`, where nobody holds it or who holds it is gone (on its own host a killed process is known
 * to be gone at once). Undefined while somebody else has it. `node` has to be kept alive (keepAlive).
 */
export async function takeLease(
  context: Pick<Context, 'db' | 'engine' | 'clock' | 'config'>,
  node: NodeIdentity,
  name: string,
): Promise<{ lease: Lease; aliveBefore: number | undefined } | undefined> {
  const others = new Set((await liveNodes(context, node.id)).map(({ id }) => id))
  const turn = await takeTurn(context, name, node.id, others)
  if (turn === undefined) return undefined
  const { token, aliveBefore } = turn
  return {
    aliveBefore: aliveBefore === undefined ? undefined : toMilliseconds(aliveBefore),
    lease: {
      renew: () => markAlive(context, name, token),
      mine: (work) =>
        context.db.transaction().execute(async (transaction) => {
          if (!(await holdsTurn(transaction, context.engine, name, token)))
            throw new AppError('CONFLICT', `Another node has taken over ${name}`)
          return work(transaction)
        }),
    },
  }
}
