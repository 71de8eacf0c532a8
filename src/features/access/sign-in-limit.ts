import { writeAudit } from '#features/access/audit.ts'
import { hashSecret } from '#features/access/secret-text.ts'
import type { Context } from '#features/context.ts'
import { shift, toMilliseconds } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { isIpv6, ipSortKey, parseIp } from '#model/ip-address.ts'

/** How many wrong tries one address and one account have within a quarter of an hour. */
export interface SignInLimits {
  perAddress: number
  perAccount: number
  windowMilliseconds: number
}

export const signInLimits: SignInLimits = { perAddress: 20, perAccount: 10, windowMilliseconds: 15 * 60_000 }

/** One try, counted before it is judged, so that many at once cannot slip through. */
export interface CountedTry {
  /** The proof was right: the try counts for nothing. */
  succeeded(): Promise<void>
}

type Part = Pick<Context, 'db' | 'clock'>

/**
 * Counts a try in the database, which all processes share. Throws TOO_MANY_REQUESTS with the seconds to wait.
 * Somebody who guesses cannot lock a person out: from an address with a living session of the account only the
 * address is limited.
 */
export async function countTry(
  context: Part,
  { address, email }: { address: string; email?: string | undefined },
  limits: SignInLimits = signInLimits,
): Promise<CountedTry> {
  const addressKey = `address:${networkOf(address)}`
  await count(context, addressKey, limits.perAddress, limits)
  const accountKey = email === undefined ? undefined : `account:${hashSecret(email.toLowerCase())}`
  if (accountKey !== undefined && !(await isKnownAddress(context, address, email!))) {
    await count(context, accountKey, limits.perAccount, limits)
  }
  return {
    async succeeded() {
      if (accountKey !== undefined)
        await context.db.deleteFrom('sign_in_limits').where('key', '=', accountKey).execute()
      await context.db
        .updateTable('sign_in_limits')
        .set((eb) => ({ count: eb('count', '-', 1) }))
        .where('key', '=', addressKey)
        .where('count', '>', 0)
        .execute()
    },
  }
}

async function count(
  { db, clock }: Part,
  key: string,
  most: number,
  { windowMilliseconds }: SignInLimits,
): Promise<void> {
  const now = clock.now()
  const over = shift(now, -windowMilliseconds)
  const row = await db
    .insertInto('sign_in_limits')
    .values({ key, count: 1, window_start: now })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => {
        const isOver = eb('sign_in_limits.window_start', '<=', over)
        return {
          count: eb
            .case()
            .when(isOver)
            .then(1)
            .else(eb('sign_in_limits.count', '+', 1))
            .end(),
          window_start: eb.case().when(isOver).then(now).else(eb.ref('sign_in_limits.window_start')).end(),
        }
      }),
    )
    .returning(['count', 'window_start'])
    .executeTakeFirstOrThrow()
  if (row.count === 1) await db.deleteFrom('sign_in_limits').where('window_start', '<=', over).execute()
  if (row.count <= most) return
  if (row.count === most + 1) await auditLimit({ db, clock }, key)
  const seconds = Math.ceil(
    (toMilliseconds(row.window_start) + windowMilliseconds - toMilliseconds(now)) / 1000,
  )
  throw new AppError('TOO_MANY_REQUESTS', 'Too many wrong sign-ins', {
    hint: `Try again in ${Math.ceil(seconds / 60)} minutes.`,
    retryAfterSeconds: seconds,
  })
}

/** Told once a window, so that a flood of tries is no flood in the trail. */
const auditLimit = ({ db, clock }: Part, key: string): Promise<void> =>
  writeAudit(db, clock, {
    actor: 'anonymous',
    operation: 'session.create',
    message: key.startsWith('address:')
      ? 'Too many wrong sign-ins from one address; more are refused for a while'
      : 'Too many wrong sign-ins of one account; more are refused for a while',
    level: 'WARNING',
    eventType: 'sign_in',
    details: key.startsWith('address:') ? { address: key.slice('address:'.length) } : {},
  })

async function isKnownAddress({ db, clock }: Part, address: string, email: string): Promise<boolean> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select('sessions.id')
    .where('users.email', '=', email.toLowerCase())
    .where('sessions.ip_address', '=', parseIp(address) ?? address)
    .where('sessions.expires_at', '>', clock.now())
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Who has one IPv6 address mostly has the whole /64. */
function networkOf(address: string): string {
  const parsed = parseIp(address)
  if (parsed === undefined) return address
  return isIpv6(parsed) ? `${ipSortKey(parsed).slice(1, 17)}/64` : parsed
}
