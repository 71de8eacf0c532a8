import type { AlertRule } from '#features/alerts/alert-rule.ts'

export type Rule = Omit<AlertRule, 'query'> & { query: string | null }

/** What is typed into the form of a rule. */
export interface RuleDraft {
  name: string
  subject: Rule['subject']
  query: string
  on: string
  metric: string
  operator: string
  aggregate: string
  minutes: string
  version: string
  info: string
  warning: string
  critical: string
  clearAt: string
  forMinutes: string
  clearForMinutes: string
  policyId: string
}

const text = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value)

export function draftOfRule(rule: Rule | undefined): RuleDraft {
  const condition = rule?.condition
  const metric = condition?.on === 'metric' ? condition : undefined
  return {
    name: rule?.name ?? '',
    subject: rule?.subject ?? 'device',
    query: rule?.query ?? '',
    on: condition?.on === 'state' ? condition.state : 'metric',
    metric: metric?.metric ?? 'cpu_percent',
    operator: metric?.operator ?? '>=',
    aggregate: metric?.aggregate ?? 'last',
    minutes: text(metric?.minutes ?? 5),
    version: condition?.on === 'state' ? (condition.version ?? '') : '',
    info: text(rule?.levels.info),
    warning: text(rule?.levels.warning),
    critical: rule === undefined ? '90' : text(rule.levels.critical),
    clearAt: text(rule?.clearAt),
    forMinutes: text((rule?.forSeconds ?? 300) / 60),
    clearForMinutes: text((rule?.clearForSeconds ?? 0) / 60),
    policyId: text(rule?.policyId),
  }
}

/** Text that is no number goes as it is, for the server to say what is wrong with it. */
const numberOf = (given: string): unknown => (Number.isFinite(Number(given)) ? Number(given) : given)

/** The rule as the server takes it, without its name. */
export function proposedRule(draft: RuleDraft, before: Rule | undefined) {
  const kept =
    before?.condition.on === 'state' && before.condition.state === draft.on ? before.condition : undefined
  const condition =
    draft.on === 'metric'
      ? {
          on: 'metric',
          metric: draft.metric.trim(),
          operator: draft.operator,
          aggregate: draft.aggregate,
          minutes: numberOf(draft.minutes),
        }
      : { ...kept, on: 'state', state: draft.on, ...(draft.version === '' ? {} : { version: draft.version }) }
  const levels = Object.fromEntries(
    (['info', 'warning', 'critical'] as const)
      .filter((name) => draft[name].trim() !== '')
      .map((name) => [name, numberOf(draft[name])]),
  )
  return {
    subject: draft.subject,
    query: draft.query.trim(),
    condition,
    levels,
    clearAt: draft.clearAt.trim() === '' ? null : numberOf(draft.clearAt),
    forSeconds: Math.round(Number(draft.forMinutes) * 60) || 0,
    clearForSeconds: Math.round(Number(draft.clearForMinutes) * 60) || 0,
  }
}
