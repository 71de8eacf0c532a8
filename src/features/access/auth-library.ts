import { betterAuth } from 'better-auth'
import { attempts } from '#features/access/auth-attempt.ts'
import type { AuthAttempt } from '#features/access/auth-attempt.ts'
import { authOptions } from '#features/access/auth-options.ts'
import type { AuthOptionsInput } from '#features/access/auth-options.ts'
import { readAuthSecret } from '#features/access/auth-secret.ts'
import type { SessionUser } from '#features/access/identify.ts'
import type { Context } from '#features/context.ts'

const makeAuth = (input: AuthOptionsInput) => betterAuth(authOptions(input))
type Auth = ReturnType<typeof makeAuth>

/** better-auth, made when it is first needed. */
export interface AuthLibrary {
  plain(): Promise<Auth>
  /** An instance of its own, so that a provider that doesn't answer delays no password sign-in and no page. */
  withProviders(): Promise<Auth>
  /** Whose session the cookie names, if it is alive and its person not disabled. */
  session(headers: Headers): Promise<SessionUser | undefined>
}

export function createAuthLibrary(
  context: Pick<Context, 'db' | 'engine' | 'clock' | 'log' | 'config' | 'secrets'>,
): AuthLibrary {
  const make = async (oidc: boolean) => makeAuth({ ...context, oidc, secret: await readAuthSecret(context) })
  const plain = remembered(() => make(false))
  return {
    plain,
    withProviders: context.config.access.oidc.length === 0 ? plain : remembered(() => make(true)),
    async session(headers) {
      const cookie = headers.get('cookie')
      if (!cookie?.includes('rollcall.session_token=')) return undefined
      const auth = await plain()
      const attempt: AuthAttempt = { address: 'unknown' }
      const ask = () =>
        auth.api.getSession({ headers: new Headers({ cookie }), query: { disableRefresh: true } })
      const found = await attempts.run(attempt, ask).catch((error: unknown) => {
        throw attempt.thrown ?? error
      })
      if (!found || found.user.disabledAt) return undefined
      const { id, email, role, tags } = found.user
      return { sessionId: found.session.id, id, email, role, tags: tags ?? null }
    },
  }
}

/** Makes it once; a failure is not remembered. */
function remembered<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}
