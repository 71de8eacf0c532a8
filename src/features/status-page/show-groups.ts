import type { Config } from '#config.ts'
import type { Context } from '#features/context.ts'
import { findServerIds, serverFilter } from '#features/servers/server-queries.ts'
import { checkMemberState, serverState, stateOf, type GroupState } from '#features/status-page/group-state.ts'
import { percentOf, together, uptimeByDay, type DayUptime } from '#features/status-page/group-uptime.ts'
import {
  checkChanges,
  memberChecks,
  memberServers,
  publicNotes,
  serverChanges,
} from '#features/status-page/status-page-queries.ts'
import { gapsSince } from '#features/status/history-queries.ts'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'

export type GroupConfig = Config['monitoring']['statusPage']['groups'][number]

/** Servers that a group has at most. */
const mostServers = 100_000
const day = 86_400_000
export const uptimeDays = 90

/** Who is in a group, and how they are. */
export interface Group {
  name: string
  state: GroupState
  servers: { id: string; deviceId: number | null }[]
  checkIds: number[]
}

export async function readGroup(context: Context, { name, q, checks: names }: GroupConfig): Promise<Group> {
  const [servers, checks] = await Promise.all([serversOf(context, name, q), memberChecks(context.db, names)])
  return {
    name,
    state: stateOf([...servers.map(serverState), ...checks.map(checkMemberState)]),
    servers: servers.map(({ id, device_id }) => ({ id, deviceId: device_id })),
    checkIds: checks.map(({ id }) => id),
  }
}

async function serversOf(context: Context, group: string, q: string | undefined) {
  if (q === undefined) return []
  const asking = { ...context, actor: systemActor('status page') }
  try {
    const ids = await findServerIds(asking, await serverFilter(asking, q), mostServers)
    return await memberServers(context, ids)
  } catch (err) {
    context.log.warn({ err, group }, 'the query of a group of the status page cannot be asked; it is unknown')
    return []
  }
}

/** The last 90 days of a group, today with them. */
export async function readUptime(
  context: Context,
  { servers, checkIds }: Group,
): Promise<{ percent: number | null; days: { day: string; percent: number | null }[] }> {
  const to = toMilliseconds(context.clock.now())
  const from = to - (to % day) - (uptimeDays - 1) * day
  const since = toTimestamp(from)
  const [ofServers, ofChecks, gaps] = await Promise.all([
    serverChanges(
      context,
      servers.map(({ id }) => id),
      since,
    ),
    checkChanges(context, checkIds, since),
    gapsSince(context.db, since),
  ])
  // What is in this very millisecond belongs to today.
  const days: DayUptime[] = uptimeByDay({ from, to: to + 1 }, [...ofServers, ...ofChecks], gaps)
  return {
    percent: percentOf(together(days)),
    days: days.map((each, index) => ({
      day: toTimestamp(from + index * day).slice(0, 10),
      percent: percentOf(each),
    })),
  }
}

/** What is wrong, in words that people wrote for the world. */
export async function readIncidents(context: Context, group: Group) {
  const subjects = [...group.servers.map(({ id }) => id), ...group.checkIds.map((id) => `check:${id}`)]
  const notes = await publicNotes(context, subjects)
  return [...Map.groupBy(notes, ({ alertId }) => alertId).values()].map((those) => ({
    group: group.name,
    since: those[0]!.startedAt,
    updates: those.map(({ at, message }) => ({ at, text: message })).toReversed(),
  }))
}
