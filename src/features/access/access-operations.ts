import { auditOperations } from '#features/access/audit-operations.ts'
import { sessionOperations } from '#features/access/session-operations.ts'
import { setupOperations } from '#features/access/setup-operations.ts'
import { tokenOperations } from '#features/access/token-operations.ts'
import { userOperations } from '#features/access/user-operations.ts'
import type { AnyOperation } from '#features/operation.ts'

/** Everything one can ask about people, tokens, sessions and the trail. */
export const accessOperations: readonly AnyOperation[] = [
  ...setupOperations,
  ...userOperations,
  ...tokenOperations,
  ...sessionOperations,
  ...auditOperations,
].map((each) => ({ ...each, auditsItself: true }))
