import type { Context } from '#features/context.ts'
import { deviceFilter, findDeviceIds } from '#features/inventory/device-list-queries.ts'
import {
  devicesOfServers,
  findServerIds,
  serverFilter,
  type Asking,
} from '#features/servers/server-queries.ts'
import { AppError } from '#kernel/errors.ts'

/** What a query of a rule or a silence asks about. */
export const selectionSubjects = ['device', 'server'] as const
export type SelectionSubject = (typeof selectionSubjects)[number]

/** Whom a query selected; undefined for everything there is. */
export type Selection =
  | { devices: ReadonlySet<number>; servers?: undefined }
  | { devices: ReadonlySet<number>; servers: ReadonlySet<string> }
  | undefined

/** More than these one selection does not have. */
const everything = 10_000_000

/** Reads a selection; throws QUERY_INVALID. */
export async function selectSubjects(
  call: Asking,
  subject: SelectionSubject,
  query: string | null,
): Promise<Selection> {
  if (query === null || query.trim() === '') return undefined
  if (subject === 'device')
    return { devices: new Set(await findDeviceIds(call, await deviceFilter(call, query), everything)) }
  const ids = await findServerIds(call, await serverFilter(call, query), everything)
  return { servers: new Set(ids), devices: await devicesOfServers(call, ids) }
}

/** Throws QUERY_INVALID for a query that cannot be asked. */
export async function assertReadable(
  call: Asking,
  { subject, query }: { subject: SelectionSubject; query: string },
): Promise<void> {
  await (subject === 'device' ? deviceFilter(call, query) : serverFilter(call, query))
}

/** The same for a query that was right when it was made: one whose field is gone since selects nobody, and says so. */
export async function selectAgain(
  context: Omit<Asking, 'actor'> & Pick<Context, 'log'>,
  { subject, query, what }: { subject: SelectionSubject; query: string | null; what: string },
): Promise<Selection> {
  try {
    return await selectSubjects({ ...context, actor: { tags: undefined } }, subject, query)
  } catch (err) {
    if (!(err instanceof AppError && err.code === 'QUERY_INVALID')) throw err
    context.log.warn({ err, what }, 'a selection cannot be read any more')
    return { devices: new Set() }
  }
}

/** Whether a server, or a check of a device, is among the selected. */
export function isAmong(
  selection: Selection,
  { serverId, deviceId }: { serverId: string | null; deviceId: number | null },
): boolean {
  if (selection === undefined) return true
  if (selection.servers !== undefined && serverId !== null) return selection.servers.has(serverId)
  return deviceId !== null && selection.devices.has(deviceId)
}
