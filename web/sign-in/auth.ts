import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'

/** How the first step of signing in ended. */
export type SignedIn = 'done' | 'code needed'

/** Proves who somebody is with e-mail address and password. */
export async function signIn(email: string, password: string): Promise<SignedIn> {
  const answer = await api.post<{ twoFactorRedirect?: boolean }>('/api/auth/sign-in/email', {
    email,
    password,
    rememberMe: true,
  })
  if (answer.twoFactorRedirect) return 'code needed'
  await forgetWhoWeWere()
  return 'done'
}

/** The second step: six digits of the authenticator, or one of the backup codes. */
export async function proveCode(code: string, trustDevice: boolean): Promise<void> {
  const digits = code.replaceAll(/\s/g, '')
  const kind = /^\d{6}$/.test(digits) ? 'verify-totp' : 'verify-backup-code'
  await api.post(`/api/auth/two-factor/${kind}`, { code: digits, trustDevice })
  await forgetWhoWeWere()
}

/** Goes to an OIDC provider, which sends the browser back. */
export async function signInWith(provider: string, callbackURL: string): Promise<void> {
  const { url } = await api.post<{ url: string }>('/api/auth/sign-in/social', { provider, callbackURL })
  location.assign(url)
}

const forgetWhoWeWere = () => queryClient.resetQueries()

/** Where to go after signing in: only an address of our own pages. */
export const ownAddress = (from: string | undefined): string =>
  from !== undefined && /^\/(?![/\\])\S*$/.test(from) ? from : '/'
