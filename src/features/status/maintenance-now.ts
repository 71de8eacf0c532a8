import type { Context } from '#features/context.ts'
import type { WatchedServer } from '#features/monitoring/watch.ts'
import { deviceFilter, findDeviceIds } from '#features/inventory/device-list-queries.ts'
import { previousTime } from '#features/schedules/schedule-times.ts'
import { comingWindows, type MaintenanceWindow } from '#features/status/maintenance-queries.ts'
import { shift, type Timestamp } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'

type Part = Pick<Context, 'db' | 'reports' | 'engine' | 'clock' | 'log'>

/** Devices that one window covers at most. */
const mostDevices = 1_000_000

/** When a window is open that covers a moment; undefined where it is closed then. */
export function openAt(window: MaintenanceWindow, now: Timestamp): { from: string; to: string } | undefined {
  const { from, to, cron, minutes, timeZone } = window
  if (from !== null && to !== null) return from <= now && now < to ? { from, to } : undefined
  if (cron === null || minutes === null || timeZone === null) return undefined
  const began = previousTime({ cron, timeZone, dstGap: 'shift', dstOverlap: 'first', windows: [] }, now)
  if (began === undefined) return undefined
  const ends = shift(began, minutes * 60_000)
  return now < ends ? { from: began, to: ends } : undefined
}

/** The servers that a maintenance window covers now. */
export async function serversInMaintenance(
  context: Part,
  servers: ReadonlyMap<string, Pick<WatchedServer, 'id' | 'deviceId'>>,
): Promise<ReadonlySet<string>> {
  const now = context.clock.now()
  const covered = new Set<string>()
  for (const window of await comingWindows(context.db, now)) {
    if (openAt(window, now) === undefined) continue
    for (const id of window.serverIds) covered.add(id)
    if (window.q === null) continue
    const devices = await devicesOf(context, window)
    for (const { id, deviceId } of servers.values())
      if (deviceId !== null && devices.has(deviceId)) covered.add(id)
  }
  return covered
}

async function devicesOf(context: Part, { id, q }: MaintenanceWindow): Promise<ReadonlySet<number>> {
  const asking = { ...context, actor: systemActor('maintenance') }
  try {
    return new Set(await findDeviceIds(asking, await deviceFilter(asking, q!), mostDevices))
  } catch (err) {
    // A field that it asks for may have been removed since.
    context.log.warn(
      { err, window: id },
      'the query of a maintenance window cannot be asked; it covers nobody',
    )
    return new Set()
  }
}
