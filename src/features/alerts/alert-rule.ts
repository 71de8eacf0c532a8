import { z } from 'zod'
import type { SelectionSubject } from '#features/alerts/select-subjects.ts'
import { severities, type Severity } from '#features/notices/notice.ts'

/** States that a rule can ask for, without numbers of their own. */
export const plainStates = [
  'server_offline',
  'server_stale',
  'server_unknown',
  'server_flapping',
  'service_failed',
  'container_stopped',
  'check_down',
  'reboot_required',
] as const

/** States that are numbers: compared with the thresholds of a rule. */
export const countedStates = [
  'updates_pending',
  'security_updates_pending',
  'certificate_days',
  'filesystem_full_hours',
  'clock_skew_seconds',
  'agent_outdated',
] as const

export const operators = ['>', '>=', '<', '<='] as const
export type Operator = (typeof operators)[number]

const MetricCondition = z.strictObject({
  on: z.literal('metric'),
  metric: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .describe(
      'A core metric such as cpu_percent, filesystem_percent, or a series; `*` stands for any value of a label: `temperature_celsius{sensor="*"}`.',
    ),
  operator: z.enum(operators).default('>='),
  aggregate: z.enum(['last', 'avg', 'max', 'min', 'rate']).default('last'),
  minutes: z.number().min(1).max(120).default(5).describe('The window of an average and the like.'),
})

const StateCondition = z.strictObject({
  on: z.literal('state'),
  state: z.enum([...plainStates, ...countedStates]),
  operator: z.enum(operators).exactOptional(),
  services: z
    .array(z.string().trim().min(1).max(200))
    .max(200)
    .exactOptional()
    .describe('Services that have to run; beside those expected of a server by service.expect.'),
  version: z.string().max(50).exactOptional().describe('The oldest version of the agent that will do.'),
})

/** What a rule looks at. */
export const AlertCondition = z.discriminatedUnion('on', [MetricCondition, StateCondition])
export type AlertCondition = z.output<typeof AlertCondition>

/** Thresholds by severity; for a plain state the severity whose threshold is 1. */
export const AlertLevels = z
  .strictObject({
    info: z.number().exactOptional(),
    warning: z.number().exactOptional(),
    critical: z.number().exactOptional(),
  })
  .describe('Thresholds by severity. A state without a number of its own is 1: `{"critical": 1}`.')
export type AlertLevels = z.output<typeof AlertLevels>

export interface AlertRule {
  id: number
  name: string
  description: string | null
  enabled: boolean
  origin: 'default' | 'person'
  subject: SelectionSubject
  query: string
  condition: AlertCondition
  levels: AlertLevels
  clearAt: number | null
  forSeconds: number
  clearForSeconds: number
  policyId: number | null
  createdBy: string
  updatedAt: string
  version: number
}

/** One threshold: where it begins and where it is over. */
export interface Level {
  severity: Severity
  threshold: number
  clearAt: number
}

/** What the state machine needs of a rule; the mildest level first. */
export interface Terms {
  operator: Operator
  levels: readonly Level[]
  forMilliseconds: number
  clearForMilliseconds: number
}

/** Where nothing else is said, it is over again when it is so much (of the threshold) short of it. */
const usualGap = 0.05

export function termsOf(
  rule: Pick<AlertRule, 'condition' | 'levels' | 'clearAt' | 'forSeconds' | 'clearForSeconds'>,
): Terms {
  const operator = operatorOf(rule.condition)
  const isPlain = isPlainState(rule.condition)
  const levels: Level[] = []
  for (const severity of severities) {
    const threshold = rule.levels[severity]
    if (threshold === undefined) continue
    const gap = isPlain ? 0.5 : Math.abs(threshold) * usualGap
    const usual = isUpward(operator) ? threshold - gap : threshold + gap
    // Where an alert is over is said of the mildest level; a worse one becomes milder a little short of it.
    const isMildest = levels.length === 0
    const clearAt = isMildest && rule.clearAt !== null ? milderOf(operator, rule.clearAt, threshold) : usual
    levels.push({ severity, threshold, clearAt })
  }
  return {
    operator,
    levels,
    forMilliseconds: rule.forSeconds * 1_000,
    clearForMilliseconds: rule.clearForSeconds * 1_000,
  }
}

export const isPlainState = (condition: AlertCondition): boolean =>
  condition.on === 'state' && (plainStates as readonly string[]).includes(condition.state)

const falling = new Set(['certificate_days', 'filesystem_full_hours'])

export function operatorOf(condition: AlertCondition): Operator {
  if (condition.on === 'metric') return condition.operator
  return condition.operator ?? (falling.has(condition.state) ? '<=' : '>=')
}

export const isUpward = (operator: Operator): boolean => operator.startsWith('>')

const milderOf = (operator: Operator, one: number, other: number): number =>
  isUpward(operator) ? Math.min(one, other) : Math.max(one, other)

/** Whether a value is on the bad side of a threshold. */
export function crosses(operator: Operator, value: number, threshold: number): boolean {
  switch (operator) {
    case '>':
      return value > threshold
    case '>=':
      return value >= threshold
    case '<':
      return value < threshold
    case '<=':
      return value <= threshold
  }
}
