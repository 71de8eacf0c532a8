import { reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { assertMayKeepTags } from '#features/devices/limited-tags.ts'
import { assertStands, type Part } from '#features/devices/merge-devices.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { decide } from '#features/identity/decision-queries.ts'
import { pairsBetween, sidesOfDevices, type LinkedSide } from '#features/identity/linked-side-queries.ts'
import { followRecords } from '#features/identity/merge-edges.ts'
import { endLinksOf, insertLinksOf } from '#features/identity/merge-queries.ts'
import { moveTold, namesOfRecords } from '#features/identity/told-queries.ts'
import { OwnPaths } from '#features/identity/own-changes.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { closeReviews, resolveBetween } from '#features/identity/review-queries.ts'
import { loadDevices } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { AppError } from '#kernel/errors.ts'
import { RecordId } from '#model/ids.ts'

/**
 * Makes a device of its own of some records of a device, as a person says, and keeps them apart; gives its id. `reviews`
 * asked for it.
 */
export async function splitDevice(
  call: Part,
  device: number,
  records: readonly number[],
  reason: string | null,
  reviews: readonly number[] = [],
): Promise<number> {
  // The new device has no tags yet: whoever is limited to some could not see what they made.
  assertMayKeepTags(call.actor, [])
  const made = await inEdit(call, (transaction, author) =>
    split(transaction, author, { device, records: new Set(records), reason, reviews }),
  )
  tellChanged(call, [device, made])
  return made
}

interface Wanted {
  device: number
  records: ReadonlySet<number>
  reason: string | null
  reviews: readonly number[]
}

async function split(
  transaction: Transaction,
  author: Authorship,
  { device, records, reason, reviews }: Wanted,
): Promise<number> {
  const { engine } = author
  const stored = (await loadDevices(transaction, engine, [device])).get(device)
  assertStands(stored, device)
  const sides = await sidesOfDevices(transaction, engine, [device])
  const [going, staying] = [
    sides.filter(({ id }) => records.has(id)),
    sides.filter(({ id }) => !records.has(id)),
  ]
  assertSplittable(device, records, going, staying)
  const [made] = (await reserveIds(transaction, engine, 'devices', 1)) as [number]
  const ids = going.map(({ id }) => id)
  const move = async () => {
    await endLinksOf(transaction, author, device, ids, `split:${made}`)
    const evidence = JSON.stringify([`split off by ${author.by}`])
    const links = ids.map((id) => ({ record: RecordId.parse(id), evidence, score: 1, decidedBy: author.by }))
    await insertLinksOf(transaction, author, made, links)
    const { act } = await decide(transaction, author, 'apart', pairsBetween(going, staying), reason)
    await closeReviews(transaction, author, reviews, { resolution: 'split', by: author.by, act })
    const rest = staying.map(({ id }) => id)
    await resolveBetween(transaction, author, ids, rest, { resolution: 'split', act })
  }
  const created = { ids: [made], contents: new Map(), seenAt: stored.lastSeen }
  await recomputeDevices(transaction, author, [device], 'unlink', move, created)
  const told = await namesOfRecords(transaction, engine, ids)
  await moveTold(transaction, engine, told, { from: device, to: made })
  const own = new OwnPaths()
  await followRecords(transaction, author, { from: device, into: made }, own)
  await own.tellOthers(transaction, author, new Set())
  await refreshHosts(transaction, author, ids)
  return made
}

function assertSplittable(
  device: number,
  records: ReadonlySet<number>,
  going: readonly LinkedSide[],
  staying: readonly LinkedSide[],
): void {
  const strange = [...records].find((id) => !going.some((side) => side.id === id))
  if (strange !== undefined)
    throw new AppError('INPUT_INVALID', `Record ${strange} does not belong to device ${device}`, {
      complaints: [{ path: 'records', value: strange, expected: 'ids of records of this device' }],
    })
  const entered = going.find(({ system }) => system === 'manual')
  if (entered !== undefined)
    throw new AppError(
      'INPUT_INVALID',
      'What people entered stays with the device that they entered it for',
      {
        complaints: [{ path: 'records', value: entered.id, expected: 'records that sources told' }],
      },
    )
  if (staying.every(({ system }) => system === 'manual'))
    throw new AppError('INPUT_INVALID', 'Something of the device has to stay', {
      complaints: [{ path: 'records', expected: 'some records of the device, but not all of them' }],
    })
}
