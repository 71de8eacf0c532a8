import { z } from 'zod'
import { assertServerVisible } from '#features/servers/visible-server-queries.ts'
import {
  countAlerts,
  findAlert,
  listAlerts,
  listTimeline,
  type AlertFilter,
} from '#features/alerts/alert-list-queries.ts'
import { AlertItem, alertStates, AlertTimeline } from '#features/alerts/alert-shapes.ts'
import { endUnknown, insertEvent, setAcknowledged } from '#features/alerts/handle-alert-queries.ts'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { deviceFilter } from '#features/inventory/device-list-queries.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { DeviceQuery } from '#features/inventory/list-devices.ts'
import { readTimeText, TimeText } from '#features/inventory/time-input.ts'
import { severities } from '#features/notices/notice.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

const Id = z.number().int().positive().describe('The id of the alert.')
const Note = z.string().trim().min(1).max(1_000)

const filterInput = {
  q: DeviceQuery.exactOptional(),
  open: z.boolean().exactOptional().describe('Only those that are not over, or only those that are.'),
  severity: z.enum(severities).exactOptional(),
  state: z.enum(alertStates).exactOptional(),
  rule: z.number().int().exactOptional(),
  server: z.string().max(100).exactOptional(),
  device: DeviceKey.exactOptional(),
  from: TimeText.exactOptional().describe('Only those that began then or later.'),
  to: TimeText.exactOptional().describe('Only those that began before.'),
  cause: z.number().int().exactOptional().describe('Only the consequences of this alert.'),
  grouped: z
    .boolean()
    .default(true)
    .describe('Leave out what is a consequence of another open alert; `affected` says how many there are.'),
}

type FilterInput = z.output<z.ZodObject<typeof filterInput>>

async function filterOf(
  call: Call,
  { q, device, grouped, from, to, ...rest }: FilterInput,
): Promise<AlertFilter> {
  const now = call.clock.now()
  return {
    ...rest,
    from: from === undefined ? undefined : readTimeText('from', from, now),
    to: to === undefined ? undefined : readTimeText('to', to, now),
    device: device === undefined ? undefined : await findDeviceId(call, device),
    devices: q === undefined ? undefined : await deviceFilter(call, q),
    isGrouped: grouped && rest.cause === undefined,
  }
}

/** Tells pages, and the node that watches, what a person did. */
const tell = ({ events, clock, actor }: Call, id: number): void =>
  events.publish({ topic: 'alert.changed', at: clock.now(), data: { id, by: actor.name } })

const noteDone = (call: Call, id: number, kind: string, message: string): Promise<unknown> =>
  insertEvent(call.db, { alert_id: id, at: call.clock.now(), kind, actor: call.actor.name, message })

async function openAlert(call: Call, id: number): Promise<AlertItem> {
  const alert = await findAlert(call.db, call.actor, id)
  if (alert.state !== 'resolved') return alert
  throw new AppError('CONFLICT', `The alert ${id} is over`, {
    hint: 'Only an open alert needs looking after.',
  })
}

/** What is wrong, and what people do about it. */
export const alertOperations: readonly AnyOperation[] = [
  operation({
    name: 'alert.list',
    summary: 'List alerts: open ones first, the worst first, consequences under their cause.',
    http: 'GET /alerts',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({ ...pageInput, ...filterInput }),
    output: pageOf(AlertItem),
    cli: {
      columns: [
        'id',
        'severity',
        'state',
        'title',
        'affected',
        'suppressedBy',
        'startedAt',
        'acknowledgedBy',
      ],
    },
    async run(call, { limit, cursor, ...given }) {
      if (given.server !== undefined)
        await assertServerVisible(call.db, call.engine, call.actor, given.server)
      const filter = await filterOf(call, given)
      const after =
        cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number(), z.string(), z.number()]))
      const found = await listAlerts(call.db, call.actor, filter, { after, limit: limit + 1 })
      const { items, nextCursor } = toPage(found, limit, ({ position }) => position)
      const total = after === undefined ? { total: await countAlerts(call.db, call.actor, filter) } : {}
      return { items: items.map(({ item }) => item), nextCursor, ...total }
    },
  }),
  operation({
    name: 'alert.show',
    summary: 'Show one alert.',
    http: 'GET /alerts/:id',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: Id }),
    output: AlertItem,
    cli: { arguments: ['id'] },
    run: ({ db, actor }, { id }) => findAlert(db, actor, id),
  }),
  operation({
    name: 'alert.timeline',
    summary: 'List what became of an alert and what was done about it, the newest first.',
    http: 'GET /alerts/:id/timeline',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({ ...pageInput, id: Id }),
    output: pageOf(AlertTimeline),
    cli: { arguments: ['id'], columns: ['at', 'kind', 'by', 'message'] },
    async run({ db, actor }, { id, limit, cursor }) {
      await findAlert(db, actor, id)
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      return toPage(await listTimeline(db, id, { before, limit: limit + 1 }), limit, (event) => [event.id])
    },
  }),
  operation({
    name: 'alert.acknowledge',
    summary: 'Say that you look after an alert: nobody is reminded or called any more until it is over.',
    http: 'POST /alerts/:id/acknowledge',
    effect: 'change',
    permission: 'alerts.acknowledge',
    input: z.object({ id: Id, note: Note.exactOptional() }),
    output: AlertItem,
    cli: { arguments: ['id', 'note'] },
    async run(call, { id, note }) {
      await openAlert(call, id)
      const by = { at: call.clock.now(), actor: call.actor.name }
      if (await setAcknowledged(call.db, id, by))
        await noteDone(call, id, 'acknowledged', note ?? 'Looks after it.')
      tell(call, id)
      return findAlert(call.db, call.actor, id)
    },
  }),
  operation({
    name: 'alert.unacknowledge',
    summary: 'Say that nobody looks after an alert any more.',
    http: 'POST /alerts/:id/unacknowledge',
    effect: 'change',
    permission: 'alerts.acknowledge',
    input: z.object({ id: Id }),
    output: AlertItem,
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await openAlert(call, id)
      if (await setAcknowledged(call.db, id, null))
        await noteDone(call, id, 'unacknowledged', 'Looks after it no more.')
      tell(call, id)
      return findAlert(call.db, call.actor, id)
    },
  }),
  operation({
    name: 'alert.note',
    summary: 'Write something to an alert, for whoever looks at it next.',
    http: 'POST /alerts/:id/notes',
    effect: 'change',
    permission: 'alerts.acknowledge',
    input: z.object({
      id: Id,
      note: Note,
      public: z.boolean().default(false).describe('Show it on the public status page too, word for word.'),
    }),
    output: AlertItem,
    cli: { arguments: ['id', 'note'] },
    async run(call, { id, note, public: isPublic }) {
      const alert = await findAlert(call.db, call.actor, id)
      await noteDone(call, id, isPublic ? 'public note' : 'note', note)
      tell(call, id)
      return alert
    },
  }),
  operation({
    name: 'alert.resolve',
    summary:
      'Say that an alert is over of which nothing is heard any more, such as a disk that was taken out.',
    http: 'POST /alerts/:id/resolve',
    effect: 'change',
    permission: 'alerts.acknowledge',
    input: z.object({ id: Id, note: Note.exactOptional() }),
    output: AlertItem,
    cli: { arguments: ['id', 'note'] },
    async run(call, { id, note }) {
      await openAlert(call, id)
      if (!(await endUnknown(call.db, id, call.clock.now())))
        throw new AppError('CONFLICT', `The alert ${id} is still seen to be true`, {
          hint: 'It ends by itself when what it tells of is all right; acknowledge or silence it meanwhile.',
        })
      await noteDone(call, id, 'resolved', note ?? 'Says that it is over.')
      tell(call, id)
      return findAlert(call.db, call.actor, id)
    },
  }),
]
