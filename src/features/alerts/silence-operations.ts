import { z } from 'zod'
import { findAlert } from '#features/alerts/alert-list-queries.ts'
import { insertEvent } from '#features/alerts/handle-alert-queries.ts'
import { findRule } from '#features/alerts/rule-queries.ts'
import { assertSeesAll } from '#features/alerts/see-all.ts'
import { assertReadable, selectionSubjects } from '#features/alerts/select-subjects.ts'
import {
  deleteSilences,
  insertSilence,
  listSilences,
  type StoredSilence,
} from '#features/alerts/silence-queries.ts'
import { DeviceQuery } from '#features/inventory/list-devices.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { parseTimestamp, shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'

const Silence = z.object({
  id: z.number().int(),
  subject: z.enum(selectionSubjects),
  query: z.string().nullable(),
  ruleId: z.number().int().nullable(),
  alertId: z.number().int().nullable(),
  until: z.string(),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
})

const howLong = {
  minutes: z.number().int().min(1).max(527_040).exactOptional().describe('How long; or say `until` when.'),
  until: z.string().trim().max(40).exactOptional().describe('Until when: 2026-11-22T10:00:00Z.'),
  reason: z.string().trim().min(1).max(500),
}

const longest = 366 * 1_440 * 60_000

function endOf({ clock }: Call, { minutes, until }: { minutes?: number; until?: string }): string {
  const now = clock.now()
  if (minutes !== undefined && until === undefined) return shift(now, minutes * 60_000)
  const end = until === undefined ? undefined : parseTimestamp(until)
  if (end !== undefined && minutes === undefined && end > now && end <= shift(now, longest)) return end
  throw new AppError('INPUT_INVALID', 'It does not say until when', {
    complaints: [
      { path: 'until', value: until ?? null, expected: 'minutes, or a time to come within a year' },
    ],
  })
}

const tell = ({ events, clock }: Call): void =>
  events.publish({ topic: 'silence.changed', at: clock.now(), data: {} })

/** Whether somebody limited by tags may know of a silence: it is theirs, or of an alert that they see. */
async function isVisible(call: Call, { createdBy, alertId }: StoredSilence): Promise<boolean> {
  if (call.actor.tags === undefined || createdBy === call.actor.name) return true
  if (alertId === null) return false
  return findAlert(call.db, call.actor, alertId).then(
    () => true,
    () => false,
  )
}

async function visibleSilence(call: Call, id: number): Promise<StoredSilence> {
  const [found] = await listSilences(call.db, { after: '', beyond: id - 1, limit: 1 })
  if (found?.id === id && (await isVisible(call, found))) return found
  throw new AppError('NOT_FOUND', `There is no silence ${id}`)
}

/** Times in which nobody is told of what is wrong; it is still watched. */
export const silenceOperations: readonly AnyOperation[] = [
  operation({
    name: 'silence.list',
    summary: 'List the silences that are in force.',
    http: 'GET /silences',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({ ...pageInput }),
    output: pageOf(Silence),
    cli: { columns: ['id', 'subject', 'query', 'ruleId', 'alertId', 'until', 'reason', 'createdBy'] },
    async run(call, { limit, cursor }) {
      const beyond = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const all = await listSilences(call.db, { after: call.clock.now(), beyond })
      const visible: StoredSilence[] = []
      for (const silence of all) {
        if (visible.length > limit) break
        if (await isVisible(call, silence)) visible.push(silence)
      }
      return toPage(visible, limit, ({ id }) => [id])
    },
  }),
  operation({
    name: 'silence.create',
    summary: 'Tell nobody for a while: of the alerts of a selection, of a rule, or of both.',
    http: 'POST /silences',
    effect: 'change',
    permission: 'alerts.acknowledge',
    input: z.object({
      q: DeviceQuery.exactOptional(),
      subject: z
        .enum(selectionSubjects)
        .default('device')
        .describe('What `q` asks about: devices, or servers, which need not have a device.'),
      ruleId: z.number().int().positive().exactOptional(),
      ...howLong,
    }),
    output: Silence,
    cli: { arguments: ['q'] },
    async run(call, { q, subject, ruleId, minutes, until, reason }) {
      assertSeesAll(call.actor, 'Silences')
      if (q !== undefined) await assertReadable(call, { subject, query: q })
      if (ruleId !== undefined) await findRule(call.db, ruleId)
      const end = endOf(call, {
        ...(minutes === undefined ? {} : { minutes }),
        ...(until === undefined ? {} : { until }),
      })
      return make(call, {
        subject,
        query: q ?? null,
        ruleId: ruleId ?? null,
        alertId: null,
        until: end,
        reason,
      })
    },
  }),
  operation({
    name: 'alert.silence',
    summary: 'Tell nobody of one alert for a while.',
    http: 'POST /alerts/:id/silence',
    effect: 'change',
    permission: 'alerts.acknowledge',
    input: z.object({ id: z.number().int().positive(), ...howLong }),
    output: Silence,
    cli: { arguments: ['id'] },
    async run(call, { id, minutes, until, reason }) {
      await findAlert(call.db, call.actor, id)
      const end = endOf(call, {
        ...(minutes === undefined ? {} : { minutes }),
        ...(until === undefined ? {} : { until }),
      })
      const silence = await make(call, {
        subject: 'device',
        query: null,
        ruleId: null,
        alertId: id,
        until: end,
        reason,
      })
      await note(call, id, 'silenced', `Until ${end}: ${reason}`)
      return silence
    },
  }),
  operation({
    name: 'alert.unsilence',
    summary: 'Let people be told of an alert again.',
    http: 'POST /alerts/:id/unsilence',
    effect: 'change',
    permission: 'alerts.acknowledge',
    input: z.object({ id: z.number().int().positive() }),
    output: z.object({ removed: z.number().int() }),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await findAlert(call.db, call.actor, id)
      const removed = await deleteSilences(call.db, { alertId: id })
      if (removed > 0) await note(call, id, 'unsilenced', 'It is told of again.')
      tell(call)
      return { removed }
    },
  }),
  operation({
    name: 'silence.delete',
    summary: 'End a silence before its time.',
    http: 'DELETE /silences/:id',
    effect: 'change',
    permission: 'alerts.acknowledge',
    input: z.object({ id: z.number().int().positive() }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      const silence = await visibleSilence(call, id)
      if (silence.alertId === null) assertSeesAll(call.actor, 'Silences')
      await deleteSilences(call.db, { id })
      tell(call)
      return undefined
    },
  }),
]

async function make(
  call: Call,
  silence: Pick<StoredSilence, 'subject' | 'query' | 'ruleId' | 'alertId' | 'until' | 'reason'>,
): Promise<StoredSilence> {
  const made = { ...silence, createdBy: call.actor.name, createdAt: call.clock.now() }
  const id = await insertSilence(call.db, made)
  tell(call)
  return { id, ...made }
}

const note = (call: Call, id: number, kind: string, message: string) =>
  insertEvent(call.db, { alert_id: id, at: call.clock.now(), kind, actor: call.actor.name, message })
