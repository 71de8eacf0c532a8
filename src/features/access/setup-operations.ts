import { z } from 'zod'
import { Email, LinkShape, LinkToken, NewPassword, PersonName } from '#features/access/access-shapes.ts'
import { acceptInvite, completeSetup, createSetupLink, setupState } from '#features/access/setup.ts'
import { readSetupLink, setupUrl } from '#features/access/setup-links.ts'
import { findUser } from '#features/access/user-queries.ts'
import { operation } from '#features/operation.ts'

const Person = z.object({ email: z.string(), name: z.string() })

/** The first admin, invitations, and what the sign-in page has to offer. */
export const setupOperations = [
  operation({
    name: 'setup.show',
    summary: 'Show whether Rollcall still has to be set up, and the ways to sign in.',
    http: 'GET /setup',
    effect: 'read',
    permission: 'open',
    input: z.object({}),
    output: z.object({
      needed: z.boolean(),
      providers: z
        .array(z.object({ name: z.string(), title: z.string() }))
        .describe('OIDC providers to sign in with.'),
    }),
    async run({ db, config }) {
      const providers = config.access.oidc.map(({ name, title }) => ({ name, title: title ?? name }))
      return { ...(await setupState(db)), providers }
    },
  }),
  operation({
    name: 'setup.link',
    summary: 'Make the link with which the first admin is made.',
    http: 'POST /setup/links',
    effect: 'change',
    permission: 'access.manage',
    input: z.object({}),
    output: LinkShape,
    async run(call) {
      const link = await createSetupLink(call, call.actor)
      return { url: setupUrl(call.config, link), expiresAt: link.expiresAt }
    },
  }),
  operation({
    name: 'setup.complete',
    summary: 'Make the first admin with the one-time set-up link.',
    http: 'POST /setup',
    effect: 'change',
    permission: 'open',
    input: z.object({ token: LinkToken, name: PersonName, email: Email, password: NewPassword }),
    output: Person,
    async run(call, given) {
      const { email, name } = await completeSetup(call, given)
      return { email, name }
    },
  }),
  operation({
    name: 'invite.show',
    summary: 'Show whom an invitation is for.',
    // A POST, so that the token is in no address and no log.
    http: 'POST /invites/show',
    effect: 'read',
    permission: 'open',
    input: z.object({ token: LinkToken }),
    output: Person,
    async run(call, { token }) {
      const { userId } = await readSetupLink(call.db, call, token, 'invite')
      const { email, name } = await findUser(call.db, userId!)
      return { email, name }
    },
  }),
  operation({
    name: 'invite.accept',
    summary: 'Choose a password with the one-time link of an invitation.',
    http: 'POST /invites/accept',
    effect: 'change',
    permission: 'open',
    input: z.object({ token: LinkToken, password: NewPassword, name: PersonName.optional() }),
    output: Person,
    async run(call, given) {
      const { email, name } = await acceptInvite(call, given)
      return { email, name }
    },
  }),
]
