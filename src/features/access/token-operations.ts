import { z } from 'zod'
import { PermissionName, PersonId, RoleName, TagNames, TokenShape } from '#features/access/access-shapes.ts'
import { listTokens } from '#features/access/token-queries.ts'
import type { ApiToken } from '#features/access/token-queries.ts'
import { createToken, revokeToken } from '#features/access/tokens.ts'
import { operation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'

const shown = (token: ApiToken): z.input<typeof TokenShape> => ({
  ...token,
  user: token.userEmail,
  permissions: token.permissions ?? null,
  tags: token.tags ?? null,
})

/** Tokens for programs. Everybody has their own; an admin sees and makes all. */
export const tokenOperations = [
  operation({
    name: 'token.list',
    summary: 'List tokens: your own, or all for an admin.',
    http: 'GET /tokens',
    effect: 'read',
    permission: 'session',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(TokenShape),
    cli: { columns: ['id', 'name', 'prefix', 'user', 'role', 'expiresAt', 'lastUsedAt', 'revokedAt'] },
    async run({ db, actor }, { limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      // Nobody's tokens are those of the empty id: a token of the installation without access.read sees none.
      const userId = actor.permissions.has('access.read') ? undefined : (actor.userId ?? '')
      const tokens = await listTokens(db, { userId, before, limit: limit + 1 })
      return toPage(tokens.map(shown), limit, (token) => [token.id])
    },
  }),
  operation({
    name: 'token.create',
    summary: 'Make a token for a program; its secret is shown this one time.',
    http: 'POST /tokens',
    effect: 'change',
    permission: 'session',
    input: z.object({
      name: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
        .describe('Up to 64 letters, digits, dots, dashes and underscores.'),
      role: RoleName.default('viewer'),
      permissions: z
        .array(PermissionName)
        .min(1)
        .optional()
        .describe('Only these of the role; all when left out.'),
      tags: TagNames.optional().describe('Only devices with one of these tags.'),
      expiresInDays: z.number().int().min(1).max(3650).default(90),
      user: PersonId.optional().describe('Whose it is to be; only an admin makes tokens for others.'),
    }),
    output: z.object({ token: TokenShape, secret: z.string().meta({ secret: true }) }),
    cli: { arguments: ['name'] },
    async run(call, given) {
      const { token, secret } = await createToken(call, call.actor, given)
      return { token: shown(token), secret }
    },
  }),
  operation({
    name: 'token.revoke',
    summary: 'End a token at once and for ever.',
    http: 'DELETE /tokens/:id',
    effect: 'change',
    permission: 'session',
    input: z.object({ id: z.number().int().positive() }),
    output: TokenShape,
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      const token = await revokeToken(call, call.actor, id)
      // Whoever takes it for good without asking again asks now.
      call.events.publish({ topic: 'token.changed', at: call.clock.now(), data: { id } })
      return shown(token)
    },
  }),
]
