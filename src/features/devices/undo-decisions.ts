import type { Transaction } from '#database/schema.ts'
import type { Part } from '#features/devices/merge-devices.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { unmergeDevices } from '#features/devices/unmerge-devices.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { listDecisions, mergeOfDecision } from '#features/identity/decision-list-queries.ts'
import { endAct } from '#features/identity/decision-queries.ts'
import { relinkRecords } from '#features/identity/relink-records.ts'
import { answeredBy, reopenReviews } from '#features/identity/review-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { AppError } from '#kernel/errors.ts'

/**
 * Takes decisions back, with all that was decided in the same go and the merges that they were part of; rules decide
 * again. Gives how many held until now.
 */
export async function undoDecisions(call: Part, ids: readonly number[]): Promise<number> {
  const wanted = []
  for (const id of ids) {
    const [found] = await listDecisions(call.db, call.engine, call.actor, { id, undone: true }, { limit: 1 })
    if (!found) throw new AppError('NOT_FOUND', `There is no decision ${id}`)
    wanted.push(found)
  }
  let changed = 0
  for (const { id, act, undoneAt } of wanted) {
    if (undoneAt !== null) continue
    const merge = await mergeOfDecision(call.db, id)
    if (merge !== undefined) {
      await unmergeDevices(call, merge, { reason: null })
      changed += 1
      continue
    }
    const { ended, devices } = await inEdit(call, (transaction, author) => undoAct(transaction, author, act))
    changed += ended
    tellChanged(call, devices)
  }
  return changed
}

/** What was decided in one go no longer holds: the questions that it answered wait again, and rules decide. */
export async function undoAct(
  transaction: Transaction,
  author: Authorship,
  act: number,
): Promise<{ ended: number; devices: number[] }> {
  const { ended, records } = await endAct(transaction, author, act)
  await reopenReviews(transaction, author.engine, await answeredBy(transaction, act))
  const devices = await relinkRecords(transaction, author, records)
  await refreshHosts(transaction, author, records)
  return { ended: ended.length, devices }
}
