import { z } from 'zod'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import { deviceFilter } from '#features/inventory/device-list-queries.ts'
import { readTimeText, TimeText } from '#features/inventory/time-input.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { schedule } from '#config-schema.ts'
import { isTimeZone, machineTimeZone } from '#features/schedules/zone-segments.ts'
import { assertServerVisible, visibleAmong } from '#features/servers/visible-server-queries.ts'
import {
  deleteWindow,
  findWindow,
  insertWindow,
  listWindows,
  MaintenanceWindow,
  noWindow,
  updateWindow,
  type WindowFields,
} from '#features/status/maintenance-queries.ts'
import { openAt } from '#features/status/maintenance-now.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'

const Id = z.number().int().positive()
const fields = {
  name: z.string().trim().min(1).max(100),
  q: z.string().trim().min(1).max(8_000).nullable().describe('A query over devices whose servers it covers.'),
  serverIds: z.array(z.string().min(1).max(100)).max(10_000).describe('Servers by their ids.'),
  from: TimeText.nullable().describe('When it begins, if it is open once.'),
  to: TimeText.nullable().describe('When it ends, if it is open once.'),
  cron: schedule.nullable().describe('When it opens, if it does so again and again.'),
  minutes: z.number().int().min(1).max(44_640).nullable().describe('How long it is open each time.'),
  timeZone: z
    .string()
    .refine(isTimeZone)
    .meta({ expected: 'an IANA time zone such as Europe/Berlin' })
    .nullable()
    .describe('The zone whose clocks count; that of this machine when left out.'),
}
const Shown = MaintenanceWindow.extend({ isOpen: z.boolean().describe('Whether it covers its servers now.') })

const shown = ({ clock }: Pick<Call, 'clock'>, window: MaintenanceWindow): z.infer<typeof Shown> => ({
  ...window,
  isOpen: openAt(window, clock.now()) !== undefined,
})

const tell = ({ events, clock }: Call, id: number) =>
  events.publish({ topic: 'maintenance.changed', at: clock.now(), data: { id } })

/** A window covers servers that somebody limited to tags may not know of. */
function assertUnlimited({ actor }: Call): void {
  if (actor.tags !== undefined)
    throw new AppError('FORBIDDEN', 'Maintenance windows are for those who see all servers', {
      hint: 'Put a server that you see into maintenance for some minutes.',
    })
}

const wrong = (path: string, value: unknown, expected: string): AppError =>
  new AppError('INPUT_INVALID', `The maintenance window cannot use ${path}`, {
    complaints: [{ path, value, expected }],
  })

/** The window as it is kept; throws INPUT_INVALID, QUERY_INVALID or NOT_FOUND. */
async function checked(call: Call, given: WindowFields): Promise<WindowFields> {
  const now = call.clock.now()
  const window = {
    ...given,
    from: given.from === null ? null : readTimeText('from', given.from, now),
    to: given.to === null ? null : readTimeText('to', given.to, now),
  }
  if ((window.q === null) === (window.serverIds.length === 0))
    throw wrong('q', window.q, 'either a query or the ids of servers')
  if (window.q !== null) await deviceFilter(call, window.q)
  const there = new Set(await visibleAmong(call.db, call.engine, call.actor, window.serverIds))
  const missing = window.serverIds.find((id) => !there.has(id))
  if (missing !== undefined) throw new AppError('NOT_FOUND', `There is no server ${missing}`)
  if (window.cron === null) {
    if (window.minutes !== null) throw wrong('minutes', window.minutes, 'a cron expression beside it')
    if (window.from === null || window.to === null)
      throw wrong('to', window.to, 'from and to, or a cron expression')
    if (window.to <= window.from) throw wrong('to', window.to, `a time after ${window.from}`)
    return { ...window, timeZone: null }
  }
  if (window.from !== null || window.to !== null) throw wrong('cron', window.cron, 'no from and to beside it')
  if (window.minutes === null) throw wrong('minutes', null, 'how many minutes it is open each time')
  return { ...window, timeZone: window.timeZone ?? machineTimeZone() }
}

/** Times in which servers are left in peace. */
export const maintenanceOperations: readonly AnyOperation[] = [
  operation({
    name: 'maintenance.list',
    summary: 'List maintenance windows.',
    http: 'GET /maintenance-windows',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(Shown),
    cli: { columns: ['id', 'name', 'isOpen', 'q', 'from', 'to', 'cron', 'minutes', 'timeZone'] },
    async run(call, { limit, cursor }) {
      if (call.actor.tags !== undefined) return { items: [], nextCursor: null }
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.number()]))
      const windows = await listWindows(call.db, { after, limit: limit + 1 })
      return toPage(
        windows.map((window) => shown(call, window)),
        limit,
        ({ name, id }) => [name, id],
      )
    },
  }),
  operation({
    name: 'maintenance.show',
    summary: 'Show a maintenance window.',
    http: 'GET /maintenance-windows/:id',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: Id }),
    output: Shown,
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      if (call.actor.tags !== undefined) throw noWindow(id)
      return shown(call, await findWindow(call.db, id))
    },
  }),
  operation({
    name: 'maintenance.create',
    summary: 'Leave servers in peace for a time, once or by a pattern.',
    http: 'POST /maintenance-windows',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      name: fields.name,
      q: fields.q.default(null),
      serverIds: fields.serverIds.default([]),
      from: fields.from.default(null),
      to: fields.to.default(null),
      cron: fields.cron.default(null),
      minutes: fields.minutes.default(null),
      timeZone: fields.timeZone.default(null),
    }),
    output: Shown,
    cli: { arguments: ['name'] },
    async run(call, given) {
      assertUnlimited(call)
      const window = await insertWindow(
        call.db,
        call.clock.now(),
        call.actor.name,
        await checked(call, given),
      )
      tell(call, window.id)
      return shown(call, window)
    },
  }),
  operation({
    name: 'maintenance.update',
    summary: 'Change a maintenance window.',
    http: 'PATCH /maintenance-windows/:id',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      id: Id,
      name: fields.name.exactOptional(),
      q: fields.q.exactOptional(),
      serverIds: fields.serverIds.exactOptional(),
      from: fields.from.exactOptional(),
      to: fields.to.exactOptional(),
      cron: fields.cron.exactOptional(),
      minutes: fields.minutes.exactOptional(),
      timeZone: fields.timeZone.exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: Shown,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...edit }) {
      assertUnlimited(call)
      const window = await findWindow(call.db, id)
      assertVersion(`The maintenance window ${window.name}`, window.version, expectedVersion)
      const next = await checked(call, { ...window, ...edit })
      if (!(await updateWindow(call.db, call.clock.now(), window, next)))
        throw changedSince(`The maintenance window ${window.name}`)
      tell(call, id)
      return shown(call, await findWindow(call.db, id))
    },
  }),
  operation({
    name: 'maintenance.delete',
    summary: 'Delete a maintenance window.',
    http: 'DELETE /maintenance-windows/:id',
    effect: 'danger',
    permission: 'monitoring.change',
    input: z.object({ id: Id }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      assertUnlimited(call)
      if (!(await deleteWindow(call.db, id))) throw noWindow(id)
      tell(call, id)
      return undefined
    },
  }),
  operation({
    name: 'server.maintenance',
    summary: 'Leave a server in peace from now on for some minutes.',
    http: 'POST /servers/:id/maintenance',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      id: z.string().min(1).max(100),
      minutes: z.number().int().min(1).max(44_640).default(60),
      reason: z.string().trim().min(1).max(100).exactOptional(),
    }),
    output: Shown,
    cli: { arguments: ['id', 'minutes'] },
    async run(call, { id, minutes, reason }) {
      await assertServerVisible(call.db, call.engine, call.actor, id)
      const now = call.clock.now()
      const window = await insertWindow(call.db, now, call.actor.name, {
        name: reason ?? `Maintenance of ${id}`,
        q: null,
        serverIds: [id],
        from: now,
        to: shift(now, minutes * 60_000),
        cron: null,
        minutes: null,
        timeZone: null,
      })
      tell(call, window.id)
      return shown(call, window)
    },
  }),
]
