import { generateId } from 'better-auth'
import { writeAudit } from '#features/access/audit.ts'
import { endSessions } from '#features/access/session-queries.ts'
import { newSetupLink } from '#features/access/setup-links.ts'
import type { SetupLink } from '#features/access/setup-links.ts'
import { writeList } from '#features/access/rights.ts'
import { assertAdminRemains, changeUsers, findUser } from '#features/access/user-queries.ts'
import type { User } from '#features/access/user-queries.ts'
import type { Context } from '#features/context.ts'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import type { Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor, Role } from '#model/actor.ts'

type Part = Pick<Context, 'db' | 'engine' | 'clock'>

export interface NewUser {
  name: string
  email: string
  role: Role
  tags?: readonly string[] | undefined
}

/** What may be changed of a person; what is undefined stays. `tags: null` takes the limit away. */
export interface UserChange {
  name?: string | undefined
  role?: Role | undefined
  tags?: readonly string[] | null | undefined
  disabled?: boolean | undefined
  /** The version the change was made on; CHANGED_SINCE when somebody was faster. */
  expectedVersion?: number | undefined
}

/** Adds a person without a password, and a link with which the person chooses one. */
export async function inviteUser(
  context: Part,
  actor: Actor,
  given: NewUser,
): Promise<{ user: User; link: SetupLink }> {
  assertTagsFit(given.role, given.tags)
  return changeUsers(context, async (transaction) => {
    const id = await insertUser(transaction, context, given)
    const user = await findUser(transaction, id)
    await auditUser(transaction, context, actor, 'user.create', user, `${actor.name} invited ${user.email}`, {
      role: user.role,
      tags: user.tags ?? null,
    })
    return { user, link: await newSetupLink(transaction, context, { purpose: 'invite', userId: id, actor }) }
  })
}

/** Inserts a person; throws ALREADY_EXISTS for a known e-mail address. */
export async function insertUser(
  transaction: Transaction,
  { clock }: Pick<Context, 'clock'>,
  given: NewUser,
): Promise<string> {
  const id = generateId()
  const now = clock.now()
  const email = given.email.toLowerCase()
  try {
    await transaction
      .insertInto('users')
      .values({
        id,
        name: given.name,
        email,
        // Whoever adds a person vouches for the address; OIDC joins accounts by it.
        email_verified: true,
        role: given.role,
        tags: writeList(given.tags),
        created_at: now,
        updated_at: now,
        version: 1,
      })
      .execute()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new AppError('ALREADY_EXISTS', `There is already somebody with the address ${email}`, {
      cause: error,
    })
  }
  return id
}

/** Changes name, role, tags or whether the person may sign in; ends the sessions of who is disabled. */
export async function editUser(
  context: Part,
  actor: Actor,
  idOrEmail: string,
  change: UserChange,
): Promise<User> {
  return changeUsers(context, async (transaction) => {
    const before = await findUser(transaction, idOrEmail)
    if (change.expectedVersion !== undefined && change.expectedVersion !== before.version) {
      throw new AppError('CHANGED_SINCE', `Somebody else changed ${before.email} meanwhile`, {
        hint: 'Read it again.',
      })
    }
    const role = change.role ?? before.role
    const tags = change.tags === undefined ? before.tags : (change.tags ?? undefined)
    assertTagsFit(role, tags)
    const isDisabled = change.disabled ?? before.disabledAt !== null
    await transaction
      .updateTable('users')
      .set((eb) => ({
        name: change.name ?? before.name,
        role,
        tags: writeList(tags),
        disabled_at: isDisabled ? (before.disabledAt ?? context.clock.now()) : null,
        updated_at: context.clock.now(),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', before.id)
      .execute()
    if (before.role === 'admin') await assertAdminRemains(transaction)
    if (isDisabled) await endSessions(transaction, before.id)
    const user = await findUser(transaction, before.id)
    await auditUser(transaction, context, actor, 'user.edit', user, `${actor.name} changed ${user.email}`, {
      before: shown(before),
      after: shown(user),
    })
    return user
  })
}

/** Deletes a person with sessions, tokens and links; what the person did stays in history and audit. */
export async function deleteUser(context: Part, actor: Actor, idOrEmail: string): Promise<void> {
  await changeUsers(context, async (transaction) => {
    const user = await findUser(transaction, idOrEmail)
    await transaction.deleteFrom('users').where('id', '=', user.id).execute()
    if (user.role === 'admin') await assertAdminRemains(transaction)
    await auditUser(
      transaction,
      context,
      actor,
      'user.delete',
      user,
      `${actor.name} deleted ${user.email}`,
      shown(user),
    )
  })
}

/** A new link for somebody who forgot the password or lost the second factor; ends the person's sessions. */
export async function resetUser(
  context: Part,
  actor: Actor,
  idOrEmail: string,
  { twoFactor }: { twoFactor: boolean },
): Promise<{ user: User; link: SetupLink }> {
  return changeUsers(context, async (transaction) => {
    const { id, email } = await findUser(transaction, idOrEmail)
    await endSessions(transaction, id)
    await transaction
      .deleteFrom('accounts')
      .where('user_id', '=', id)
      .where('provider_id', '=', 'credential')
      .execute()
    if (twoFactor) {
      await transaction.deleteFrom('two_factors').where('user_id', '=', id).execute()
      await transaction.updateTable('users').set({ two_factor_enabled: false }).where('id', '=', id).execute()
    }
    const user = await findUser(transaction, id)
    await auditUser(
      transaction,
      context,
      actor,
      'user.reset',
      user,
      `${actor.name} reset the sign-in of ${email}`,
      { twoFactor },
    )
    return { user, link: await newSetupLink(transaction, context, { purpose: 'invite', userId: id, actor }) }
  })
}

const shown = (user: User): JsonObject => ({
  name: user.name,
  role: user.role,
  tags: user.tags ?? null,
  disabled: user.disabledAt !== null,
})

function assertTagsFit(role: Role, tags: readonly string[] | undefined): void {
  if (role !== 'admin' || tags === undefined) return
  throw new AppError('INPUT_INVALID', 'An admin sees everything and cannot be limited by tags', {
    complaints: [{ path: 'tags', value: tags, expected: 'no tags for the role admin' }],
  })
}

const auditUser = (
  transaction: Transaction,
  { clock }: Pick<Context, 'clock'>,
  actor: Actor,
  operation: string,
  user: User,
  message: string,
  details: JsonObject,
) =>
  writeAudit(transaction, clock, {
    actor: actor.name,
    operation,
    subject: `user:${user.email}`,
    message,
    eventType: 'access',
    details,
  })
