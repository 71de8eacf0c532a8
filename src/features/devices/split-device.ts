import { reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { assertStands, type Part } from '#features/devices/merge-devices.ts'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { decide } from '#features/identity/decision-queries.ts'
import { pairsBetween, sidesOfDevices } from '#features/identity/linked-side-queries.ts'
import { endLinksOf, insertLinksOf, moveTold, namesOfRecords } from '#features/identity/merge-queries.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { closeReviews, resolveBetween } from '#features/identity/review-queries.ts'
import { loadDevices } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { AppError } from '#kernel/errors.ts'
import { RecordId } from '#model/ids.ts'

/** Makes a device of its own of some records of a device, as a person says, and keeps them apart; gives its id. */
export async function splitDevice(
  call: Part,
  device: number,
  records: readonly number[],
  reason: string | null,
  reviews: readonly number[] = [],
): Promise<number> {
  const made = await inEdit(call, async (transaction, author) => {
    await closeReviews(transaction, author, reviews, { resolution: 'split', by: author.by })
    return split(transaction, author, { device, records: new Set(records), reason })
  })
  tellChanged(call, [device, made])
  return made
}

async function split(
  transaction: Transaction,
  author: Authorship,
  { device, records, reason }: { device: number; records: ReadonlySet<number>; reason: string | null },
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
    await decide(transaction, author, 'apart', pairsBetween(going, staying), reason)
    const rest = staying.map(({ id }) => id)
    await resolveBetween(transaction, author, ids, rest, 'split')
  }
  const created = { ids: [made], contents: new Map(), seenAt: stored.lastSeen }
  await recomputeDevices(transaction, author, [device], 'unlink', move, created)
  const told = await namesOfRecords(transaction, engine, ids)
  await moveTold(transaction, told, { from: device, to: made })
  await refreshHosts(transaction, author, ids)
  return made
}

function assertSplittable(
  device: number,
  records: ReadonlySet<number>,
  going: readonly { id: number }[],
  staying: readonly { system: string }[],
): void {
  const strange = [...records].find((id) => !going.some((side) => side.id === id))
  if (strange !== undefined)
    throw new AppError('INPUT_INVALID', `Record ${strange} does not belong to device ${device}`, {
      complaints: [{ path: 'records', value: strange, expected: 'ids of records of this device' }],
    })
  if (staying.every(({ system }) => system === 'manual'))
    throw new AppError('INPUT_INVALID', 'Something of the device has to stay', {
      complaints: [{ path: 'records', expected: 'some records of the device, but not all of them' }],
    })
}
