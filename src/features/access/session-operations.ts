import { z } from 'zod'
import {
  PermissionName,
  PersonId,
  PersonName,
  RoleName,
  SessionShape,
  UserShape,
} from '#features/access/access-shapes.ts'
import { writeAudit } from '#features/access/audit.ts'
import { deleteSession, listSessions } from '#features/access/session-queries.ts'
import { assertNoMereToken } from '#features/access/tokens.ts'
import { findUser } from '#features/access/user-queries.ts'
import { editUser } from '#features/access/users.ts'
import { operation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'
import { rolePermissions, roles } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'

/** Whose sessions an actor means: somebody else's for an admin who asks, else the actor's own. */
async function personOf(
  db: Parameters<typeof findUser>[0],
  actor: Actor,
  user: string | undefined,
): Promise<string> {
  const found = user === undefined ? undefined : await findUser(db, user).catch(hidden(actor))
  if (found && (found.id === actor.userId || actor.permissions.has('access.read'))) return found.id
  if (user !== undefined) throw new AppError('FORBIDDEN', 'Only an admin sees the sessions of others')
  return actor.userId ?? ''
}

/** Who may not see others is not told who exists. */
const hidden = (actor: Actor) => (error: unknown) => {
  if (actor.permissions.has('access.read')) throw error
  return undefined
}

/** Who is asking, and where people are signed in. */
export const sessionOperations = [
  operation({
    name: 'session.show',
    summary: 'Show who you are and what you may do.',
    http: 'GET /me',
    effect: 'read',
    permission: 'session',
    input: z.object({}),
    output: z.object({
      kind: z.enum(['user', 'token', 'cli', 'system', 'anonymous']),
      name: z.string(),
      user: z.object({ id: z.string(), email: z.string(), name: z.string() }).nullable(),
      role: RoleName.nullable(),
      permissions: z.array(PermissionName),
      tags: z.array(z.string()).nullable().describe('Only devices with one of these are seen; null for all.'),
      twoFactor: z.boolean(),
      hasPassword: z.boolean(),
    }),
    cli: { aliases: ['whoami'] },
    async run({ db, actor }) {
      const user = actor.userId === undefined ? undefined : await findUser(db, actor.userId)
      return {
        kind: actor.kind,
        name: actor.name,
        user: user ? { id: user.id, email: user.email, name: user.name } : null,
        role: actor.role ?? null,
        permissions: [...actor.permissions],
        tags: actor.tags === undefined ? null : [...actor.tags],
        twoFactor: user?.twoFactor ?? false,
        hasPassword: user?.hasPassword ?? false,
      }
    },
  }),
  operation({
    name: 'session.rename',
    summary: 'Change the name that others see for you.',
    http: 'PATCH /me',
    effect: 'change',
    permission: 'session',
    input: z.object({ name: PersonName, expectedVersion: z.number().int().optional() }),
    output: UserShape,
    cli: { arguments: ['name'] },
    async run(call, { name, expectedVersion }) {
      const { actor } = call
      assertNoMereToken(actor)
      if (actor.userId === undefined)
        throw new AppError('CONFLICT', `${actor.name} is no person with a name of its own`, {
          hint: 'An admin changes the name of somebody else with `rollcall user edit`.',
        })
      const user = await editUser(call, actor, actor.userId, { name, expectedVersion })
      return { ...user, tags: user.tags ?? null }
    },
  }),
  operation({
    name: 'session.list',
    summary: 'List where you are signed in, or where somebody else is.',
    http: 'GET /sessions',
    effect: 'read',
    permission: 'session',
    paged: true,
    input: z.object({
      ...pageInput,
      user: PersonId.optional().describe('Somebody else, by id or e-mail address; for admins.'),
    }),
    output: pageOf(SessionShape),
    cli: { columns: ['id', 'user', 'address', 'userAgent', 'createdAt', 'current'] },
    async run({ db, clock, actor }, { limit, cursor, user }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string()]))[0]
      const userId = await personOf(db, actor, user)
      const sessions = await listSessions(db, { now: clock.now(), userId, after, limit: limit + 1 })
      return toPage(
        sessions.map((session) => ({
          ...session,
          user: session.email,
          current: session.id === actor.sessionId,
        })),
        limit,
        (session) => [session.id],
      )
    },
  }),
  operation({
    name: 'session.revoke',
    summary: 'End a session: your own, or any for an admin.',
    http: 'DELETE /sessions/:id',
    effect: 'change',
    permission: 'session',
    input: z.object({ id: z.string().min(1).max(100) }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run({ db, clock, actor }, { id }) {
      assertNoMereToken(actor)
      const owner = actor.permissions.has('access.manage') ? undefined : (actor.userId ?? '')
      const ended = await deleteSession(db, id, owner)
      if (!ended) throw new AppError('NOT_FOUND', `There is no session ${id}`)
      const { email } = await findUser(db, ended.userId)
      await writeAudit(db, clock, {
        actor: actor.name,
        operation: 'session.revoke',
        subject: `user:${email}`,
        message: `${actor.name} ended a session of ${email}`,
        eventType: 'access',
        details: { session: id },
      })
      return undefined
    },
  }),
  operation({
    name: 'role.list',
    summary: 'List the roles and what each may do.',
    http: 'GET /roles',
    effect: 'read',
    permission: 'session',
    input: z.object({}),
    output: z.object({ items: z.array(z.object({ name: RoleName, permissions: z.array(PermissionName) })) }),
    cli: { columns: ['name', 'permissions'] },
    run: async () => ({ items: roles.map((name) => ({ name, permissions: [...rolePermissions[name]] })) }),
  }),
]
