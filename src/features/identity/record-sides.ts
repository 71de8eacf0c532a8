import { z } from 'zod'
import { agree } from '#features/identity/field-agreement.ts'
import { fieldOf } from '#features/identity/golden-device.ts'
import type { LinkedContent } from '#features/identity/golden-belief.ts'
import { DeviceReference } from '#features/inventory/device-shapes.ts'
import type { Json } from '#kernel/json.ts'
import { RecordId } from '#model/ids.ts'

/** One of two records that are looked at side by side. */
export const RecordSide = z.object({
  recordId: RecordId,
  source: z.string(),
  system: z.string(),
  sourceId: z.string(),
  kind: z.string(),
  isHeld: z.boolean().describe('False once its source has proved that it is gone.'),
  name: z.string().describe('What its source calls it.'),
  device: DeviceReference.nullable().describe('The device that it belongs to now.'),
})
export type RecordSide = z.infer<typeof RecordSide>

/** What both records say of one thing. */
export const Comparison = z.object({
  field: z.string(),
  left: z.json(),
  right: z.json(),
  verdict: z.enum(['agrees', 'differs', 'one-sided']),
})
export type Comparison = z.infer<typeof Comparison>

/** What is compared, the most telling first. */
const compared = ['name', 'serial', 'vendor', 'model', 'os', 'deviceType', 'address', 'site', 'rack'] as const

/** Lists, of which one common member is an agreement. */
const lists = {
  ids: ({ record }: LinkedContent) => (record.kind === 'device' ? (record.nativeIds ?? []) : []),
  macs: ({ record }: LinkedContent) => {
    if (record.kind === 'device') return (record.interfaces ?? []).flatMap(({ mac }) => mac ?? [])
    return record.kind === 'sighting' && record.mac !== undefined ? [record.mac] : []
  },
  names: ({ record }: LinkedContent) => (record.kind === 'device' ? (record.names ?? []) : []),
}

/** Two records side by side: what both say, what only one says, and whether it is the same. */
export function compareSides(left: LinkedContent, right: LinkedContent): Comparison[] {
  const fields = compared.map((field) => {
    const [one, other] = [left, right].map((each) => saidOf(each, field))
    return row(field, one ?? null, other ?? null, (a, b) => agree(field, a, b))
  })
  const listed = Object.entries(lists).map(([field, pick]) => {
    const [one, other] = [left, right].map((each) => [...new Set(pick(each))].sort())
    return row(field, orNull(one!), orNull(other!), () => one!.some((item) => other!.includes(item)))
  })
  return [...listed.slice(0, 2), ...fields, ...listed.slice(2)].flatMap((each) => each ?? [])
}

const orNull = (list: string[]): Json => (list.length > 0 ? list : null)

function saidOf(content: LinkedContent, field: string): Json | undefined {
  if (field === 'address' && content.record.kind === 'sighting') return content.record.addresses[0]
  return fieldOf(content, field) || undefined
}

function row(
  field: string,
  left: Json,
  right: Json,
  isSame: (left: Json, right: Json) => boolean,
): Comparison | undefined {
  if (left === null && right === null) return undefined
  if (left === null || right === null) return { field, left, right, verdict: 'one-sided' }
  return { field, left, right, verdict: isSame(left, right) ? 'agrees' : 'differs' }
}

/** What a record is called by its source. */
export function calledBySource({ record, sourceId }: LinkedContent): string {
  if (record.kind === 'sighting') return record.hostname ?? record.addresses[0] ?? sourceId
  return record.name || sourceId
}
