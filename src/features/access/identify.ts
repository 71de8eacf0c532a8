import { commonTags, lowerRole, permissionsOf, readList } from '#features/access/rights.ts'
import { hashSecret, sameSecret } from '#features/access/secret-text.ts'
import { findPresentedToken, touchToken } from '#features/access/token-queries.ts'
import type { PresentedToken } from '#features/access/token-queries.ts'
import { tokenPrefix } from '#features/access/tokens.ts'
import { toRole } from '#features/access/user-queries.ts'
import type { Context } from '#features/context.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { permissions } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'

/** Nobody: may only what is open. */
export const anonymous: Actor = { kind: 'anonymous', name: 'anonymous', permissions: new Set() }

/** What a living session says of its person. */
export interface SessionUser {
  sessionId: string
  id: string
  email: string
  role: string
  /** JSON text. */
  tags: string | null
}

export function userActor(user: SessionUser): Actor {
  const role = toRole(user.role)
  const tags = role === 'admin' ? undefined : readList(user.tags)
  return {
    kind: 'user',
    name: user.email,
    userId: user.id,
    sessionId: user.sessionId,
    role,
    permissions: permissionsOf({ role }),
    tags,
  }
}

/** Who presents `Authorization: Bearer ...`; throws UNAUTHENTICATED for anything that is not a token in force. */
export async function bearerActor(
  { db, clock, config }: Pick<Context, 'db' | 'clock' | 'config'>,
  authorization: string,
): Promise<Actor> {
  const presented = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (presented === undefined) throw refused('The Authorization header holds no bearer token')
  const { adminToken } = config.access
  if (adminToken !== undefined && sameSecret(presented, adminToken)) return adminTokenActor
  // Found by its hash: comparing the secret itself could tell by its time how much of it is right.
  const token = presented.startsWith(tokenPrefix)
    ? await findPresentedToken(db, hashSecret(presented))
    : undefined
  if (!token) throw refused('The token is unknown')
  const now = clock.now()
  assertInForce(token, now)
  if (token.lastUsedAt === null || token.lastUsedAt < shift(now, -3_600_000))
    await touchToken(db, token.id, now)
  return tokenActor(token)
}

const adminTokenActor: Actor = {
  kind: 'token',
  name: 'token:admin',
  role: 'admin',
  permissions: new Set(permissions),
}

function tokenActor(token: PresentedToken): Actor {
  const { owner } = token
  const role = owner ? lowerRole(token.role, owner.role) : token.role
  const tags = owner ? commonTags(token.tags, owner.role === 'admin' ? undefined : owner.tags) : token.tags
  return {
    kind: 'token',
    name: `token:${token.name}`,
    userId: token.userId ?? undefined,
    role,
    permissions: permissionsOf({ role, permissions: token.permissions }),
    tags,
  }
}

function assertInForce(token: PresentedToken, now: string): void {
  if (token.revokedAt !== null) throw refused(`The token ${token.name} was revoked`)
  if (token.expiresAt !== null && token.expiresAt <= now)
    throw refused(`The token ${token.name} expired at ${token.expiresAt}`)
  if (token.owner?.disabledAt) throw refused(`The owner of the token ${token.name} is disabled`)
}

const refused = (message: string) =>
  new AppError('UNAUTHENTICATED', message, { hint: 'Make a new one with `rollcall token create NAME`.' })
