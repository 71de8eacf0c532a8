import { z } from 'zod'
import {
  Email,
  LinkShape,
  PersonId,
  PersonName,
  RoleName,
  TagNames,
  UserShape,
} from '#features/access/access-shapes.ts'
import { setupUrl } from '#features/access/setup-links.ts'
import type { SetupLink } from '#features/access/setup-links.ts'
import { findUser, listUsers } from '#features/access/user-queries.ts'
import type { User } from '#features/access/user-queries.ts'
import { deleteUser, editUser, inviteUser, resetUser } from '#features/access/users.ts'
import type { Context } from '#features/context.ts'
import { operation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'

const shown = (user: User): z.input<typeof UserShape> => ({ ...user, tags: user.tags ?? null })

const shownLink = ({ config }: Pick<Context, 'config'>, link: SetupLink): z.input<typeof LinkShape> => ({
  url: setupUrl(config, link),
  expiresAt: link.expiresAt,
})

const InvitedUser = z.object({ user: UserShape, link: LinkShape })

/** People: who may sign in and what they may do. */
export const userOperations = [
  operation({
    name: 'user.list',
    summary: 'List the people who may sign in.',
    http: 'GET /users',
    effect: 'read',
    permission: 'access.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(UserShape),
    cli: { columns: ['email', 'name', 'role', 'tags', 'twoFactor', 'disabledAt'] },
    async run({ db }, { limit, cursor }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string()]))[0]
      return toPage((await listUsers(db, { after, limit: limit + 1 })).map(shown), limit, (user) => [
        user.email,
      ])
    },
  }),
  operation({
    name: 'user.show',
    summary: 'Show one person.',
    http: 'GET /users/:id',
    effect: 'read',
    permission: 'access.read',
    input: z.object({ id: PersonId }),
    output: UserShape,
    cli: { arguments: ['id'] },
    run: async ({ db }, { id }) => shown(await findUser(db, id)),
  }),
  operation({
    name: 'user.create',
    summary: 'Add a person and make the link with which the person chooses a password.',
    http: 'POST /users',
    effect: 'change',
    permission: 'access.manage',
    input: z.object({
      email: Email,
      name: PersonName,
      role: RoleName.default('viewer'),
      tags: TagNames.optional().describe('Only devices with one of these tags; all when left out.'),
    }),
    output: InvitedUser,
    cli: { arguments: ['email', 'name'] },
    async run(call, given) {
      const { user, link } = await inviteUser(call, call.actor, given)
      return { user: shown(user), link: shownLink(call, link) }
    },
  }),
  operation({
    name: 'user.edit',
    summary: 'Change the name, role or tags of a person, or whether the person may sign in.',
    http: 'PATCH /users/:id',
    effect: 'change',
    permission: 'access.manage',
    input: z.object({
      id: PersonId,
      name: PersonName.optional(),
      role: RoleName.optional(),
      tags: TagNames.nullable().optional().describe('Only devices with one of these tags; null for all.'),
      disabled: z.boolean().optional(),
      expectedVersion: z.number().int().optional(),
    }),
    output: UserShape,
    cli: { arguments: ['id'] },
    async run(call, { id, ...change }) {
      const user = await editUser(call, call.actor, id, change)
      tellUser(call, user.id)
      return shown(user)
    },
  }),
  operation({
    name: 'user.reset',
    summary: 'Take away a forgotten password and make a link with which the person chooses a new one.',
    http: 'POST /users/:id/reset',
    effect: 'change',
    permission: 'access.manage',
    input: z.object({
      id: PersonId,
      twoFactor: z.boolean().default(false).describe('Switch the second factor off too, for a lost phone.'),
    }),
    output: InvitedUser,
    cli: { arguments: ['id'] },
    async run(call, { id, twoFactor }) {
      const { user, link } = await resetUser(call, call.actor, id, { twoFactor })
      return { user: shown(user), link: shownLink(call, link) }
    },
  }),
  operation({
    name: 'user.delete',
    summary: 'Delete a person with sessions and tokens; history and audit keep the name.',
    http: 'DELETE /users/:id',
    effect: 'danger',
    permission: 'access.manage',
    input: z.object({ id: PersonId }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await deleteUser(call, call.actor, id)
      tellUser(call, id)
      return undefined
    },
  }),
]

/** Whoever takes the tokens of a person for good without asking again asks now. */
const tellUser = ({ events, clock }: Pick<Call, 'events' | 'clock'>, id: string): void =>
  events.publish({ topic: 'user.changed', at: clock.now(), data: { id } })
