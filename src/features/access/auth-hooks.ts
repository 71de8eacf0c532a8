import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { BetterAuthOptions } from 'better-auth'
import type { Context } from '#features/context.ts'
import { attempts } from '#features/access/auth-attempt.ts'
import { claimedRole } from '#features/access/oidc.ts'
import { changeClaimedRole } from '#features/access/user-queries.ts'

/** A provider's own tokens are of no use to us after the sign-in, so they are never stored. */
const withoutTokens = <Account extends object>(account: Account) => ({
  data: { ...account, accessToken: null, refreshToken: null, idToken: null },
})

/** What we add to the library's own steps: no session for disabled people, roles by claim, and notes for the audit. */
export function authHooks(context: Pick<Context, 'db' | 'engine' | 'clock' | 'config'>) {
  return {
    databaseHooks: {
      account: {
        create: { before: async (account) => withoutTokens(account) },
        update: { before: async (account) => withoutTokens(account) },
      },
      user: {
        create: {
          before: async (user) => {
            const claims = attempts.getStore()?.claims
            const provider = context.config.access.oidc.find((each) => each.name === claims?.provider)
            const role = provider && (claimedRole(provider, claims!.profile) ?? provider.role)
            return { data: { ...user, role: role ?? 'viewer' } }
          },
          after: async (user) => {
            const attempt = attempts.getStore()
            if (attempt)
              attempt.registered = { email: user.email, role: String((user as { role?: unknown }).role) }
          },
        },
        update: {
          before: async (user) => {
            const attempt = attempts.getStore()
            const change = (user as { twoFactorEnabled?: unknown }).twoFactorEnabled
            if (attempt && typeof change === 'boolean') attempt.twoFactor = change
          },
        },
      },
      session: { create: { before: (session) => allowSession(context, session.userId) } },
    },
    hooks: {
      after: createAuthMiddleware(async ({ context: { newSession } }) => {
        const attempt = attempts.getStore()
        if (attempt && newSession)
          attempt.signedIn = { userId: newSession.user.id, email: newSession.user.email }
      }),
    },
  } satisfies Pick<BetterAuthOptions, 'databaseHooks' | 'hooks'>
}

async function allowSession(
  context: Pick<Context, 'db' | 'engine' | 'clock' | 'config'>,
  userId: string,
): Promise<void> {
  const attempt = attempts.getStore()
  const user = await context.db
    .selectFrom('users')
    .select(['email', 'disabled_at'])
    .where('id', '=', userId)
    .executeTakeFirst()
  if (!user || user.disabled_at !== null) {
    if (attempt) attempt.refused = `${user?.email ?? 'somebody'} is disabled`
    throw new APIError('FORBIDDEN', { code: 'ACCOUNT_DISABLED', message: 'This account is disabled' })
  }
  const provider = context.config.access.oidc.find((each) => each.name === attempt?.claims?.provider)
  const role = provider && claimedRole(provider, attempt!.claims!.profile)
  if (role === undefined) return
  const from = await changeClaimedRole(context, userId, role)
  if (from !== undefined) attempt!.roleChanged = { from, to: role }
}
