import { z } from 'zod'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import type { Transaction } from '#database/schema.ts'
import { assertDeviceVisible } from '#features/access/visible-devices.ts'
import {
  deleteRelationship,
  findRelationship,
  insertRelationship,
} from '#features/devices/relationship-queries.ts'
import { inEdit, savePaths, tellChanged } from '#features/devices/save-states.ts'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { relationshipTypes } from '#model/record.ts'

interface Edge {
  parent: number
  child: number
  type: string
}

const Relationship = z.object({
  id: z.number().int(),
  parent: z.number().int(),
  child: z.number().int(),
  type: z.enum(relationshipTypes),
})

/** Each side's history tells of the other. */
async function saveSides(
  transaction: Transaction,
  author: Authorship,
  { parent, child, type }: Edge,
  value: 'manual' | null,
): Promise<void> {
  await savePaths(transaction, author, [parent, child], ({ id }) =>
    id === parent
      ? { [`relationships/${type}/child/${child}`]: value }
      : { [`relationships/${type}/parent/${parent}`]: value },
  )
}

/** How devices hang together, by hand; sources keep their own. */
export const relationshipOperations: readonly AnyOperation[] = [
  operation({
    name: 'relationship.create',
    summary: 'Say by hand that one device hosts, connects to, backs up or manages another.',
    http: 'POST /relationships',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ parent: DeviceKey, type: z.enum(relationshipTypes), child: DeviceKey }),
    output: Relationship,
    cli: { arguments: ['parent', 'type', 'child'] },
    async run(call, { type, ...given }) {
      const parent = await findDeviceId(call, given.parent)
      const child = await findDeviceId(call, given.child)
      if (parent === child)
        throw new AppError('INPUT_INVALID', 'A device has no relationship to itself', {
          complaints: [{ path: 'child', value: given.child, expected: 'another device than parent' }],
        })
      const edge = { parent, child, type }
      const id = await inEdit(call, async (transaction, author) => {
        // The history compares with the state before, so it comes first.
        await saveSides(transaction, author, edge, 'manual')
        return insertRelationship(transaction, author.now, edge)
      }).catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error
        throw new AppError('ALREADY_EXISTS', 'The two devices have this relationship already')
      })
      tellChanged(call, [parent, child])
      return { id, ...edge }
    },
  }),
  operation({
    name: 'relationship.delete',
    summary: 'Take back a relationship that was made by hand.',
    http: 'DELETE /relationships/:id',
    effect: 'danger',
    permission: 'inventory.change',
    input: z.object({ id: z.number().int().positive() }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      const found = await findRelationship(call.db, id)
      if (!found) throw new AppError('NOT_FOUND', `There is no relationship ${id}`)
      const edge = {
        parent: found.parent_device_id,
        child: found.child_device_id,
        type: found.relationship_type,
      }
      for (const side of [edge.parent, edge.child]) await assertDeviceVisible(call.db, call.actor, side)
      if (found.source_system !== 'manual')
        throw new AppError('READ_ONLY', `The source ${found.source_identifier} reports this relationship`, {
          hint: 'It goes when the source no longer reports it.',
        })
      await inEdit(call, async (transaction, author) => {
        await saveSides(transaction, author, edge, null)
        await deleteRelationship(transaction, id)
      })
      tellChanged(call, [edge.parent, edge.child])
      return undefined
    },
  }),
]
