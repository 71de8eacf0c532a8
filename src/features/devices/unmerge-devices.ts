import type { Transaction } from '#database/schema.ts'
import { type Part, tellMerged } from '#features/devices/merge-devices.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { decide, endDecisions, holdDecisionsAgain } from '#features/identity/decision-queries.ts'
import { pairsBetween, sidesOfDevices } from '#features/identity/linked-side-queries.ts'
import { followRecords } from '#features/identity/merge-edges.ts'
import { isByRule, type StoredMerge } from '#features/identity/merge-memory.ts'
import { laterMerges, rewind, unwind } from '#features/identity/merge-moves.ts'
import { currentMergesOf, endMerges, findMerge, pointMerged } from '#features/identity/merge-queries.ts'
import { OwnPaths } from '#features/identity/own-changes.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { reopenReviews } from '#features/identity/review-queries.ts'
import { sidesOfRecords } from '#features/identity/linked-side-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { AppError } from '#kernel/errors.ts'

/**
 * Undoes a merge: both devices are what they were, with what became of their records since; what people added since
 * stays with the kept one. A merge by a rule is undone for good, one by a person only when `apart` says so.
 */
export async function unmergeDevices(
  call: Part,
  mergeId: number,
  { apart, reason }: { apart?: boolean | undefined; reason: string | null },
): Promise<StoredMerge> {
  const { merge, devices } = await inEdit(call, async (transaction, author) => {
    const found = await findMerge(transaction, mergeId)
    if (!found) throw new AppError('NOT_FOUND', `There is no merge ${mergeId}`)
    if (found.undoneAt !== null)
      throw new AppError('CONFLICT', `Merge ${mergeId} was undone already, by ${found.undoneBy}`)
    const staysApart = apart ?? isByRule(found)
    const touched = await undo(transaction, author, found, { staysApart, reason })
    return { merge: (await findMerge(transaction, mergeId))!, devices: touched }
  })
  tellChanged(call, devices)
  return merge
}

async function undo(
  transaction: Transaction,
  author: Authorship,
  merge: StoredMerge,
  { staysApart, reason }: { staysApart: boolean; reason: string | null },
): Promise<number[]> {
  const { kept, merged, memory } = merge
  const present = await sidesOfRecords(
    transaction,
    author.engine,
    memory.links.map(({ record }) => record),
  )
  const later = await laterMerges(transaction, author, merge)
  const sides = [...new Set([merge, ...later].flatMap((each) => [each.kept, each.merged]))]
  if (!present.some(({ device }) => sides.includes(device)))
    throw new AppError('CONFLICT', `Nothing that merge ${merge.id} brought is there any more`, {
      hint: 'Its records were deleted or belong to other devices by now.',
    })
  const own = new OwnPaths()
  await recomputeDevices(transaction, author, sides, 'unlink', async () => {
    const unwound = []
    for (const each of later.toReversed()) unwound.push(await unwind(transaction, author, each, own))
    await unwind(transaction, author, merge, own)
    await followRecords(transaction, author, { from: kept, into: merged }, own, merge.at)
    await endMerges(transaction, author, [merge.id], author.by)
    await pointMerged(transaction, author, merged, null)
    for (const each of unwound.toReversed()) await rewind(transaction, author, each, own)
    await decideAgain(transaction, author, merge, { staysApart, reason })
    await tellMerged(transaction, author, 'unlink', { device: merged, into: kept })
    const stand = await standing(transaction, author, sides)
    await own.tellOthers(transaction, author, stand)
    return own.changes()
  })
  await refreshHosts(
    transaction,
    author,
    (await sidesOfDevices(transaction, author.engine, sides)).map(({ id }) => id),
  )
  return sides
}

/** Devices that have records of their own and so are computed again. */
const standing = async (transaction: Transaction, { engine }: Authorship, devices: readonly number[]) =>
  new Set((await sidesOfDevices(transaction, engine, devices)).map(({ device }) => device))

/** What was decided with the merge no longer holds; what it had overruled does again. */
async function decideAgain(
  transaction: Transaction,
  author: Authorship,
  { kept, merged, memory }: StoredMerge,
  { staysApart, reason }: { staysApart: boolean; reason: string | null },
): Promise<void> {
  await endDecisions(transaction, author, memory.decisions, author.by)
  await holdDecisionsAgain(transaction, author.engine, memory.ended)
  if (!staysApart) {
    await reopenReviews(transaction, author.engine, memory.reviews)
    return
  }
  const sides = await sidesOfDevices(transaction, author.engine, [kept, merged])
  const of = (device: number) => sides.filter((side) => side.device === device)
  await decide(transaction, author, 'apart', pairsBetween(of(merged), of(kept)), reason)
}

/** The merge that made a device part of another; throws unless there is exactly one to undo. */
export async function mergeOfDevice(call: Pick<Part, 'db' | 'engine'>, device: number): Promise<number> {
  const merges = await currentMergesOf(call.db, call.engine, [device])
  const own = merges.filter(({ merged }) => merged === device)
  const [one, ...more] = own.length > 0 ? own : merges.filter(({ kept }) => kept === device)
  if (one === undefined) throw new AppError('CONFLICT', `Device ${device} was not merged with another`)
  if (more.length === 0) return one.id
  const names = [one, ...more].map(({ id, merged }) => `${id} (device ${merged})`).join(', ')
  throw new AppError('CONFLICT', `Several devices became part of device ${device}`, {
    hint: `Say which merge: ${names}.`,
  })
}
