import { sql } from 'kysely'
import type { Asking } from '#features/servers/server-queries.ts'
import { ofVisibleDevice } from '#features/servers/visible-server-queries.ts'
import type { QueryFilter } from '#query/compile-query.ts'

export const serverGroupings = ['site', 'rack', 'tag', 'status'] as const
export type ServerGrouping = (typeof serverGroupings)[number]

/** A server as a member of a group; one with several tags is of several. */
export interface GroupMember {
  id: string
  status: string
  /** Null where it belongs to none. */
  group: string | null
}

const groups = {
  site: sql<string | null>`devices.site`,
  rack: sql<string | null>`devices.rack`,
  tag: sql<string | null>`tags.name`,
  status: sql<string | null>`servers.status`,
} satisfies Record<ServerGrouping, unknown>

/** Which group each server is of, as far as the actor may see them and the filter holds. */
export function groupMembers(
  { reports, actor }: Pick<Asking, 'reports' | 'actor'>,
  filter: QueryFilter | undefined,
  by: ServerGrouping,
  signal: AbortSignal,
): Promise<GroupMember[]> {
  const query = reports
    .selectFrom('servers')
    .leftJoin('devices', 'devices.id', 'servers.device_id')
    .where(ofVisibleDevice(actor))
    .$if(filter !== undefined, (some) => some.where(filter!))
  const tagged = query
    .leftJoin('device_tags', 'device_tags.device_id', 'servers.device_id')
    .leftJoin('tags', 'tags.id', 'device_tags.tag_id')
  const chosen = by === 'tag' ? tagged : query
  return chosen.select(['servers.id', 'servers.status', groups[by].as('group')]).execute({ signal })
}
