import { AppError } from '#kernel/errors.ts'

/** What goes wrong comes with HTTP status 200 and a number in `error.code`. */
export interface ArrayError {
  code: number
  description: string
}

/** The session ended: by its time-out, by an administrator, or because the user signed in elsewhere. */
export const isSessionLost = (code: number): boolean => code === -401 || code === 1_077_949_069

/** The licence of the feature is missing, so there is nothing of its kind. */
export const isFeatureAbsent = (code: number): boolean => code === 1_077_950_233 || code === 1_073_806_606

/** The array is too busy to answer now, or its own inner answer came too late. */
export const isBusy = (code: number): boolean => code === 1_077_949_006 || code === 1_077_949_001

const refusals: Readonly<Record<number, string>> = {
  1_077_949_061: 'Check user and password. It is not tried again, because three wrong tries lock the user.',
  1_077_987_870: 'Check user and password. It is not tried again, because three wrong tries lock the user.',
  1_077_949_070: 'The user is locked: an administrator unlocks it, or wait for 15 minutes.',
  1_077_987_871: 'The user is locked: an administrator unlocks it, or wait for 15 minutes.',
  1_077_949_071: 'This machine’s address is locked: an administrator unlocks it in DeviceManager.',
}

/** A sign-in that the array refused. */
export const loginError = (origin: string, { code, description }: ArrayError): AppError =>
  isBusy(code)
    ? new AppError('SOURCE_UNREACHABLE', `${origin} is too busy for a login (${code})`)
    : new AppError('SOURCE_REJECTED_LOGIN', `${origin} refused the login (${code}: ${description})`, {
        hint: refusals[code] ?? 'Check the user, its password and its role in DeviceManager.',
      })

/** The login worked, but the user may do nothing before its password is changed. */
const accountStates: Readonly<Record<number, string>> = {
  3: 'its password has expired',
  4: 'its password has to be changed first',
}

/** Undefined for a user that may go on. */
export function accountError(
  origin: string,
  username: string,
  state: number | undefined,
): AppError | undefined {
  const reason = accountStates[state ?? 0]
  if (reason === undefined) return undefined
  return new AppError('SOURCE_REJECTED_LOGIN', `${origin} lets ${username} in, but ${reason}`, {
    hint: 'Sign in to DeviceManager with it once and set a new password; better, let it never expire.',
  })
}
