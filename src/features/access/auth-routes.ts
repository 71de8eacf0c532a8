import { z } from 'zod'
import { maximumPassword, minimumPassword } from '#features/access/password.ts'

/** One of the library's endpoints that we let through. */
export interface AuthRoute {
  /** The fields that go on; anything else in the body is dropped. */
  body?: z.ZodObject | undefined
  /** Proves who somebody is: audited whether it succeeds or not. */
  proof?: 'password' | 'totp' | 'backup-code' | 'oidc' | undefined
  /** Could be used to guess a password or code, so wrong tries are limited. */
  guess?: boolean | undefined
  /** Needs the OIDC providers. */
  oidc?: boolean | undefined
  /** Ends the session. */
  ends?: boolean | undefined
  /** Is audited with this sentence when it succeeds. */
  audit?: string | undefined
}

const password = z.string().min(1).max(maximumPassword)
const newPassword = z.string().min(minimumPassword).max(maximumPassword)
const code = z.object({ code: z.string().min(1).max(64), trustDevice: z.boolean().optional() })
/** A path of our own pages, so that nobody is sent elsewhere after signing in. */
const ownPath = z.string().regex(/^\/(?![/\\])[^\s\\]*$/)

/** Everything below /api/auth that answers; all else is not found. */
const routes: Record<string, AuthRoute> = {
  'POST /sign-in/email': {
    body: z.object({ email: z.email().max(254), password, rememberMe: z.boolean().optional() }),
    proof: 'password',
    guess: true,
  },
  'POST /sign-in/social': {
    body: z.object({ provider: z.string().min(1).max(64), callbackURL: ownPath.default('/') }),
    oidc: true,
  },
  'GET /callback/*': { proof: 'oidc', oidc: true },
  'GET /get-session': {},
  'POST /sign-out': { body: z.object({}), ends: true },
  'POST /change-password': {
    // Whoever else is signed in with the old password is not any more.
    body: z.object({
      currentPassword: password,
      newPassword,
      revokeOtherSessions: z.literal(true).default(true),
    }),
    guess: true,
    audit: 'changed the password',
  },
  'POST /two-factor/enable': { body: z.object({ password }), guess: true },
  'POST /two-factor/disable': { body: z.object({ password }), guess: true },
  'POST /two-factor/generate-backup-codes': {
    body: z.object({ password }),
    guess: true,
    audit: 'made new backup codes',
  },
  'POST /two-factor/verify-totp': { body: code, proof: 'totp', guess: true },
  'POST /two-factor/verify-backup-code': { body: code, proof: 'backup-code', guess: true },
}

/** The route of a request; undefined where there is none. */
export function authRoute(method: string, path: string): AuthRoute | undefined {
  const known = `${method} ${path.replace(/^\/callback\/[^/]+$/, '/callback/*')}`
  return Object.hasOwn(routes, known) ? routes[known] : undefined
}
