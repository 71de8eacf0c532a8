import { changeOperations } from '#features/inventory/change-operations.ts'
import { factOperations } from '#features/inventory/fact-operations.ts'
import { fieldOperations } from '#features/inventory/field-operations.ts'
import { listDevicesOperation } from '#features/inventory/list-devices.ts'
import { noteOperations } from '#features/inventory/note-operations.ts'
import { queryOperations } from '#features/inventory/query-operations.ts'
import { viewOperations } from '#features/inventory/view-operations.ts'
import type { AnyOperation } from '#features/operation.ts'

/** Everything one can ask about what is in the inventory. */
export const inventoryOperations: readonly AnyOperation[] = [
  listDevicesOperation,
  ...changeOperations,
  ...factOperations,
  ...noteOperations,
  ...fieldOperations,
  ...viewOperations,
  ...queryOperations,
]
