import { sessionOperations } from '#features/access/session-operations.ts'
import { setupOperations } from '#features/access/setup-operations.ts'
import { tokenOperations } from '#features/access/token-operations.ts'
import { userOperations } from '#features/access/user-operations.ts'
import type { AnyOperation } from '#features/operation.ts'

/** Everything one can ask about people, tokens and sessions. */
export const accessOperations: readonly AnyOperation[] = [
  ...setupOperations,
  ...userOperations,
  ...tokenOperations,
  ...sessionOperations,
].map((each) => ({ ...each, auditsItself: true }))
