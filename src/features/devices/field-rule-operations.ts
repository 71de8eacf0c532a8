import { z } from 'zod'
import { assertDeviceVisible } from '#features/access/visible-devices.ts'
import { conflictsText } from '#features/devices/conflict-text.ts'
import { deviceEdit } from '#features/devices/device-input.ts'
import { updateDevice } from '#features/devices/edit-devices.ts'
import { removeRule, setRule, type NewRule } from '#features/devices/edit-rules.ts'
import { ConflictShape, countConflicts, listConflicts } from '#features/identity/conflict-list-queries.ts'
import { findRule, listRules, namesToBelieve, presentValue } from '#features/identity/field-rule-queries.ts'
import type { StoredRule } from '#features/identity/field-rule-queries.ts'
import { goldenFields, type GoldenField } from '#features/identity/golden-field.ts'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { DeviceReference, Timestamp } from '#features/inventory/device-shapes.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'
import { DeviceId, JobId } from '#model/ids.ts'

const FieldRuleShape = z.object({
  id: z.number().int(),
  device: DeviceReference.nullable().describe('Null for a rule about all devices.'),
  field: z.string(),
  kind: z.enum(['lock', 'prefer']),
  sources: z.array(z.string()).describe('Of a preference the most believed first; of a lock at most one.'),
  value: z.json().describe('What a lock without a source holds.'),
  note: z.string().nullable(),
  by: z.string(),
  at: Timestamp,
  version: z.number().int(),
})
export type FieldRuleShape = z.infer<typeof FieldRuleShape>

const toShape = ({ device, name, value, sources, ...rule }: StoredRule): FieldRuleShape => ({
  ...rule,
  device: device === null ? null : { id: DeviceId.parse(device), name },
  sources: [...sources],
  value: value ?? null,
})

const Computing = JobId.nullable().describe('The job that computes the devices again, where they are many.')

const Field = z.enum(goldenFields)
const SourceName = z.string().trim().min(1).max(200)
const Note = z.string().trim().max(1_000).exactOptional()
const RuleId = z.number().int().positive()

/** The rule, if the actor may see its device; rules about all devices are for whoever sees all. */
async function visibleRule(call: Call, id: number): Promise<StoredRule> {
  const rule = await findRule(call.db, id)
  if (!rule) throw new AppError('NOT_FOUND', `There is no rule ${id}`)
  if (rule.device !== null) await assertDeviceVisible(call.db, call.actor, rule.device)
  else assertSeesAll(call)
  return rule
}

function assertSeesAll({ actor }: Call): void {
  if (actor.tags === undefined) return
  throw new AppError('FORBIDDEN', `${actor.name} is limited to devices with certain tags`, {
    hint: 'Rules about all devices are made by people who see all of them.',
  })
}

/** A value that a lock may hold: what could be entered by hand. */
function lockable(field: string, value: unknown): NewRule['value'] {
  const checked = deviceEdit[field as GoldenField].safeParse(value)
  if (checked.success && checked.data !== null) return checked.data
  throw new AppError('INPUT_INVALID', `${field} cannot be locked to this value`, {
    complaints: [{ path: 'value', value: value as never, expected: `what can be entered as ${field}` }],
  })
}

/** Whom to believe, field by field. */
export const fieldRuleOperations: readonly AnyOperation[] = [
  operation({
    name: 'fieldrule.list',
    summary: 'List whom people said to believe: locks and preferred sources, of single devices and of all.',
    http: 'GET /field-rules',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      device: DeviceKey.exactOptional().describe('Only about this device.'),
      everywhere: z.boolean().exactOptional().describe('Only about all devices.'),
      field: z.string().exactOptional(),
      kind: z.enum(['lock', 'prefer']).exactOptional(),
    }),
    output: pageOf(FieldRuleShape),
    cli: { columns: ['id', 'device.id', 'device.name', 'field', 'kind', 'sources', 'value', 'by', 'at'] },
    async run(call, { limit, cursor, device, everywhere, field, kind }) {
      const after = cursor === undefined ? 0 : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const about = device === undefined ? undefined : await findDeviceId(call, device)
      const only = about ?? (everywhere === true ? null : undefined)
      const rules = await listRules(
        call.db,
        call.actor,
        { field, kind, device: only },
        { after, limit: limit + 1 },
      )
      return toPage(rules.map(toShape), limit, (rule) => [rule.id])
    },
  }),
  operation({
    name: 'fieldrule.set',
    summary: 'Lock a field of a device to a value or a source, or say which sources to believe of a field.',
    http: 'POST /field-rules',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      field: z.union([Field, z.literal('*')]).describe('`*` in a preference about all devices: every field.'),
      kind: z.enum(['lock', 'prefer']),
      device: DeviceKey.exactOptional().describe(
        'Left out: all devices; only a preference can be about all.',
      ),
      sources: z
        .array(SourceName)
        .max(50)
        .default([])
        .describe('Names of sources or systems, the most believed first; a lock takes one, or a value.'),
      value: z
        .json()
        .exactOptional()
        .describe('What a lock holds; left out without a source, the present value.'),
      note: Note,
    }),
    output: FieldRuleShape.extend({ jobId: Computing }),
    cli: { arguments: ['field', 'kind'] },
    async run(call, { device: key, note, ...given }) {
      const device = key === undefined ? null : await findDeviceId(call, key)
      if (device === null) assertSeesAll(call)
      const rule = await readRule(call, { ...given, device, note: note || null })
      const { id, jobId } = await setRule(call, rule)
      return { ...toShape((await findRule(call.db, id))!), jobId }
    },
  }),
  operation({
    name: 'fieldrule.remove',
    summary: 'Take a rule about a field back; the order of belief decides again.',
    http: 'DELETE /field-rules/:id',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ id: RuleId }),
    output: z.object({ jobId: Computing }),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await visibleRule(call, id)
      return { jobId: await removeRule(call, id) }
    },
  }),
  operation({
    name: 'conflict.list',
    summary: 'List the fields in which sources contradict each other, until somebody says who is right.',
    http: 'GET /conflicts',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      field: z.string().exactOptional(),
      device: DeviceKey.exactOptional(),
      source: z.string().exactOptional().describe('Only with a claim of this source.'),
      q: z.string().max(200).exactOptional().describe('Text in the device.'),
    }),
    output: pageOf(ConflictShape),
    cli: { show: conflictsText },
    async run(call, { limit, cursor, device, ...rest }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number(), z.string()]))
      const id = device === undefined ? undefined : await findDeviceId(call, device)
      const filter = { ...rest, device: id }
      const [conflicts, total] = await Promise.all([
        listConflicts(call.db, call.actor, filter, { after, limit: limit + 1 }),
        after === undefined ? countConflicts(call.db, call.actor, filter) : undefined,
      ])
      const page = toPage(conflicts, limit, (each) => [each.device.id, each.field])
      return { ...page, ...(total === undefined ? {} : { total }) }
    },
  }),
  operation({
    name: 'conflict.resolve',
    summary:
      'Say who is right: believe a source of this device or of all, lock a value, or enter one by hand.',
    http: 'POST /conflicts/resolve',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      items: z
        .array(z.object({ device: DeviceId, field: Field }))
        .min(1)
        .max(500),
      by: z
        .enum(['prefer', 'prefer-everywhere', 'lock', 'enter'])
        .describe('prefer and prefer-everywhere take a source; lock and enter a value, lock also a source.'),
      source: SourceName.exactOptional(),
      value: z.json().exactOptional().describe('Left out of a lock without a source: the present value.'),
      note: Note,
    }),
    output: z.object({
      resolved: z.number().int().describe('How many devices and fields were ruled about.'),
      jobs: z.array(JobId).describe('Jobs that compute the devices again, where they are many.'),
    }),
    async run(call, { items, by, source, value, note }, signal) {
      for (const { device } of items) await assertDeviceVisible(call.db, call.actor, device)
      if (by === 'prefer-everywhere') assertSeesAll(call)
      const sources = source === undefined ? [] : [source]
      const about = by === 'prefer-everywhere' ? onceAField(items) : items
      const kind = by === 'lock' ? 'lock' : 'prefer'
      // All of it is read first: what is wrong with one is said before anything is done.
      const edits =
        by === 'enter' ? about.map((each) => ({ ...each, value: lockable(each.field, value) })) : []
      const rules: NewRule[] = []
      for (const { device, field } of by === 'enter' ? [] : about) {
        const where = by === 'prefer-everywhere' ? null : device
        const given = { field, kind, device: where, sources, note: note || null } as const
        rules.push(await readRule(call, value === undefined ? given : { ...given, value }))
      }
      for (const edit of edits) await updateDevice(call, edit.device, { [edit.field]: edit.value }, undefined)
      const jobs: JobId[] = []
      for (const rule of rules) {
        signal.throwIfAborted()
        const { jobId } = await setRule(call, rule)
        if (jobId !== null) jobs.push(jobId)
      }
      return { resolved: items.length, jobs }
    },
  }),
]

const onceAField = <Item extends { field: string }>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [item.field, item])).values(),
]

/** A name that nobody has would never be believed, and nobody would know. */
async function assertKnown(db: Call['db'], sources: readonly string[]): Promise<void> {
  if (sources.length === 0) return
  const known = await namesToBelieve(db)
  const complaints = sources
    .filter((name) => !known.has(name))
    .map((value) => {
      const meant = suggest(value, [...known])
      const question = meant === undefined ? '' : `; did you mean ${meant}?`
      return {
        path: 'sources',
        value,
        expected: `a source that was read, or a system such as netbox${question}`,
      }
    })
  if (complaints.length > 0) throw new AppError('INPUT_INVALID', 'The rule cannot be kept so', { complaints })
}

/** What was given as a rule; throws INPUT_INVALID where it says too little or too much. */
async function readRule(
  { db }: Call,
  { field, kind, device, sources, value, note }: NewRule,
): Promise<NewRule> {
  const complain = (path: string, expected: string) =>
    new AppError('INPUT_INVALID', 'The rule cannot be kept so', { complaints: [{ path, expected }] })
  await assertKnown(db, sources)
  if (kind === 'prefer') {
    if (sources.length === 0) throw complain('sources', 'the source to believe')
    if (value !== undefined) throw complain('value', 'no value: a preference is about sources')
    if (field === '*' && device !== null) throw complain('field', 'one field, for one device')
    return { field, kind, device, sources, note }
  }
  if (device === null) throw complain('device', 'a device: a value is locked on one')
  if (field === '*') throw complain('field', 'one field')
  if (sources.length > 1) throw complain('sources', 'one source, or a value')
  if (sources.length === 1 && value !== undefined)
    throw complain('value', 'a source or a value, and not both')
  if (sources.length === 1) return { field, kind, device, sources, note }
  const held =
    value === undefined ? await presentValue(db, device, field as GoldenField) : lockable(field, value)
  if (held === null || held === undefined) throw complain('value', `a value: ${field} has none now`)
  return { field, kind, device, sources: [], value: held, note }
}
