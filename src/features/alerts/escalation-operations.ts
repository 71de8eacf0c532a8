import { z } from 'zod'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import {
  deletePolicy,
  findPolicy,
  insertPolicy,
  knownChannels,
  listPolicies,
  updatePolicy,
} from '#features/alerts/escalation-queries.ts'
import { EscalationPolicy, EscalationStep } from '#features/alerts/escalation-shapes.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

const Id = z.number().int().positive().describe('The id of the escalation.')
const fields = {
  name: z.string().trim().min(1).max(100),
  isDefault: z.boolean().describe('For every rule that names no other.'),
  steps: z.array(EscalationStep).min(1).max(20),
}

const tell = ({ events, clock }: Call): void =>
  events.publish({ topic: 'escalation.changed', at: clock.now(), data: {} })

async function assertChannels({ db }: Call, steps: readonly EscalationStep[]): Promise<void> {
  const wanted = [...new Set(steps.flatMap(({ channelIds }) => channelIds))]
  const known = new Set(await knownChannels(db, wanted))
  const complaints = steps.flatMap(({ channelIds }, index) =>
    channelIds.flatMap((id, place) =>
      known.has(id)
        ? []
        : [{ path: `steps.${index}.channelIds.${place}`, value: id, expected: 'the id of a channel' }],
    ),
  )
  if (complaints.length > 0) throw new AppError('INPUT_INVALID', 'There is no such channel', { complaints })
}

async function sayTaken<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('ALREADY_EXISTS', `There is an escalation called ${name} already`)
    throw error
  }
}

/** Who is told of alerts, and who next when nobody looks after one. */
export const escalationOperations: readonly AnyOperation[] = [
  operation({
    name: 'escalation.list',
    summary: 'List escalations: who is told of alerts, and after how long.',
    http: 'GET /escalations',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({ ...pageInput }),
    output: pageOf(EscalationPolicy),
    cli: { columns: ['id', 'name', 'isDefault', 'version'] },
    async run({ db }, { limit, cursor }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.number()]))
      return toPage(await listPolicies(db, { after, limit: limit + 1 }), limit, ({ name, id }) => [name, id])
    },
  }),
  operation({
    name: 'escalation.create',
    summary: 'Say who is told of alerts, and who next when nobody looks after one.',
    http: 'POST /escalations',
    effect: 'change',
    permission: 'notices.manage',
    input: z.object({ ...fields, isDefault: fields.isDefault.default(false) }),
    output: EscalationPolicy,
    cli: { arguments: ['name'] },
    async run(call, given) {
      await assertChannels(call, given.steps)
      const made = await sayTaken(given.name, () =>
        call.db.transaction().execute((transaction) => insertPolicy(transaction, call.clock.now(), given)),
      )
      tell(call)
      return made
    },
  }),
  operation({
    name: 'escalation.update',
    summary: 'Change an escalation.',
    http: 'PATCH /escalations/:id',
    effect: 'change',
    permission: 'notices.manage',
    input: z.object({
      id: Id,
      name: fields.name.exactOptional(),
      isDefault: fields.isDefault.exactOptional(),
      steps: fields.steps.exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: EscalationPolicy,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...edit }) {
      const policy = await findPolicy(call.db, id)
      const what = `The escalation ${policy.name}`
      assertVersion(what, policy.version, expectedVersion)
      if (edit.steps) await assertChannels(call, edit.steps)
      const isDone = await sayTaken(edit.name ?? policy.name, () =>
        call.db
          .transaction()
          .execute((transaction) =>
            updatePolicy(transaction, call.clock.now(), policy, { ...policy, ...edit }),
          ),
      )
      if (!isDone) throw changedSince(what)
      tell(call)
      return findPolicy(call.db, id)
    },
  }),
  operation({
    name: 'escalation.delete',
    summary: 'Delete an escalation; its rules are told by the default one.',
    http: 'DELETE /escalations/:id',
    effect: 'danger',
    permission: 'notices.manage',
    input: z.object({ id: Id }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await findPolicy(call.db, id)
      await deletePolicy(call.db, id)
      tell(call)
      return undefined
    },
  }),
]
