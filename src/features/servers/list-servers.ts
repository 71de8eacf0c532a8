import { z } from 'zod'
import { operation } from '#features/operation.ts'
import { decodeCursor, encodeCursor, pageInput, pageOf } from '#features/page.ts'
import {
  countServers,
  findServerIds,
  findServers,
  loadServers,
  serverFilter,
} from '#features/servers/server-queries.ts'
import type { Asking, ServerRow, StoredOrder } from '#features/servers/server-queries.ts'
import { ServerItem } from '#features/servers/server-shapes.ts'
import { deviceTags, toServerItem } from '#features/servers/show-server.ts'
import { AppError } from '#kernel/errors.ts'
import type { QueryFilter } from '#query/compile-query.ts'

export const ServerQuery = z
  .string()
  .max(8_000)
  .describe('Query over servers: `status:offline os:debian rack:b3`.')

const stored = ['name', 'status', 'seen'] as const satisfies readonly StoredOrder[]
const measured = {
  cpu: 'cpu_percent',
  memory: 'memory_percent',
  disk: 'disk_percent',
  load: 'load_1m',
  uptime: 'uptime_seconds',
} as const
type MeasuredOrder = keyof typeof measured
const orders = [...stored, ...(Object.keys(measured) as MeasuredOrder[])]
type Order = (typeof orders)[number]
const sorts = orders.flatMap((order): [Order, `-${Order}`] => [order, `-${order}`])

/** A cursor belongs to the order it was made in. */
const Position = z.tuple([z.string(), z.union([z.string(), z.number()]), z.string()])

interface Page {
  sort: string
  limit: number
  after: [value: string | number, id: string] | undefined
}

interface Found {
  row: ServerRow
  position: string | number
}

export const listServersOperation = operation({
  name: 'server.list',
  summary: 'List servers with their newest values.',
  http: 'GET /servers',
  effect: 'read',
  permission: 'monitoring.read',
  paged: true,
  input: z.object({
    ...pageInput,
    q: ServerQuery.exactOptional(),
    sort: z.enum(sorts).default('name').describe('What to order by; a minus turns it round.'),
  }),
  output: pageOf(ServerItem),
  cli: {
    arguments: ['q'],
    columns: [
      'id',
      'name',
      'status',
      'condition',
      'latest.values.cpu_percent',
      'latest.values.memory_percent',
      'latest.values.disk_percent',
      'lastSeen',
    ],
  },
  async run(call, { q, sort, limit, cursor }, signal) {
    const filter = await serverFilter(call, q)
    const page = {
      sort,
      limit: limit + 1,
      after: cursor === undefined ? undefined : positionIn(cursor, sort),
    }
    const [found, total] = await Promise.all([
      findPage(call, filter, page, signal),
      cursor === undefined ? countServers(call, filter) : undefined,
    ])
    const shown = found.slice(0, limit)
    const [newest, tags] = await Promise.all([
      call.metrics.latest(shown.map(({ row }) => row.id)),
      deviceTags(
        call,
        shown.map(({ row }) => row),
      ),
    ])
    const last = shown.at(-1)
    return {
      items: shown.map(({ row }) => toServerItem(row, newest.get(row.id), tags)),
      nextCursor: found.length > limit && last ? encodeCursor([sort, last.position, last.row.id]) : null,
      ...(total === undefined ? {} : { total }),
    }
  },
})

function positionIn(cursor: string, sort: string): [string | number, string] {
  const [madeFor, value, id] = decodeCursor(cursor, Position)
  if (madeFor === sort) return [value, id]
  throw new AppError('CURSOR_INVALID', 'The cursor belongs to another order of this listing', {
    complaints: [{ path: 'cursor', value: cursor, expected: 'a nextCursor of the same sort' }],
    hint: 'Begin again without a cursor.',
  })
}

async function findPage(
  call: Asking,
  filter: QueryFilter | undefined,
  { sort, limit, after }: Page,
  signal: AbortSignal,
): Promise<Found[]> {
  const order = sort.replace('-', '') as Order
  const descending = sort.startsWith('-')
  if (order in measured)
    return findMeasured(call, filter, { order: order as MeasuredOrder, descending, limit, after })
  const position = after && ([String(after[0]), after[1]] as [string, string])
  return findServers(
    call,
    filter,
    { order: order as StoredOrder, descending, limit, after: position },
    signal,
  )
}

/** What is ordered by values that change all the time is ordered here: all of them are in memory. */
const orderedAtMost = 100_000
/** Below every value that these can have: servers that tell none come last when the highest is first. */
const none = -1

async function findMeasured(
  call: Asking,
  filter: QueryFilter | undefined,
  page: { order: MeasuredOrder; descending: boolean; limit: number; after: Page['after'] },
): Promise<Found[]> {
  const ids = await findServerIds(call, filter, orderedAtMost)
  const newest = await call.metrics.latest(ids)
  const metric = measured[page.order]
  const turn = page.descending ? -1 : 1
  const compare = (left: [number, string], right: [number, string]): number =>
    turn * (left[0] - right[0] || (left[1] < right[1] ? -1 : left[1] > right[1] ? 1 : 0))
  const places = ids
    .map((id): [number, string] => [newest.get(id)?.values[metric] ?? none, id])
    .toSorted(compare)
  const after = page.after && ([Number(page.after[0]), page.after[1]] as [number, string])
  const wanted = (after ? places.filter((place) => compare(place, after) > 0) : places).slice(0, page.limit)
  const rows = await loadServers(
    call,
    wanted.map(([, id]) => id),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return wanted.flatMap(([position, id]) => {
    const row = byId.get(id)
    return row ? [{ row, position }] : []
  })
}
