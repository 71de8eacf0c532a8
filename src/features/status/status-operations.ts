import { z } from 'zod'
import { serverConditions, serverStatuses } from '#features/monitoring/watch.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { assertServerVisible } from '#features/servers/visible-server-queries.ts'
import {
  changesOf,
  changesSince,
  countStatuses,
  gapsSince,
  lastWatched,
  listIncidents,
} from '#features/status/history-queries.ts'
import { maintenanceOperations } from '#features/status/maintenance-operations.ts'
import { percentOf, uptimeIn, type Uptime } from '#features/status/uptime.ts'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'

const ServerKey = z.string().min(1).max(100).describe('Id of the server.')
const day = 86_400_000
const Position = z.tuple([z.string(), z.number()])

const StatusChange = z.object({
  id: z.number().int(),
  at: z.string(),
  status: z.enum(serverStatuses),
  condition: z.enum(serverConditions).nullable(),
  cause: z.string(),
  incidentId: z.number().int().nullable().describe('The incident in which many went missing together.'),
})

const Incident = z.object({
  id: z.number().int(),
  kind: z.string(),
  message: z.string(),
  servers: z.number().int().describe('How many servers went missing.'),
  beganAt: z.string(),
  endedAt: z.string().nullable(),
})

const uptimeFields = {
  percent: z.number().nullable().describe('Up in percent of what is known; null where nothing is.'),
  upSeconds: z.number(),
  downSeconds: z.number(),
  unknownSeconds: z.number().describe('Nobody listened, or nothing had been heard yet.'),
}

const uptimeOf = (uptime: Uptime) => ({
  percent: percentOf(uptime),
  upSeconds: uptime.up / 1_000,
  downSeconds: uptime.down / 1_000,
  unknownSeconds: uptime.unknown / 1_000,
})

/** Who is there, and who was. */
export const statusOperations: readonly AnyOperation[] = [
  operation({
    name: 'status.history',
    summary: 'List the changes of the status of a server, newest first.',
    http: 'GET /servers/:id/status-changes',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({ id: ServerKey, ...pageInput }),
    output: pageOf(StatusChange),
    cli: { arguments: ['id'], columns: ['at', 'status', 'condition', 'cause'] },
    async run(call, { id, limit, cursor }) {
      await assertServerVisible(call.db, call.engine, call.actor, id)
      const before = cursor === undefined ? undefined : decodeCursor(cursor, Position)
      const changes = await changesOf(call.db, id, { before, limit: limit + 1 })
      return toPage(
        changes.map((row) => StatusChange.parse(row)),
        limit,
        ({ at, id: last }) => [at, last],
      )
    },
  }),
  operation({
    name: 'status.uptime',
    summary: 'Show how long a server was up, day by day (UTC) and in all.',
    http: 'GET /servers/:id/uptime',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({
      id: ServerKey,
      days: z.number().int().min(1).max(366).default(30).describe('Up to and with today.'),
    }),
    output: z.object({
      from: z.string(),
      to: z.string(),
      ...uptimeFields,
      days: z.array(z.object({ day: z.string(), ...uptimeFields })),
    }),
    cli: { arguments: ['id'] },
    async run(call, { id, days }) {
      await assertServerVisible(call.db, call.engine, call.actor, id)
      const to = toMilliseconds(call.clock.now())
      const from = to - (to % day) - (days - 1) * day
      const since = toTimestamp(from)
      const changes = await changesSince(call.db, id, since)
      const gaps = await gapsSince(call.db, since)
      const byDay = Array.from({ length: days }, (_, at) => {
        const begin = from + at * day
        const uptime = uptimeIn({ from: begin, to: Math.min(begin + day, to) }, changes, gaps)
        return { day: toTimestamp(begin).slice(0, 10), ...uptimeOf(uptime) }
      })
      return {
        from: since,
        to: toTimestamp(to),
        ...uptimeOf(uptimeIn({ from, to }, changes, gaps)),
        days: byDay,
      }
    },
  }),
  operation({
    name: 'fleet.status',
    summary: 'Count servers by status and condition.',
    http: 'GET /fleet/status',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({}),
    output: z.object({
      total: z.number().int(),
      statuses: z.record(z.enum(serverStatuses), z.number().int()),
      conditions: z.record(z.enum(serverConditions), z.number().int()),
      watchedAt: z.string().nullable().describe('When a node was last known to watch.'),
    }),
    async run({ db, actor }) {
      const counts = await countStatuses(db, actor)
      const sum = (is: (row: (typeof counts)[number]) => boolean): number =>
        counts.filter(is).reduce((total, { count }) => total + count, 0)
      return {
        total: sum(() => true),
        statuses: countedBy(serverStatuses, (name) => sum(({ status }) => status === name)),
        conditions: countedBy(serverConditions, (name) => sum(({ condition }) => condition === name)),
        watchedAt: (await lastWatched(db)) ?? null,
      }
    },
  }),
  operation({
    name: 'fleet.incidents',
    summary: 'List the times at which many servers went missing together, newest first.',
    http: 'GET /fleet/incidents',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(Incident),
    cli: { columns: ['id', 'beganAt', 'endedAt', 'servers', 'message'] },
    async run({ db, actor }, { limit, cursor }) {
      if (actor.tags !== undefined) return { items: [], nextCursor: null }
      const before = cursor === undefined ? undefined : decodeCursor(cursor, Position)
      const incidents = await listIncidents(db, { before, limit: limit + 1 })
      return toPage(incidents, limit, ({ beganAt, id }) => [beganAt, id])
    },
  }),
  ...maintenanceOperations,
]

const countedBy = <Name extends string>(names: readonly Name[], count: (name: Name) => number) =>
  Object.fromEntries(names.map((name) => [name, count(name)])) as Record<Name, number>
