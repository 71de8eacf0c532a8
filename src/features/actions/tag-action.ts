import { z } from 'zod'
import { Columns, previewTargets, targetOf, versionsOf } from '#features/actions/target.ts'
import { assertMayRemoveTags } from '#features/devices/limited-tags.ts'
import { TagName } from '#features/devices/device-input.ts'
import { tagDevices } from '#features/devices/tag-devices.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { jobAction, type RowCall, type RowOutcome } from '#features/jobs/action.ts'

const most = 50

/** Of the named tags those that the device carries. Others may come and go meanwhile: nothing of them is touched. */
const carriedOf = ({ tags }: DeviceItem, named: readonly string[]): string[] =>
  named.filter((name) => tags.includes(name)).sort()

const versionOf = (device: DeviceItem, named: readonly string[]): string => carriedOf(device, named).join(' ')

async function change(
  call: RowCall,
  tags: { add: readonly string[]; remove: readonly string[] },
): Promise<RowOutcome> {
  const { id } = await targetOf(call)
  const changed = await tagDevices(call, [id], tags)
  return changed.length > 0 ? { result: { changed: true } } : { skipped: 'It was so already.' }
}

/** Puts tags on devices; what they carry besides stays. */
export const tagAction = jobAction({
  name: 'tag',
  title: 'Tag devices',
  summary: 'Put tags on devices; tags that are new are made, and those they carry already stay.',
  effect: 'probe',
  subject: 'device',
  needs: 'inventory.change',
  parameters: z.strictObject({
    add: z.array(TagName).min(1).max(most).describe('Tags to put on.'),
  }),
  input: Columns,
  preview: (call, { add }, items) =>
    previewTargets(call, items, (device) => ({
      before: { tags: device.tags },
      after: { tags: [...new Set([...device.tags, ...add])].sort() },
      version: versionOf(device, add),
      nothingToDo:
        carriedOf(device, add).length === new Set(add).size ? 'It carries the tags already.' : undefined,
    })),
  versions: (call, { add }, items) => versionsOf(call, items, (device) => versionOf(device, add)),
  async probe(call, { add }) {
    const device = await targetOf(call)
    return { outcome: add.every((name) => device.tags.includes(name)) ? 'done' : 'not_done' }
  },
  run: (call, { add }) => change(call, { add, remove: [] }),
})

/** Takes tags off devices. */
export const untagAction = jobAction({
  name: 'untag',
  title: 'Untag devices',
  summary: 'Take tags off devices; the tags themselves stay.',
  effect: 'probe',
  subject: 'device',
  needs: 'inventory.change',
  parameters: z.strictObject({
    remove: z.array(z.string().trim().min(1).max(64)).min(1).max(most).describe('Tags to take off.'),
  }),
  input: Columns,
  check: async ({ actor }, { remove }) => assertMayRemoveTags(actor, remove),
  preview: (call, { remove }, items) =>
    previewTargets(call, items, (device) => ({
      before: { tags: device.tags },
      after: { tags: device.tags.filter((name) => !remove.includes(name)) },
      version: versionOf(device, remove),
      nothingToDo: carriedOf(device, remove).length === 0 ? 'It carries none of the tags.' : undefined,
    })),
  versions: (call, { remove }, items) => versionsOf(call, items, (device) => versionOf(device, remove)),
  async probe(call, { remove }) {
    const device = await targetOf(call)
    return { outcome: remove.some((name) => device.tags.includes(name)) ? 'not_done' : 'done' }
  },
  async run(call, { remove }) {
    assertMayRemoveTags(call.actor, remove)
    return change(call, { add: [], remove })
  },
})
