import type { Transaction } from '#database/schema.ts'
import { inEdit, savePaths, tellChanged } from '#features/devices/save-states.ts'
import { addTags, ensureTags, removeTags } from '#features/inventory/tag-queries.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { Call } from '#features/operation.ts'

/** How many devices are written in one transaction. */
const batchSize = 500

/** Puts tags on devices and takes others off; gives the devices that changed. */
export async function tagDevices(
  call: Call,
  ids: readonly number[],
  tags: { add: readonly string[]; remove: readonly string[] },
): Promise<number[]> {
  const changed: number[] = []
  for (let at = 0; at < ids.length; at += batchSize) {
    const batch = ids.slice(at, at + batchSize)
    const written = await inEdit(call, (transaction, author) => changeTags(transaction, author, batch, tags))
    changed.push(...written)
  }
  tellChanged(call, changed)
  return changed
}

/** The same inside of a transaction. */
export async function changeTags(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
): Promise<number[]> {
  const added = await ensureTags(transaction, author.engine, author.now, add)
  const paths: DeviceState = Object.fromEntries([
    ...remove.map((name) => [`tags/${name}`, null] as const),
    ...add.map((name) => [`tags/${name}`, true] as const),
  ])
  const changed = await savePaths(transaction, author, ids, () => paths)
  const pairs = changed.flatMap((device) => [...added.values()].map((tag) => ({ device, tag })))
  await addTags(transaction, author.engine, author.now, pairs)
  await takeOff(
    transaction,
    author,
    changed,
    remove.filter((name) => !add.includes(name)),
  )
  return changed
}

async function takeOff(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return
  const rows = await transaction.selectFrom('tags').select('id').where('name', 'in', names).execute()
  await removeTags(
    transaction,
    author.engine,
    ids,
    rows.map((row) => row.id),
  )
}
