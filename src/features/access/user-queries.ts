import { sql } from 'kysely'
import type { Context } from '#features/context.ts'
import { readList, writeList } from '#features/access/rights.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import { roles } from '#model/actor.ts'
import type { Role } from '#model/actor.ts'

/** A person who may sign in. */
export interface User {
  id: string
  name: string
  email: string
  role: Role
  /** Only devices with one of these tags; undefined for all. */
  tags: string[] | undefined
  disabledAt: string | null
  twoFactor: boolean
  /** False while nobody has followed the invitation and for people who only come through OIDC. */
  hasPassword: boolean
  createdAt: string
  version: number
}

const selectUsers = (db: Database) =>
  db
    .selectFrom('users')
    .leftJoin('accounts', (join) =>
      join.onRef('accounts.user_id', '=', 'users.id').on('accounts.provider_id', '=', 'credential'),
    )
    .select([
      'users.id',
      'users.name',
      'users.email',
      'users.role',
      'users.tags',
      'users.disabled_at',
      'users.two_factor_enabled',
      'users.created_at',
      'users.version',
      'accounts.id as credential',
    ])

type UserRow = Awaited<ReturnType<ReturnType<typeof selectUsers>['execute']>>[number]

const toUser = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: toRole(row.role),
  tags: readList(row.tags),
  disabledAt: row.disabled_at,
  twoFactor: Boolean(row.two_factor_enabled),
  hasPassword: row.credential !== null,
  createdAt: row.created_at,
  version: row.version,
})

/** A role kept as text; anything unknown is the least. */
export const toRole = (text: string): Role => roles.find((role) => role === text) ?? 'viewer'

/** People in the order of their e-mail addresses, after the given one. */
export async function listUsers(
  db: Database,
  page: { after?: string | undefined; limit: number },
): Promise<User[]> {
  let query = selectUsers(db).orderBy('users.email').limit(page.limit)
  if (page.after !== undefined) query = query.where('users.email', '>', page.after)
  return (await query.execute()).map(toUser)
}

/** The person with this id or e-mail address; throws NOT_FOUND. */
export async function findUser(db: Database, idOrEmail: string): Promise<User> {
  const row = await selectUsers(db)
    .where((eb) => eb.or([eb('users.id', '=', idOrEmail), eb('users.email', '=', idOrEmail.toLowerCase())]))
    .executeTakeFirst()
  if (!row)
    throw new AppError('NOT_FOUND', `There is nobody called ${idOrEmail}`, {
      hint: 'rollcall user list shows everyone.',
    })
  return toUser(row)
}

/** Whether an admin exists, disabled or not: from then on there is no set-up. */
export async function adminExists(db: Database): Promise<boolean> {
  return (
    (await db.selectFrom('users').select('id').where('role', '=', 'admin').limit(1).executeTakeFirst()) !==
    undefined
  )
}

/** Runs a change of people such that two at once cannot each take the other's last admin. */
export function changeUsers<T>(
  { db, engine }: { db: Database; engine: Engine },
  change: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    if (engine === 'postgres') await sql`lock table users in share row exclusive mode`.execute(transaction)
    return change(transaction)
  })
}

/** Throws CONFLICT when the change that was just made leaves nobody who can manage Rollcall. */
export async function assertAdminRemains(transaction: Transaction): Promise<void> {
  if (await enabledAdmin(transaction)) return
  throw new AppError('CONFLICT', 'The last admin stays: nobody could manage Rollcall any more', {
    hint: 'Make somebody else an admin first.',
  })
}

const enabledAdmin = (transaction: Transaction) =>
  transaction
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst()

/** Sets the role that the sign-in provider claims; the last admin stays one. Gives the role before, when it changed. */
export async function changeClaimedRole(
  context: Pick<Context, 'db' | 'engine' | 'clock'>,
  userId: string,
  role: Role,
): Promise<Role | undefined> {
  const { role: before } = await context.db
    .selectFrom('users')
    .select('role')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  if (before === role) return undefined
  return changeUsers(context, async (transaction) => {
    await transaction
      .updateTable('users')
      .set((eb) => ({
        role,
        ...(role === 'admin' ? { tags: writeList(undefined) } : {}),
        version: eb('version', '+', 1),
        updated_at: context.clock.now(),
      }))
      .where('id', '=', userId)
      .execute()
    if (await enabledAdmin(transaction)) return toRole(before)
    await transaction.updateTable('users').set({ role: before }).where('id', '=', userId).execute()
    return undefined
  })
}
