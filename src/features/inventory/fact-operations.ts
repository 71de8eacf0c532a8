import { z } from 'zod'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { Timestamp } from '#features/inventory/device-shapes.ts'
import { factsText } from '#features/inventory/facts-text.ts'
import { countFacts, listFacts } from '#features/inventory/fact-queries.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'

/** One thing that a machine told of itself, to Puppet or Foreman. */
export const MachineFact = z.object({
  name: z.string(),
  value: z.json().describe('As it was told: structured facts whole.'),
  source: z.string(),
  system: z.string(),
  sourceId: z.string().describe('The record that it came with.'),
  collectedAt: Timestamp.describe('When the machine told it, by its own clock.'),
  volatile: z.boolean().describe('It changes at every reading, so its changes are no part of the history.'),
})
export type MachineFact = z.infer<typeof MachineFact>

/** What machines told of themselves. */
export const factOperations: readonly AnyOperation[] = [
  operation({
    name: 'device.facts',
    summary: 'List what a device told of itself to Puppet or Foreman, by name.',
    http: 'GET /devices/:id/facts',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      id: DeviceKey,
      q: z.string().trim().min(1).max(200).exactOptional().describe('Something in their name or value.'),
      source: z.string().max(300).exactOptional().describe('Only what this source heard.'),
    }),
    output: pageOf(MachineFact),
    cli: { arguments: ['id', 'q'], show: factsText },
    async run(call, { id, q, source, limit, cursor }) {
      const { db, engine } = call
      const device = await findDeviceId(call, id)
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.number()]))
      const selection = { word: q, source }
      const [rows, total] = await Promise.all([
        listFacts(db, engine, device, selection, { after, limit: limit + 1 }),
        countFacts(db, engine, device, selection),
      ])
      const { items, nextCursor } = toPage(rows, limit, (row) => [row.name, row.id])
      return { items: items.map(({ id: _, ...fact }) => fact), nextCursor, total }
    },
  }),
]
