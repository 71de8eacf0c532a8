import { answerAuth } from '#features/access/auth-answer.ts'
import { createAuthLibrary } from '#features/access/auth-library.ts'
import { anonymous, bearerActor, userActor } from '#features/access/identify.ts'
import { completeSetup, createSetupLink, setupState } from '#features/access/setup.ts'
import { setupUrl } from '#features/access/setup-links.ts'
import { signInLimits } from '#features/access/sign-in-limit.ts'
import type { SignInLimits } from '#features/access/sign-in-limit.ts'
import type { User } from '#features/access/user-queries.ts'
import type { Context } from '#features/context.ts'
import type { Actor } from '#model/actor.ts'

/** Who somebody is, for the surfaces. */
export interface Access {
  /**
   * Who asks: the owner of a bearer token, else of a session cookie, else nobody. A bad or expired token throws
   * UNAUTHENTICATED; a bad or expired cookie is nobody.
   */
  identify(request: { headers: Headers; address: string }): Promise<Actor>
  /**
   * Answers a request below /api/auth. Its `x-forwarded-for` is one address: the client's, as far as trusted proxies
   * vouch for it. Errors are thrown as AppError; TOO_MANY_REQUESTS says in `retryAfterSeconds` how long to wait.
   */
  handle(request: Request): Promise<Response>
  /** Whether the first admin is still to be made. */
  setupState(): Promise<{ needed: boolean }>
  /** A one-time token with which the first admin is made; throws CONFLICT when there is one. */
  createSetupLink(): Promise<string>
  /** The address to open with such a token. */
  setupUrl(token: string): string
  /** Makes the first admin. */
  completeSetup(given: { token: string; name: string; email: string; password: string }): Promise<User>
}

export type AccessPart = Pick<Context, 'db' | 'engine' | 'clock' | 'log' | 'config' | 'secrets'>

/** Sign-in, tokens and set-up over one database. Opens nothing and asks nobody until it is used. */
export function createAccess(
  context: AccessPart,
  { limits = signInLimits }: { limits?: SignInLimits } = {},
): Access {
  const library = createAuthLibrary(context)
  return {
    async identify({ headers }) {
      const authorization = headers.get('authorization')
      if (authorization !== null) return bearerActor(context, authorization)
      const session = await library.session(headers)
      return session ? userActor(session) : anonymous
    },
    handle: (request) => answerAuth(context, library, limits, request),
    setupState: () => setupState(context.db),
    createSetupLink: async () => (await createSetupLink(context, { name: 'system:start' })).token,
    setupUrl: (token) => setupUrl(context.config, { purpose: 'setup', token }),
    completeSetup: (given) => completeSetup(context, given),
  }
}
