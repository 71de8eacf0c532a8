import { sql } from 'kysely'
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Schema } from '#database/schema.ts'
import type { Actor } from '#model/actor.ts'

/** A condition on `jobs`, for any query that has them in scope. */
export type JobPredicate = (eb: ExpressionBuilder<Schema, 'jobs'>) => Expression<SqlBool>

/**
 * Holds for the jobs that the actor may see: all, or for who is limited to tags those the actor asked for. A person
 * also sees what the person's tokens asked for; a token, whose tags may be fewer, only its own.
 */
export function visibleJobs({ tags, name, userId, kind }: Omit<Actor, 'permissions'>): JobPredicate {
  if (tags === undefined) return (eb) => eb.lit(true)
  const account = sql<string | null>`jobs.requester ->> 'userId'`
  return (eb) => {
    if (userId === undefined) return eb.and([eb('jobs.requested_by', '=', name), eb(account, 'is', null)])
    const isOwn = eb(account, '=', userId)
    return kind === 'user' ? isOwn : eb.and([isOwn, eb('jobs.requested_by', '=', name)])
  }
}
