import { generateId } from 'better-auth'
import { hashPassword } from 'better-auth/crypto'
import { writeAudit } from '#features/access/audit.ts'
import { endSessions } from '#features/access/session-queries.ts'
import { newSetupLink, readSetupLink, takeSetupLink } from '#features/access/setup-links.ts'
import type { SetupLink } from '#features/access/setup-links.ts'
import { adminExists, changeUsers, findUser } from '#features/access/user-queries.ts'
import type { User } from '#features/access/user-queries.ts'
import { insertUser } from '#features/access/users.ts'
import type { Context } from '#features/context.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

type Part = Pick<Context, 'db' | 'engine' | 'clock'>

/** Whether the first admin is still to be made. */
export const setupState = async (db: Database): Promise<{ needed: boolean }> => ({
  needed: !(await adminExists(db)),
})

/** A link with which the first admin is made; throws CONFLICT as soon as there is one. */
export async function createSetupLink(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Pick<Actor, 'name'>,
): Promise<SetupLink> {
  await assertNeeded(db)
  const link = await newSetupLink(db, { clock }, { purpose: 'setup', actor })
  await writeAudit(db, clock, {
    actor: actor.name,
    operation: 'setup.link',
    message: `${actor.name} made a set-up link`,
    eventType: 'access',
    details: { expiresAt: link.expiresAt },
  })
  return link
}

/** Makes the first admin. The link works once, and none works once there is an admin. */
export async function completeSetup(
  context: Part,
  given: { token: string; name: string; email: string; password: string },
): Promise<User> {
  await assertNeeded(context.db)
  // The link is looked at before the costly hash, so that strangers cannot keep the processor busy.
  await readSetupLink(context.db, context, given.token, 'setup')
  const password = await hashPassword(given.password)
  return changeUsers(context, async (transaction) => {
    await assertNeeded(transaction)
    await takeSetupLink(transaction, context, given.token)
    const id = await insertUser(transaction, context, { name: given.name, email: given.email, role: 'admin' })
    await setPassword(transaction, context, id, password)
    await transaction.deleteFrom('setup_links').where('purpose', '=', 'setup').execute()
    const user = await findUser(transaction, id)
    await auditLink(transaction, context, 'setup.complete', user, `${user.email} became the first admin`)
    return user
  })
}

/** Sets the password of the person whom an invitation is for, and ends the sessions that exist. */
export async function acceptInvite(
  context: Part,
  given: { token: string; password: string; name?: string | undefined },
): Promise<User> {
  const { userId } = await readSetupLink(context.db, context, given.token, 'invite')
  const password = await hashPassword(given.password)
  return context.db.transaction().execute(async (transaction) => {
    await takeSetupLink(transaction, context, given.token)
    const { id, email, disabledAt } = await findUser(transaction, userId!)
    if (disabledAt !== null) throw new AppError('FORBIDDEN', `${email} is disabled`)
    if (given.name !== undefined)
      await transaction.updateTable('users').set({ name: given.name }).where('id', '=', id).execute()
    await setPassword(transaction, context, id, password)
    await endSessions(transaction, id)
    const user = await findUser(transaction, id)
    await auditLink(transaction, context, 'invite.accept', user, `${email} chose a password`)
    return user
  })
}

async function assertNeeded(db: Database): Promise<void> {
  if (!(await adminExists(db))) return
  throw new AppError('CONFLICT', 'Rollcall is set up already', {
    hint: 'Sign in; an admin who forgot the password uses `rollcall user reset` on the server.',
  })
}

async function setPassword(
  transaction: Transaction,
  { clock }: Pick<Context, 'clock'>,
  userId: string,
  hash: string,
): Promise<void> {
  const now = clock.now()
  await transaction
    .insertInto('accounts')
    .values({
      id: generateId(),
      provider_id: 'credential',
      account_id: userId,
      user_id: userId,
      password: hash,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['provider_id', 'account_id']).doUpdateSet({ password: hash, updated_at: now }),
    )
    .execute()
}

const auditLink = (
  transaction: Transaction,
  { clock }: Pick<Context, 'clock'>,
  operation: string,
  user: User,
  message: string,
) =>
  writeAudit(transaction, clock, {
    actor: user.email,
    operation,
    subject: `user:${user.email}`,
    message,
    eventType: 'access',
  })
