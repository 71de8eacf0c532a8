import type { OpenDatabase } from '#database/open.ts'
import { deviceOperations } from '#features/devices/device-operations.ts'
import { inventoryOperations } from '#features/inventory/inventory-operations.ts'
import { systemActor, type Actor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { type SyncWorld, syncWorld } from '#test/sync-world.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the tests look into answers of every shape
type Answer = any

export interface InventoryWorld extends SyncWorld {
  /** Asks as a surface does: right, input and answer checked. */
  ask(operation: string, input?: object, actor?: Actor): Promise<Answer>
  /** Every item of a paged operation, page by page. */
  everything(operation: string, input: object, limit: number): Promise<Answer[]>
}

export const ada: Actor = { ...systemActor('x'), kind: 'user', name: 'ada@example.net' }

const never = new AbortController().signal

/** A database with the operations of devices and the inventory, and sources to fill it. */
export function inventoryWorld(opened: OpenDatabase): InventoryWorld {
  const world = syncWorld(opened)
  const operations = [...inventoryOperations, ...deviceOperations]
  const ask: InventoryWorld['ask'] = (name, input = {}, actor = ada) => {
    const operation = operations.find((each) => each.name === name)
    if (!operation) throw new Error(`there is no operation ${name}`)
    return answerOperation(operation, world.context, actor, input, never)
  }
  return {
    ...world,
    ask,
    async everything(name, input, limit) {
      const items: Answer[] = []
      let cursor: string | undefined
      do {
        const page = await ask(name, { ...input, limit, ...(cursor === undefined ? {} : { cursor }) })
        items.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return items
    },
  }
}
