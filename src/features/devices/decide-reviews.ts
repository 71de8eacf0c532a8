import { mergeDevices, type Part } from '#features/devices/merge-devices.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { splitDevice } from '#features/devices/split-device.ts'
import { resolveIdentityFinding } from '#features/hosts/finding-queries.ts'
import { tellResolved } from '#features/hosts/tell-findings.ts'
import { decide } from '#features/identity/decision-queries.ts'
import { pairsBetween, sidesOfDevices } from '#features/identity/linked-side-queries.ts'
import { findReview } from '#features/identity/review-list-queries.ts'
import { closeReviews, resolveBetween } from '#features/identity/review-queries.ts'
import type { Review, reviewDecisions, ReviewOutcome } from '#features/identity/review-shapes.ts'
import { AppError } from '#kernel/errors.ts'

type Decision = (typeof reviewDecisions)[number]

/** Decides reviews one by one: what cannot be decided is told, and holds up no other. */
export const decideReviews = (
  call: Part,
  ids: readonly number[],
  decision: Decision,
  reason: string | null,
  signal: AbortSignal,
): Promise<ReviewOutcome[]> =>
  eachReview(call, ids, (review) => decideOne(call, review, decision, reason), signal)

/**
 * Does something with reviews one by one and tells what became of each. One that the actor may not see is not there:
 * then nothing is done with any.
 */
export async function eachReview(
  call: Part,
  ids: readonly number[],
  work: (review: Review) => Promise<Done>,
  signal: AbortSignal,
): Promise<ReviewOutcome[]> {
  const find = (id: number) => findReview(call.db, call.engine, call.actor, id)
  for (const id of ids) await find(id)
  const outcomes: ReviewOutcome[] = []
  for (const id of ids) {
    signal.throwIfAborted()
    const outcome = await find(id)
      .then(work)
      .catch((error: unknown) => {
        if (error instanceof AppError) return { code: error.code, message: error.message }
        throw error
      })
    outcomes.push({ id, done: !('code' in outcome), ...nothing, ...outcome })
  }
  call.events.publish({ topic: 'review.changed', at: call.clock.now(), data: { count: ids.length } })
  return outcomes
}

const nothing = { deviceId: null, mergeId: null, code: null, message: null }

export type Done = Pick<ReviewOutcome, 'deviceId' | 'mergeId'>

async function decideOne(
  call: Part,
  review: Review,
  decision: Decision,
  reason: string | null,
): Promise<Done> {
  const { id } = review
  if (review.resolvedAt !== null)
    throw new AppError('CONFLICT', `Review ${id} is decided already: ${review.resolution}`)
  const [left, right] = [review.left.device?.id, review.right.device?.id]
  if (left === undefined || right === undefined)
    throw new AppError('CONFLICT', `Review ${id} is about a record that belongs to no device`, {
      hint: 'Only a random or shared MAC address stands behind it; there is nothing to merge or to part.',
    })
  const isOne = left === right
  switch (decision) {
    case 'merge': {
      if (isOne) return sayWhat(call, review, 'same', reason)
      const [into, from] = left < right ? [left, right] : [right, left]
      const [mergeId] = await mergeDevices(call, into, [from], reason, [id])
      return { deviceId: into, mergeId: mergeId! }
    }
    case 'apart':
      if (isOne)
        throw new AppError('CONFLICT', `Both records of review ${id} belong to device ${left}`, {
          hint: 'Split them: the decision split makes a device of its own of the one on the right.',
        })
      return sayWhat(call, review, 'apart', reason)
    case 'split': {
      if (!isOne) return sayWhat(call, review, 'apart', reason)
      const deviceId = await splitDevice(call, left, [review.right.recordId], reason, [id])
      return { deviceId, mergeId: null }
    }
  }
}

/** Keeps what the two are in mind against every later run; nothing changes about their devices. */
async function sayWhat(
  call: Part,
  { id, left, right }: Review,
  kind: 'same' | 'apart',
  reason: string | null,
): Promise<Done> {
  const [one, other] = [left.device!.id, right.device!.id]
  const findings = await inEdit(call, async (transaction, author) => {
    const pair = [left.recordId, right.recordId] as const
    const sides = kind === 'same' ? [] : await sidesOfDevices(transaction, author.engine, [one, other])
    const of = (device: number) => sides.filter((side) => side.device === device)
    const pairs = [pair, ...pairsBetween(of(one), of(other))]
    const { act } = await decide(transaction, author, kind, pairs, reason)
    const resolution = kind === 'same' ? 'merged' : 'apart'
    await closeReviews(transaction, author, [id], { resolution, by: author.by, act })
    const ids = (device: number) => of(device).map((side) => side.id)
    await resolveBetween(transaction, author, ids(one), ids(other), { resolution, act })
    return resolveIdentityFinding(transaction, author.engine, [one, other], author.now, author.by)
  })
  tellResolved(call, call.clock.now(), findings)
  tellChanged(call, [...new Set([one, other])])
  return { deviceId: one, mergeId: null }
}
