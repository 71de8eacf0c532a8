import type { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { netboxAddress, netboxInterface } from '#sources/netbox/answers.ts'
import type { NetboxAddress, NetboxInterface } from '#sources/netbox/answers.ts'
import type { NetboxClient } from '#sources/netbox/client.ts'
import type { Ports } from '#sources/netbox/mapping.ts'
import type { NetboxSettings } from '#sources/netbox/settings.ts'

/** One reading of one NetBox, and why it cannot prove that something is gone. */
export interface NetboxReading {
  client: NetboxClient
  settings: NetboxSettings
  signal: AbortSignal
  gaps: Set<string>
  /** Lists that the token may not see: they are not asked for again. */
  closed: Set<string>
}

/** Ids in one request: its address has to fit into 4,094 bytes. */
const idsAtOnce = 150

/**
 * A list page by page; what went wrong with it is a gap. A list that came short or changed meanwhile is one too. Gives
 * whether it came whole.
 */
export async function* listed<Schema extends z.ZodType<{ id: number }>>(
  { client, signal, gaps }: NetboxReading,
  path: string,
  schema: Schema,
  query: Record<string, string | number | readonly (string | number)[]> = {},
): AsyncGenerator<z.output<Schema>[], boolean> {
  const seen = new Set<number>()
  let counts: number[] = []
  let unreadable = 0
  for await (const page of client.pages(path, schema, query, signal)) {
    const fresh = page.rows.filter((row) => !seen.has(row.id))
    for (const { id } of fresh) seen.add(id)
    counts = [counts[0] ?? page.count, page.count]
    unreadable += page.unreadable
    yield fresh
  }
  const what = path.slice(1, -1)
  if (unreadable > 0) gaps.add(`${unreadable} entries of ${what} could not be understood`)
  const [first, last] = counts
  const isSteady = seen.size + unreadable === last && first === last
  if (!isSteady) gaps.add(`${what} changed while it was read (${seen.size} of ${last ?? 0} came)`)
  return isSteady && unreadable === 0
}

/** The interfaces and addresses of some devices, or of some virtual machines, by the id of their owner. */
export async function readPorts(
  reading: NetboxReading,
  of: 'device' | 'virtual_machine',
  ids: readonly number[],
): Promise<ReadonlyMap<number, Ports>> {
  const path = of === 'device' ? '/dcim/interfaces/' : '/virtualization/interfaces/'
  const { rows: interfaces, isWhole } = await readOf(reading, path, netboxInterface, of, ids)
  const { rows: addresses, ...told } = await readOf(reading, '/ipam/ip-addresses/', netboxAddress, of, ids)
  const unread = [
    ...(isWhole ? [] : ['interfaces', 'relationships']),
    ...(told.isWhole ? [] : ['interfaces.addresses', 'interfaces.metadata']),
    ...(isWhole && told.isWhole ? [] : ['vm.ipAddresses']),
  ]
  const owned = interfaces.filter((port) => checkOwner(port, of, ids, path))
  const byPort = Map.groupBy(
    addresses.filter((each) => each.assigned_object_id !== undefined),
    (each) => each.assigned_object_id!,
  )
  const kind = of === 'device' ? 'dcim.interface' : 'virtualization.vminterface'
  const onPorts: ReadonlyMap<number, NetboxAddress[]> = new Map(
    [...byPort].map(([id, list]) => [id, list.filter((each) => each.assigned_object_type === kind)]),
  )
  const byOwner = Map.groupBy(owned, (port) => port[of]!.id)
  return new Map(ids.map((id) => [id, { interfaces: byOwner.get(id) ?? [], addresses: onPorts, unread }]))
}

async function readOf<Schema extends z.ZodType<{ id: number }>>(
  reading: NetboxReading,
  path: string,
  schema: Schema,
  of: string,
  ids: readonly number[],
): Promise<{ rows: z.output<Schema>[]; isWhole: boolean }> {
  const rows: z.output<Schema>[] = []
  if (reading.closed.has(path)) return { rows, isWhole: false }
  let isWhole = true
  try {
    for (const some of chunksOf(ids, idsAtOnce)) {
      const list = listed(reading, path, schema, { [`${of}_id`]: some })
      let step = await list.next()
      for (; step.done !== true; step = await list.next()) rows.push(...step.value)
      isWhole &&= step.value
    }
    return { rows, isWhole }
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'SOURCE_FORBIDDEN')) throw error
    reading.closed.add(path)
    reading.gaps.add(`the token may not read ${path.slice(1, -1)}`)
    return { rows, isWhole: false }
  }
}

/** NetBox ignores filters that it does not know, and gives everything: that would go to the wrong machines. */
function checkOwner(
  port: NetboxInterface,
  of: 'device' | 'virtual_machine',
  ids: readonly number[],
  path: string,
): boolean {
  const owner = port[of]?.id
  if (owner !== undefined && ids.includes(owner)) return true
  throw new AppError(
    'SOURCE_ANSWER_INVALID',
    `NetBox answered ${path} with interfaces that were not asked for`,
    {
      hint: 'A proxy between may drop what stands behind the question mark.',
    },
  )
}
