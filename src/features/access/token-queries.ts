import { readList, readPermissions } from '#features/access/rights.ts'
import { toRole } from '#features/access/user-queries.ts'
import type { Database } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import type { Permission, Role } from '#model/actor.ts'

/** What is known of a token; its secret is known to nobody. */
export interface ApiToken {
  id: number
  name: string
  /** The first characters of the secret, to tell tokens apart. */
  prefix: string
  userId: string | null
  userEmail: string | null
  createdBy: string
  role: Role
  /** Only these permissions of the role; undefined for all. */
  permissions: Permission[] | undefined
  tags: string[] | undefined
  createdAt: string
  expiresAt: string | null
  /** To the hour. */
  lastUsedAt: string | null
  revokedAt: string | null
}

/** A token with what its owner may. */
export interface PresentedToken extends ApiToken {
  owner: { role: Role; tags: string[] | undefined; disabledAt: string | null } | undefined
}

const selectTokens = (db: Database) =>
  db
    .selectFrom('api_tokens')
    .leftJoin('users', 'users.id', 'api_tokens.user_id')
    .select([
      'api_tokens.id',
      'api_tokens.name',
      'api_tokens.prefix',
      'api_tokens.user_id',
      'api_tokens.created_by',
      'api_tokens.role',
      'api_tokens.permissions',
      'api_tokens.tags',
      'api_tokens.created_at',
      'api_tokens.expires_at',
      'api_tokens.last_used_at',
      'api_tokens.revoked_at',
      'users.email as user_email',
      'users.role as owner_role',
      'users.tags as owner_tags',
      'users.disabled_at as owner_disabled_at',
    ])

type TokenRow = Awaited<ReturnType<ReturnType<typeof selectTokens>['execute']>>[number]

const toToken = (row: TokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  userId: row.user_id,
  userEmail: row.user_email,
  createdBy: row.created_by,
  role: toRole(row.role),
  permissions: readPermissions(row.permissions),
  tags: readList(row.tags),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
})

/** Tokens, newest first, before the given id; only those of one person where a person is given. */
export async function listTokens(
  db: Database,
  page: { userId?: string | undefined; before?: number | undefined; limit: number },
): Promise<ApiToken[]> {
  let query = selectTokens(db).orderBy('api_tokens.id', 'desc').limit(page.limit)
  if (page.userId !== undefined) query = query.where('api_tokens.user_id', '=', page.userId)
  if (page.before !== undefined) query = query.where('api_tokens.id', '<', page.before)
  return (await query.execute()).map(toToken)
}

/** Throws NOT_FOUND. */
export async function findToken(db: Database, id: number): Promise<ApiToken> {
  const row = await selectTokens(db).where('api_tokens.id', '=', id).executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', `There is no token ${id}`)
  return toToken(row)
}

/** The token with this hash and what its owner may: one read by a unique index. */
export async function findPresentedToken(db: Database, hash: string): Promise<PresentedToken | undefined> {
  const row = await selectTokens(db).where('api_tokens.hash', '=', hash).executeTakeFirst()
  if (!row) return undefined
  const owner = row.owner_role === null ? undefined : ownerOf(row, row.owner_role)
  return { ...toToken(row), owner }
}

const ownerOf = (row: TokenRow, role: string): NonNullable<PresentedToken['owner']> => ({
  role: toRole(role),
  tags: readList(row.owner_tags),
  disabledAt: row.owner_disabled_at,
})

/** Notes that a token was used. */
export async function touchToken(db: Database, id: number, now: string): Promise<void> {
  await db.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', id).execute()
}
