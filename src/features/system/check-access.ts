import type { Context } from '#features/context.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { shift } from '#kernel/clock.ts'

const soon = 14 * 86_400_000
const mostNamed = 10

/** Whether somebody can sign in as an admin, and which tokens end soon. */
export async function checkAccess({
  db,
  clock,
  config,
}: Pick<Context, 'db' | 'clock' | 'config'>): Promise<Check[]> {
  const admins = await db
    .selectFrom('users')
    .select('disabled_at')
    .where('role', '=', 'admin')
    .limit(1000)
    .execute()
  const active = admins.filter((each) => each.disabled_at === null).length
  return [checkAdmins(admins.length, active, config), ...(await endingTokens({ db, clock }))]
}

function checkAdmins(all: number, active: number, { access }: Context['config']): Check {
  if (active > 0) return ok('access', active === 1 ? 'One admin can sign in' : `${active} admins can sign in`)
  if (all > 0)
    return problem(
      'access',
      'Every admin is disabled',
      'Enable one: rollcall user list, rollcall user update ID',
    )
  const words = 'Nobody has made the first account'
  const remedy = 'Open the link that `rollcall setup link` gives.'
  return access.adminToken === undefined
    ? problem('access', words, remedy)
    : warning('access', `${words}; the admin token works`, remedy)
}

async function endingTokens({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<Check[]> {
  const now = clock.now()
  const rows = await db
    .selectFrom('api_tokens')
    .select(['name', 'expires_at'])
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('expires_at', '<', shift(now, soon))
    .orderBy('expires_at')
    .limit(mostNamed + 1)
    .execute()
  if (rows.length === 0) return []
  const names = rows.slice(0, mostNamed).map((row) => `${row.name} (${row.expires_at!.slice(0, 10)})`)
  const more = rows.length > mostNamed ? ' and more' : ''
  return [
    warning(
      'tokens',
      `Tokens end within two weeks: ${names.join(', ')}${more}`,
      'Make new ones for the programs that use them: rollcall token create',
    ),
  ]
}
