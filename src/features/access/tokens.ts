import type { Context } from '#features/context.ts'
import { writeAudit } from '#features/access/audit.ts'
import { mayGrant, writeList } from '#features/access/rights.ts'
import type { Rights } from '#features/access/rights.ts'
import { hashSecret, newSecret } from '#features/access/secret-text.ts'
import { findToken } from '#features/access/token-queries.ts'
import type { ApiToken } from '#features/access/token-queries.ts'
import { findUser } from '#features/access/user-queries.ts'
import type { User } from '#features/access/user-queries.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

export const tokenPrefix = 'rc_'

export interface NewToken extends Rights {
  name: string
  expiresInDays: number
  /** Whose it is: id or e-mail address; the actor's own when left out. */
  user?: string | undefined
}

type Part = Pick<Context, 'db' | 'clock'>

/** Makes a token and tells its secret, this one time. It never can more than its maker and its owner. */
export async function createToken(
  { db, clock }: Part,
  actor: Actor,
  given: NewToken,
): Promise<{ token: ApiToken; secret: string }> {
  const owner = await ownerOf(db, actor, given)
  assertGrant(actor, owner, given)
  const secret = newSecret(tokenPrefix)
  const now = clock.now()
  return db.transaction().execute(async (transaction) => {
    const { id } = await transaction
      .insertInto('api_tokens')
      .values({
        name: given.name,
        hash: hashSecret(secret),
        prefix: secret.slice(0, tokenPrefix.length + 6),
        user_id: owner?.id ?? null,
        created_by: actor.name,
        role: given.role,
        permissions: writeList(given.permissions),
        tags: writeList(given.tags),
        created_at: now,
        expires_at: shift(now, given.expiresInDays * 86_400_000),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const token = await findToken(transaction, id)
    await auditToken(
      transaction,
      clock,
      actor,
      'token.create',
      token,
      `${actor.name} made the token ${token.name}`,
    )
    return { token, secret }
  })
}

/** Ends a token for ever; the next request with it is refused. */
export async function revokeToken({ db, clock }: Part, actor: Actor, id: number): Promise<ApiToken> {
  assertNoMereToken(actor)
  return db.transaction().execute(async (transaction) => {
    const before = await findToken(transaction, id)
    if (!isOwn(actor, before) && !actor.permissions.has('access.manage')) throw noToken(id)
    if (before.revokedAt !== null) return before
    await transaction
      .updateTable('api_tokens')
      .set({ revoked_at: clock.now(), revoked_by: actor.name })
      .where('id', '=', id)
      .execute()
    await auditToken(
      transaction,
      clock,
      actor,
      'token.revoke',
      before,
      `${actor.name} revoked the token ${before.name}`,
    )
    return findToken(transaction, id)
  })
}

/**
 * Tokens are for programs: one that is leaked must not end its owner's sessions, nor make itself an heir that lives
 * longer. Throws FORBIDDEN for a token without access.manage.
 */
export function assertNoMereToken(actor: Actor): void {
  if (actor.kind !== 'token' || actor.permissions.has('access.manage')) return
  throw new AppError('FORBIDDEN', 'A token changes no tokens and no sessions', {
    hint: 'Sign in on the web page and do it there.',
  })
}

const isOwn = (actor: Actor, token: ApiToken) => actor.userId !== undefined && token.userId === actor.userId

const noToken = (id: number) => new AppError('NOT_FOUND', `There is no token ${id}`)

async function ownerOf(db: Context['db'], actor: Actor, { user }: NewToken): Promise<User | undefined> {
  if (user === undefined) return actor.userId === undefined ? undefined : findUser(db, actor.userId)
  if (actor.permissions.has('access.manage')) return findUser(db, user)
  const own = actor.userId === undefined ? undefined : await findUser(db, actor.userId)
  if (own && (own.id === user || own.email === user.toLowerCase())) return own
  throw new AppError('FORBIDDEN', 'Only an admin makes tokens for others')
}

function assertGrant(actor: Actor, owner: User | undefined, given: NewToken): void {
  assertNoMereToken(actor)
  if (given.role === 'admin' && given.tags !== undefined) {
    throw new AppError('INPUT_INVALID', 'An admin sees everything and cannot be limited by tags', {
      complaints: [{ path: 'tags', value: given.tags, expected: 'no tags for the role admin' }],
    })
  }
  const tags = given.tags ?? owner?.tags ?? actor.tags
  if (mayGrant(actor, { ...given, tags })) return
  throw new AppError('FORBIDDEN', `${actor.name} may not give a token more rights than ${actor.name} has`, {
    hint: 'Choose a lower role, fewer permissions, or tags among your own.',
  })
}

const auditToken = (
  db: Context['db'],
  clock: Context['clock'],
  actor: Actor,
  operation: string,
  token: ApiToken,
  message: string,
): Promise<void> =>
  writeAudit(db, clock, {
    actor: actor.name,
    operation,
    subject: `token:${token.id}`,
    message,
    eventType: 'access',
    details: {
      name: token.name,
      user: token.userEmail,
      role: token.role,
      permissions: token.permissions ?? null,
      tags: token.tags ?? null,
      expiresAt: token.expiresAt,
    },
  })
