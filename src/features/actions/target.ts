import { z } from 'zod'
import { standingDevices } from '#features/actions/target-queries.ts'
import type { Context } from '#features/context.ts'
import { loadItems } from '#features/inventory/device-item-queries.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import type { PreviewFacts, PreviewItem, RowCall } from '#features/jobs/action.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

/** Columns of a file, or nothing where the rows are devices of a query. */
export const Columns = z.record(z.string(), z.json())
export type Columns = z.output<typeof Columns>

export type Asking = Context & { actor: Actor }
type Item = Pick<PreviewItem, 'deviceId'>

/** The devices of some rows in their order; undefined for what is gone, merged away or hidden from the actor. */
export async function loadTargets(
  call: Pick<Asking, 'db' | 'engine' | 'actor'>,
  items: readonly Item[],
): Promise<(DeviceItem | undefined)[]> {
  const ids = [...new Set(items.flatMap(({ deviceId }) => deviceId ?? []))]
  const found = await loadItems(call.db, call.engine, await standingDevices(call, ids))
  return items.map(({ deviceId }) => (deviceId === null ? undefined : found.get(deviceId)))
}

/** The device of a row about to be done; INPUT_INVALID where it names none, NOT_FOUND where it is gone. */
export async function targetOf(call: RowCall): Promise<DeviceItem> {
  const { deviceId } = call.row
  if (deviceId === null)
    throw new AppError('INPUT_INVALID', 'This row names no device', {
      hint: 'Give it a column id, name, address or mac.',
    })
  const [device] = await loadTargets(call, [call.row])
  if (device) return device
  throw new AppError('NOT_FOUND', `There is no device ${deviceId}`)
}

/** What a preview says of each device, and of those that are gone. */
export async function previewTargets<Input extends Columns>(
  call: Asking,
  items: readonly PreviewItem<Input>[],
  facts: (device: DeviceItem, item: PreviewItem<Input>) => PreviewFacts,
): Promise<PreviewFacts[]> {
  const devices = await loadTargets(call, items)
  return items.map((item, index) => {
    const device = devices[index]
    return device ? facts(device, item) : { nothingToDo: 'The device is no longer there.' }
  })
}

/** The versions of the devices of rows; null for what is gone. */
export async function versionsOf<Input extends Columns>(
  call: Asking,
  items: readonly PreviewItem<Input>[],
  version: (device: DeviceItem, item: PreviewItem<Input>) => string,
): Promise<(string | null)[]> {
  const devices = await loadTargets(call, items)
  return items.map((item, index) => (devices[index] ? version(devices[index], item) : null))
}
