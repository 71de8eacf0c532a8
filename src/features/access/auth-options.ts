import type { BetterAuthOptions } from 'better-auth'
import { genericOAuth } from 'better-auth/plugins'
import type { Context } from '#features/context.ts'
import { attempts } from '#features/access/auth-attempt.ts'
import { authHooks } from '#features/access/auth-hooks.ts'
import { authModels, twoFactorPlugin } from '#features/access/auth-models.ts'
import { dateTextPlugin } from '#features/access/date-text-plugin.ts'
import { oauthConfigs } from '#features/access/oidc.ts'
import { maximumPassword, minimumPassword } from '#features/access/password.ts'
import type { Database } from '#database/schema.ts'
import type { Engine } from '#database/migration.ts'

/** The header in which the client's address, worked out by the HTTP surface, goes to better-auth. */
export const addressHeader = 'x-rollcall-client-address'

/** better-auth on our database and our tables. */
export const authDatabase = (db: Database, engine: Engine) =>
  ({ db: engine === 'postgres' ? db.withPlugin(dateTextPlugin) : db, type: engine }) as const

export interface AuthOptionsInput extends Pick<Context, 'db' | 'engine' | 'clock' | 'log' | 'config'> {
  /** Signs cookies, encrypts authenticator secrets. */
  secret: string
  /** With the OIDC providers; making such an instance asks each of them for its metadata. */
  oidc: boolean
}

/** Whether cookies may travel over TLS only. */
const isSecure = ({ server }: Context['config']): boolean =>
  server.publicUrl === undefined ? server.tls.cert !== undefined : server.publicUrl.startsWith('https:')

/** The whole set-up of better-auth: it proves who somebody is and keeps sessions; what they may do is decided by us. */
export function authOptions({ oidc, secret, ...context }: AuthOptionsInput) {
  const { db, engine, log, config } = context
  return {
    appName: 'Rollcall',
    basePath: '/api/auth',
    ...(config.server.publicUrl === undefined ? {} : { baseURL: new URL(config.server.publicUrl).origin }),
    // As a list, so that no variable of the environment can replace it.
    secrets: [{ version: 1, value: secret }],
    database: authDatabase(db, engine),
    ...authModels,
    account: {
      ...authModels.account,
      accountLinking: {
        enabled: true,
        trustedProviders: config.access.oidc.filter((each) => each.trustEmail).map((each) => each.name),
      },
    },
    verification: { ...authModels.verification, storeIdentifier: 'hashed' },
    session: { ...authModels.session, expiresIn: config.access.sessionDays * 86_400, updateAge: 86_400 },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: minimumPassword,
      maxPasswordLength: maximumPassword,
      revokeSessionsOnPasswordReset: true,
    },
    // Ours limits by account too (sign-in-limit.ts).
    rateLimit: { enabled: false },
    plugins: [twoFactorPlugin(), ...(oidc ? [genericOAuth({ config: oauthConfigs(config.access) })] : [])],
    ...authHooks(context),
    onAPIError: { errorURL: '/sign-in', onError: noteError },
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log(_level, message, ...details) {
        const error = details.find((each) => each instanceof Error)
        noteError(error)
        log.warn({ detail: message, error: error?.message }, 'sign-in library reports')
      },
    },
    advanced: {
      cookiePrefix: 'rollcall',
      useSecureCookies: isSecure(config),
      // Without these two lines the library switches its checks off when it believes to be in a test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [addressHeader], ipv6Subnet: 128 },
      database: { validateSchema: false },
    },
  } satisfies BetterAuthOptions
}

/** Keeps the error beneath the library's own answer, so that a lost database is called one. */
function noteError(error: unknown): void {
  const attempt = attempts.getStore()
  if (attempt && error !== undefined) attempt.thrown ??= error
}
