import type { Part } from '#features/devices/merge-devices.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { unmergeDevices } from '#features/devices/unmerge-devices.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { listDecisions, mergeOfDecision } from '#features/identity/decision-list-queries.ts'
import { endDecisions } from '#features/identity/decision-queries.ts'
import { relinkRecords } from '#features/identity/relink-records.ts'
import { AppError } from '#kernel/errors.ts'

/** Takes decisions back, with the merges that they were part of; rules decide again. Gives how many held until now. */
export async function undoDecisions(call: Part, ids: readonly number[]): Promise<number> {
  const wanted = []
  for (const id of ids) {
    const [found] = await listDecisions(call.db, call.engine, call.actor, { id, undone: true }, { limit: 1 })
    if (!found) throw new AppError('NOT_FOUND', `There is no decision ${id}`)
    wanted.push(found)
  }
  let changed = 0
  for (const { id, undoneAt, left, right } of wanted) {
    if (undoneAt !== null) continue
    const merge = await mergeOfDecision(call.db, id)
    if (merge !== undefined) {
      await unmergeDevices(call, merge, { reason: null })
      changed += 1
      continue
    }
    const devices = await inEdit(call, async (transaction, author) => {
      changed += (await endDecisions(transaction, author, [id], author.by)).length
      const records = [left.recordId, right.recordId]
      const touched = await relinkRecords(transaction, author, records)
      await refreshHosts(transaction, author, records)
      return touched
    })
    tellChanged(call, devices)
  }
  return changed
}
