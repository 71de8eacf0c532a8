import { eachReview, type Done } from '#features/devices/decide-reviews.ts'
import type { Part } from '#features/devices/merge-devices.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { undoAct } from '#features/devices/undo-decisions.ts'
import { unmergeDevices } from '#features/devices/unmerge-devices.ts'
import { currentMergesOf } from '#features/identity/merge-queries.ts'
import { actOf, reopenReviews, settledByItself } from '#features/identity/review-queries.ts'
import type { Review, ReviewOutcome } from '#features/identity/review-shapes.ts'
import { AppError } from '#kernel/errors.ts'

/** Takes back what people decided about reviews; they wait again. */
export const undoReviews = (
  call: Part,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<ReviewOutcome[]> => eachReview(call, ids, (review) => undoOne(call, review), signal)

async function undoOne(call: Part, review: Review): Promise<Done> {
  const { id, left, resolution, resolvedBy } = review
  if (resolution === null || resolvedBy === settledByItself)
    throw new AppError('CONFLICT', `Nobody has decided review ${id}`)
  const one = left.device?.id
  if (resolution === 'merged' && one !== undefined) {
    const merges = await currentMergesOf(call.db, call.engine, [one])
    const merge = merges.find(({ memory }) => memory.reviews.includes(id))
    if (merge) {
      await unmergeDevices(call, merge.id, { apart: false, reason: null })
      return { deviceId: merge.merged, mergeId: merge.id }
    }
  }
  const act = await actOf(call.db, id)
  const devices = await inEdit(call, async (transaction, author) => {
    const undone = act === null ? { devices: [] } : await undoAct(transaction, author, act)
    // Nothing was left to decide where it had been decided before: it waits all the same.
    await reopenReviews(transaction, call.engine, [id])
    return undone.devices
  })
  tellChanged(call, devices)
  return { deviceId: one ?? null, mergeId: null }
}
