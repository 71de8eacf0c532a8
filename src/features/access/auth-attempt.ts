import { AsyncLocalStorage } from 'node:async_hooks'
import type { JsonObject } from '#kernel/json.ts'

/** What the sign-in library did while it answered one request; its hooks write here, the audit reads it. */
export interface AuthAttempt {
  address: string
  /** Whose session was made. */
  signedIn?: { userId: string; email: string } | undefined
  /** The second factor was switched on or off. */
  twoFactor?: boolean | undefined
  /** Somebody's account was made by signing in. */
  registered?: { email: string; role: string } | undefined
  /** The provider's claim changed somebody's role. */
  roleChanged?: { from: string; to: string } | undefined
  /** What the OIDC provider says about who signs in, after its signature was checked. */
  claims?: { provider: string; profile: JsonObject } | undefined
  /** What went wrong below the library, which answers it with words of its own. */
  thrown?: unknown
  /** Why a sign-in was refused although the proof was right. */
  refused?: string | undefined
}

export const attempts = new AsyncLocalStorage<AuthAttempt>()
