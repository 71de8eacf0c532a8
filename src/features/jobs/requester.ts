import type { Actor } from '#model/actor.ts'
import type { JsonObject } from '#kernel/json.ts'

/** Who asked for a job, as `jobs.requester` keeps it: with the rights and tags of now. */
export const requesterOf = (actor: Actor): JsonObject => ({
  name: actor.name,
  kind: actor.kind,
  ...(actor.role === undefined ? {} : { role: actor.role }),
  ...(actor.userId === undefined ? {} : { userId: actor.userId }),
  permissions: [...actor.permissions],
  ...(actor.tags === undefined ? {} : { tags: [...actor.tags] }),
})

/** The actor that `jobs.requester` tells of; one without any right where it tells nothing. */
export function actorOf(requester: string, name: string): Actor {
  const { permissions, ...rest } = JSON.parse(requester) as Partial<Actor> & {
    permissions?: Actor['permissions'][]
  }
  return {
    kind: 'system',
    name,
    ...rest,
    permissions: new Set(permissions as Iterable<never> | undefined),
  }
}
