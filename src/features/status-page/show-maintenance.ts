import type { Context } from '#features/context.ts'
import { deviceFilter, findDeviceIds } from '#features/inventory/device-list-queries.ts'
import type { Group } from '#features/status-page/show-groups.ts'
import { openAt } from '#features/status/maintenance-now.ts'
import { comingWindows, type MaintenanceWindow } from '#features/status/maintenance-queries.ts'
import { shift } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'

/** So far ahead it is told what is planned. */
const ahead = 7 * 86_400_000
const mostDevices = 1_000_000

export interface ShownMaintenance {
  group: string
  from: string
  to: string
}

/** Maintenance that is under way or soon to come, of groups: how a window is called may name a machine. */
export async function readMaintenance(
  context: Context,
  groups: readonly Group[],
): Promise<ShownMaintenance[]> {
  const now = context.clock.now()
  const shown: ShownMaintenance[] = []
  for (const window of await comingWindows(context.db, now)) {
    const time = openAt(window, now) ?? plannedIn(window, shift(now, ahead))
    if (time === undefined) continue
    const covered = await coveredBy(context, window)
    for (const { name, servers } of groups)
      if (servers.some(covered)) shown.push({ group: name, from: time.from, to: time.to })
  }
  const unique = new Map(shown.map((each) => [`${each.group} ${each.from} ${each.to}`, each]))
  return [...unique.values()].toSorted((one, other) => (one.from < other.from ? -1 : 1))
}

/** One that is open once, and begins before a time. */
const plannedIn = ({ from, to }: MaintenanceWindow, before: string) =>
  from !== null && to !== null && from < before ? { from, to } : undefined

async function coveredBy(context: Context, { id, q, serverIds }: MaintenanceWindow) {
  const named = new Set(serverIds)
  const devices = q === null ? new Set<number>() : await devicesOf(context, id, q)
  return (server: Group['servers'][number]): boolean =>
    named.has(server.id) || (server.deviceId !== null && devices.has(server.deviceId))
}

async function devicesOf(context: Context, window: number, q: string): Promise<ReadonlySet<number>> {
  const asking = { ...context, actor: systemActor('status page') }
  try {
    return new Set(await findDeviceIds(asking, await deviceFilter(asking, q), mostDevices))
  } catch (err) {
    context.log.warn({ err, window }, 'the query of a maintenance window cannot be asked; it covers nobody')
    return new Set()
  }
}
