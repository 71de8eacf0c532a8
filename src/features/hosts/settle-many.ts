import { countFindings, resolveFound } from '#features/hosts/finding-queries.ts'
import type { FindingFilter } from '#features/hosts/finding-queries.ts'
import { tellResolved } from '#features/hosts/tell-findings.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'

/** Closes the open ones of many findings; gives how many that were. Ids that the actor may not see are not there. */
export async function settleMany(
  call: Call,
  filter: Pick<FindingFilter, 'ids' | 'kind' | 'upTo'>,
): Promise<number> {
  const { engine, actor } = call
  const now = call.clock.now()
  const ids = await call.db.transaction().execute(async (transaction) => {
    if (filter.ids && (await countFindings(transaction, engine, actor, filter)) < new Set(filter.ids).size)
      throw new AppError('NOT_FOUND', 'Some of these findings do not exist')
    return resolveFound(transaction, engine, actor, filter, { now, by: actor.name })
  })
  tellResolved(call, now, ids)
  return ids.length
}
