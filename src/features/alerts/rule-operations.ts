import { z } from 'zod'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import {
  AlertCondition,
  AlertLevels,
  isPlainState,
  isUpward,
  operatorOf,
  type AlertRule,
} from '#features/alerts/alert-rule.ts'
import { findPolicy } from '#features/alerts/escalation-queries.ts'
import { previewRule, type Proposed } from '#features/alerts/preview-rule.ts'
import {
  deleteRule,
  findRule,
  insertRule,
  listRules,
  updateRule,
  type RuleFields,
} from '#features/alerts/rule-queries.ts'
import { assertSeesAll } from '#features/alerts/see-all.ts'
import { assertReadable, selectionSubjects } from '#features/alerts/select-subjects.ts'
import { seriesPattern } from '#features/alerts/series-pattern.ts'
import { testRule } from '#features/alerts/test-rule.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import { severities } from '#features/notices/notice.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

const Id = z.number().int().positive().describe('The id of the rule.')
const Seconds = z.number().int().min(0).max(604_800)

const proposed = {
  subject: z
    .enum(selectionSubjects)
    .describe('What the query asks about: devices, or servers, which need not have a device.'),
  query: z
    .string()
    .trim()
    .max(8_000)
    .describe('Whom it is about, in the query language; empty for all servers and checks.'),
  condition: AlertCondition,
  levels: AlertLevels,
  clearAt: z
    .number()
    .nullable()
    .describe('Where the mildest severity is over again; null for 5 % short of its threshold.'),
  forSeconds: Seconds.describe('How long it has to be so.'),
  clearForSeconds: Seconds.describe('How long it has to be all right again.'),
}

const fields = {
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(1_000).nullable(),
  enabled: z.boolean(),
  ...proposed,
  policyId: z
    .number()
    .int()
    .positive()
    .nullable()
    .describe('The escalation it is told by; null for the default one.'),
}

const defaults = {
  subject: proposed.subject.default('device'),
  query: proposed.query.default(''),
  clearAt: proposed.clearAt.default(null),
  forSeconds: proposed.forSeconds.default(0),
  clearForSeconds: proposed.clearForSeconds.default(0),
}

const Rule = z.object({
  id: z.number().int(),
  ...fields,
  query: proposed.query.nullable().describe('Null for whoever sees only some devices.'),
  origin: z.enum(['default', 'person']),
  createdBy: z.string(),
  updatedAt: z.string(),
  version: z.number().int(),
})

const Preview = z.object({
  days: z.number(),
  servers: z.number().int().describe('How many servers, or checks, it is about.'),
  sampled: z.number().int(),
  fired: z.number().int().nullable().describe('Times it would have fired for those that were looked at.'),
  estimated: z.number().int().nullable().describe('The same for all, in proportion.'),
  resolution: z.number().nullable().describe('Seconds between the points that were looked at.'),
  most: z.array(z.object({ server: z.string(), fired: z.number().int(), firstAt: z.string() })),
  note: z.string().nullable(),
})

const Test = z.object({
  servers: z.number().int(),
  matches: z.array(
    z.object({
      server: z.string(),
      name: z.string(),
      part: z.string(),
      value: z.number(),
      severity: z.enum(severities),
    }),
  ),
  total: z.number().int(),
  note: z.string().nullable(),
})

/** Throws INPUT_INVALID where a rule could never fire, or never in the order of its severities. */
function assertSound({ condition, levels }: Pick<Proposed, 'condition' | 'levels'>): void {
  const wrong = (path: string, value: unknown, expected: string): AppError =>
    new AppError('INPUT_INVALID', 'The rule cannot work like this', {
      complaints: [{ path, value, expected }],
    })
  const thresholds = severities.flatMap((severity) => levels[severity] ?? [])
  if (thresholds.length === 0) throw wrong('levels', levels, 'a threshold for at least one severity')
  if (isPlainState(condition) && thresholds.some((threshold) => threshold !== 1))
    throw wrong('levels', levels, '1 for the severity of a state')
  const isUp = isUpward(operatorOf(condition))
  const isOrdered = thresholds.every(
    (threshold, index) =>
      index === 0 || (isUp ? threshold > thresholds[index - 1]! : threshold < thresholds[index - 1]!),
  )
  if (!isOrdered)
    throw wrong('levels', levels, `thresholds that get ${isUp ? 'higher' : 'lower'} with the severity`)
  if (condition.on === 'metric' && seriesPattern(condition.metric) === undefined)
    throw wrong(
      'condition.metric',
      condition.metric,
      'a metric, or a series such as temperature_celsius{sensor="*"}',
    )
  if (condition.on === 'state' && condition.state === 'agent_outdated' && condition.version === undefined)
    throw wrong('condition.version', null, 'the oldest version of the agent that will do')
}

async function assertGood(call: Call, rule: RuleFields): Promise<void> {
  assertSound(rule)
  await assertReadable(call, rule)
  if (rule.policyId !== null) await findPolicy(call.db, rule.policyId)
}

async function sayTaken<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('ALREADY_EXISTS', `There is a rule called ${name} already`)
    throw error
  }
}

const tell = ({ events, clock }: Call, id: number): void =>
  events.publish({ topic: 'rule.changed', at: clock.now(), data: { id } })

/** Whom a rule selects may name what somebody limited by tags is not to know of. */
const show = ({ actor }: Pick<Call, 'actor'>, rule: AlertRule): z.input<typeof Rule> => ({
  ...rule,
  query: actor.tags === undefined ? rule.query : null,
})

/** What is worth an alert. */
export const ruleOperations: readonly AnyOperation[] = [
  operation({
    name: 'rule.list',
    summary: 'List alert rules.',
    http: 'GET /alert-rules',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({ ...pageInput }),
    output: pageOf(Rule),
    cli: { columns: ['id', 'name', 'enabled', 'subject', 'query', 'levels', 'forSeconds', 'origin'] },
    async run(call, { limit, cursor }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.number()]))
      const rules = await listRules(call.db, { after, limit: limit + 1 })
      return toPage(
        rules.map((rule) => show(call, rule)),
        limit,
        ({ name, id }) => [name, id],
      )
    },
  }),
  operation({
    name: 'rule.show',
    summary: 'Show one alert rule.',
    http: 'GET /alert-rules/:id',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: Id }),
    output: Rule,
    cli: { arguments: ['id'] },
    run: async (call, { id }) => show(call, await findRule(call.db, id)),
  }),
  operation({
    name: 'rule.create',
    summary: 'Make an alert rule.',
    http: 'POST /alert-rules',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      ...fields,
      ...defaults,
      description: fields.description.default(null),
      enabled: fields.enabled.default(true),
      policyId: fields.policyId.default(null),
    }),
    output: Rule,
    cli: { arguments: ['name'] },
    async run(call, rule) {
      assertSeesAll(call.actor, 'Rules')
      await assertGood(call, rule)
      const made = await sayTaken(rule.name, () =>
        insertRule(call.db, call.clock.now(), rule, { createdBy: call.actor.name, origin: 'person' }),
      )
      tell(call, made.id)
      return show(call, made)
    },
  }),
  operation({
    name: 'rule.update',
    summary: 'Change an alert rule, or switch it on or off; what is open by it is judged anew.',
    http: 'PATCH /alert-rules/:id',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({
      id: Id,
      name: fields.name.exactOptional(),
      description: fields.description.exactOptional(),
      enabled: fields.enabled.exactOptional(),
      subject: fields.subject.exactOptional(),
      query: fields.query.exactOptional(),
      condition: fields.condition.exactOptional(),
      levels: fields.levels.exactOptional(),
      clearAt: fields.clearAt.exactOptional(),
      forSeconds: fields.forSeconds.exactOptional(),
      clearForSeconds: fields.clearForSeconds.exactOptional(),
      policyId: fields.policyId.exactOptional(),
      expectedVersion: z
        .number()
        .int()
        .exactOptional()
        .describe('Refuse when it is no longer at this version.'),
    }),
    output: Rule,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...edit }) {
      assertSeesAll(call.actor, 'Rules')
      const rule = await findRule(call.db, id)
      const what = `The rule ${rule.name}`
      assertVersion(what, rule.version, expectedVersion)
      const changed = { ...rule, ...edit }
      await assertGood(call, changed)
      const isDone = await sayTaken(changed.name, () => updateRule(call.db, call.clock.now(), rule, changed))
      if (!isDone) throw changedSince(what)
      tell(call, id)
      return show(call, await findRule(call.db, id))
    },
  }),
  operation({
    name: 'rule.delete',
    summary: 'Delete an alert rule; one that Rollcall came with does not come back.',
    http: 'DELETE /alert-rules/:id',
    effect: 'danger',
    permission: 'monitoring.change',
    input: z.object({ id: Id }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      assertSeesAll(call.actor, 'Rules')
      await findRule(call.db, id)
      await deleteRule(call.db, id)
      tell(call, id)
      return undefined
    },
  }),
  operation({
    name: 'rule.preview',
    summary: 'Tell how often a rule would have fired in the past, before it is saved.',
    http: 'POST /alert-rules/preview',
    effect: 'read',
    permission: 'monitoring.read',
    preview: true,
    input: z.object({ ...proposed, ...defaults, days: z.number().int().min(1).max(90).default(30) }),
    output: Preview,
    run(call, { days, ...rule }, signal) {
      assertSound(rule)
      return previewRule(call, rule, days, signal)
    },
  }),
  operation({
    name: 'rule.test',
    summary: 'Tell what a rule finds at this moment, before it is saved.',
    http: 'POST /alert-rules/test',
    effect: 'read',
    permission: 'monitoring.read',
    preview: true,
    input: z.object({ ...proposed, ...defaults }),
    output: Test,
    run(call, rule) {
      assertSound(rule)
      return testRule(call, rule)
    },
  }),
]
