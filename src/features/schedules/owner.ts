import { commonTags, lowerRole, permissionsOf } from '#features/access/rights.ts'
import { findUser } from '#features/access/user-queries.ts'
import type { Context } from '#features/context.ts'
import { actorOf } from '#features/jobs/requester.ts'
import { tokenState } from '#features/schedules/owner-queries.ts'
import type { StoredSchedule } from '#features/schedules/schedule-queries.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

type Part = Pick<Context, 'db' | 'clock' | 'config'>

/**
 * Who a schedule's jobs are done as: the person who made it, with the rights and tags of then, and never more than the
 * person has now. Throws FORBIDDEN for one who is gone or disabled, and for a token that is no longer in force.
 */
export async function ownerOf(
  context: Part,
  { requester, createdBy }: Pick<StoredSchedule, 'requester' | 'createdBy'>,
): Promise<Actor> {
  const actor = actorOf(requester, createdBy)
  if (actor.kind === 'token') await assertTokenInForce(context, actor)
  return actor.userId === undefined ? actor : limitedByUser(context, actor, actor.userId)
}

async function limitedByUser({ db }: Part, actor: Actor, userId: string): Promise<Actor> {
  const user = await findUser(db, userId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND')
      throw refused(`${actor.name} is no longer among the people here`)
    throw error
  })
  if (user.disabledAt !== null) throw refused(`${user.email} is disabled`)
  const now = permissionsOf({ role: user.role })
  return {
    ...actor,
    role: actor.role === undefined ? user.role : lowerRole(actor.role, user.role),
    permissions: actor.permissions.intersection(now),
    tags: commonTags(actor.tags, user.role === 'admin' ? undefined : user.tags),
  }
}

async function assertTokenInForce({ db, clock, config }: Part, { name, userId }: Actor): Promise<void> {
  const bare = name.slice('token:'.length)
  const tokens = await tokenState(db, bare, userId)
  const isInForce = tokens.some(
    ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || expiresAt > clock.now()),
  )
  const isSeeded = bare === 'admin' && userId === undefined && config.access.adminToken !== undefined
  if (!isInForce && !isSeeded) throw refused(`The token ${bare} is no longer in force`)
}

const refused = (message: string) =>
  new AppError('FORBIDDEN', message, { hint: 'Whoever saves the schedule again becomes its owner.' })
