import { eachReview, type Done } from '#features/devices/decide-reviews.ts'
import { mergeDevices, type Part } from '#features/devices/merge-devices.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { unmergeDevices } from '#features/devices/unmerge-devices.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { decidedWith, endDecisions } from '#features/identity/decision-queries.ts'
import { currentMergesOf } from '#features/identity/merge-queries.ts'
import { relinkRecords } from '#features/identity/relink-records.ts'
import { reopenReviews, settledByItself } from '#features/identity/review-queries.ts'
import type { Review, ReviewOutcome } from '#features/identity/review-shapes.ts'
import { AppError } from '#kernel/errors.ts'

/** Takes back what people decided about reviews; they wait again. */
export const undoReviews = (
  call: Part,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<ReviewOutcome[]> => eachReview(call, ids, (review) => undoOne(call, review), signal)

async function undoOne(call: Part, review: Review): Promise<Done> {
  const { id, left, right, resolution, resolvedBy } = review
  if (resolution === null || resolvedBy === settledByItself)
    throw new AppError('CONFLICT', `Nobody has decided review ${id}`)
  const [one, other] = [left.device?.id, right.device?.id]
  if (resolution === 'merged' && one !== undefined) {
    const merges = await currentMergesOf(call.db, call.engine, [one])
    const merge = merges.find(({ memory }) => memory.reviews.includes(id))
    if (merge) {
      await unmergeDevices(call, merge.id, { apart: false, reason: null })
      return { deviceId: merge.merged, mergeId: merge.id }
    }
  }
  if (resolution === 'split' && one !== undefined && other !== undefined && one !== other)
    await mergeDevices(call, Math.min(one, other), [Math.max(one, other)], null)
  const touched = await inEdit(call, async (transaction, author) => {
    const decisions = await decidedWith(transaction, id)
    await endDecisions(transaction, author, decisions, author.by)
    await reopenReviews(transaction, call.engine, [id])
    if (resolution === 'split') return []
    const records = [left.recordId, right.recordId]
    const devices = await relinkRecords(transaction, author, records)
    await refreshHosts(transaction, author, records)
    return devices
  })
  tellChanged(call, touched)
  return { deviceId: one ?? null, mergeId: null }
}
