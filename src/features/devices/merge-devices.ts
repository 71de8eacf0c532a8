import { bulkInsert } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { decide, decisionsAmong, endDecisions } from '#features/identity/decision-queries.ts'
import { sidesOfDevices, standingFor, type LinkedSide } from '#features/identity/linked-side-queries.ts'
import { moveBelongings } from '#features/identity/merge-belongings.ts'
import {
  endLinksOf,
  giveUpName,
  insertLinksOf,
  pointMerged,
  rememberAgain,
} from '#features/identity/merge-queries.ts'
import { OwnPaths } from '#features/identity/own-changes.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { closeReviews, resolveBetween } from '#features/identity/review-queries.ts'
import { loadDevices, type StoredDevice } from '#features/inventory/device-state-queries.ts'
import { historyRow, type Authorship } from '#features/inventory/save-devices.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'

export type Part = Pick<Call, 'db' | 'engine' | 'clock' | 'actor' | 'events'>

/** Merges devices into one, as a person says; gives the merges, each of which can be undone. `reviews` asked for it. */
export async function mergeDevices(
  call: Part,
  into: number,
  from: readonly number[],
  reason: string | null,
  reviews: readonly number[] = [],
): Promise<number[]> {
  const merges = await inEdit(call, async (transaction, author) => {
    const made: number[] = []
    for (const each of from)
      made.push(await mergeDevice(transaction, author, { into, from: each, reason, reviews }))
    return made
  })
  tellChanged(call, [into, ...from])
  return merges
}

interface Wanted {
  into: number
  from: number
  reason: string | null
  reviews: readonly number[]
}

async function mergeDevice(
  transaction: Transaction,
  author: Authorship,
  { into, from, reason, reviews }: Wanted,
): Promise<number> {
  const devices = await loadDevices(transaction, author.engine, [into, from])
  for (const id of [into, from]) assertStands(devices.get(id), id)
  if (into === from)
    throw new AppError('INPUT_INVALID', 'A device cannot be merged with itself', {
      complaints: [{ path: 'from', value: from, expected: 'other devices than the one that stays' }],
    })
  const own = new OwnPaths()
  let id = 0
  let records: number[] = []
  const merge = async () => {
    const sides = await sidesOfDevices(transaction, author.engine, [into, from])
    const [made] = await moveBelongings(transaction, author, [{ into, from }], author.by, own)
    const { memory } = made!
    id = made!.id
    records = memory.links.map(({ record }) => record)
    await endLinksOf(transaction, author, from, records, `merge:${into}`)
    const evidence = JSON.stringify([`merged by ${author.by}`])
    const links = memory.links.map(({ record }) => ({ record, evidence, score: 1, decidedBy: author.by }))
    await insertLinksOf(transaction, author, into, links)
    await pointMerged(transaction, author, from, into)
    await giveUpName(transaction, from)
    const of = (device: number) => standingFor(sides.filter((side) => side.device === device))
    const [anchor] = of(into)
    const same = anchor === undefined ? [] : of(from).map((record) => [anchor, record] as const)
    memory.ended = await endApart(transaction, author, sides)
    memory.decisions = (await decide(transaction, author, 'same', same, reason)).made
    const merged = { resolution: 'merged', by: author.by }
    memory.reviews = [
      ...(await closeReviews(transaction, author, reviews, merged)),
      ...(await resolveBetween(transaction, author, of(into), of(from), { resolution: 'merged' })),
    ]
    await rememberAgain(transaction, id, { ...memory, reason })
    await tellMerged(transaction, author, 'merge', { device: from, into })
    await own.tellOthers(transaction, author, new Set([into]))
    return own.changes()
  }
  await recomputeDevices(transaction, author, [into, from], 'link', merge)
  await refreshHosts(transaction, author, records)
  return id
}

/** What was said to keep the two apart no longer holds. */
async function endApart(
  transaction: Transaction,
  author: Authorship,
  sides: readonly LinkedSide[],
): Promise<number[]> {
  const device = new Map(sides.map((side) => [side.id, side.device]))
  const decisions = await decisionsAmong(transaction, author.engine, [...device.keys()])
  const against = decisions.filter(
    ({ kind, left, right }) => kind === 'apart' && device.get(left) !== device.get(right),
  )
  const ids = against.map(({ id }) => id)
  return endDecisions(transaction, author, ids, author.by)
}

/** Throws unless the device is there and stands for itself. */
export function assertStands(device: StoredDevice | undefined, id: number): asserts device is StoredDevice {
  if (device === undefined) throw new AppError('NOT_FOUND', `There is no device ${id}`)
  if (device.mergedInto !== null)
    throw new AppError('CONFLICT', `Device ${id} is part of device ${device.mergedInto} already`)
}

/** The history of a device that becomes part of another, or no longer is. */
export async function tellMerged(
  transaction: Transaction,
  author: Authorship,
  operation: 'merge' | 'unlink',
  { device, into }: { device: number; into: number },
): Promise<void> {
  const [before, after] = operation === 'merge' ? [null, into] : [into, null]
  const difference = { before: { mergedInto: before }, after: { mergedInto: after } }
  await bulkInsert(transaction, author.engine, 'sync_history', [
    historyRow(author, { id: device, operation }, difference),
  ])
}
