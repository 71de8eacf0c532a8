import type { Config } from '#config.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import type { Job, PolicyViolation } from '#features/jobs/job-shapes.ts'
import type { Actor } from '#model/actor.ts'

/** Somebody who asked for a job or decides about one. */
export type Person = Pick<Actor, 'name' | 'userId'>

/** What the rules look at. */
export interface JobFacts {
  action: string
  mode: Job['mode']
  rows: number
  /** Of all rows together, in cents; null where nothing is estimated. */
  estimatedCostCents: number | null
  /** Of the dearest row, in cents. */
  maxRowCostCents: number | null
  /** Kinds of warnings that the preview has. */
  warnings: number
  requestedBy: Person
}

/**
 * Whether two names are the same person: the same name, or the same account behind it. A token is the person whose
 * token it is.
 */
export const isSamePerson = (one: Person, other: Person): boolean =>
  one.name === other.name || (one.userId !== undefined && one.userId === other.userId)

/**
 * Every rule of `jobs.policy` that a job breaks, all at once. `refuse`: nobody can approve it. `other`: not the person
 * who asked for it; with an approver given, only where that is the same person. `approve`: it may not begin by itself.
 */
export function violationsOf(
  { jobs: { policy } }: Pick<Config, 'jobs'>,
  facts: JobFacts,
  approver?: Person,
): PolicyViolation[] {
  const { action, rows, estimatedCostCents: cost, requestedBy } = facts
  const mustBeOther =
    policy.fourEyes.includes(action) && (approver === undefined || isSamePerson(requestedBy, approver))
  const isAllowed = policy.actions.length === 0 || policy.actions.includes(action)
  return [
    ...(isAllowed
      ? []
      : [broken('refuse', 'actions', `${action} is not one of the actions that are allowed`)]),
    ...tooMany('refuse', 'maxRows', rows, policy.maxRows, rowsText),
    ...tooMany('refuse', 'maxCostCents', cost, policy.maxCostCents, moneyText),
    ...(mustBeOther
      ? [
          broken(
            'other',
            'fourEyes',
            `${action} needs the approval of somebody else than ${requestedBy.name}`,
          ),
        ]
      : []),
    ...(facts.mode === 'auto' ? autoViolations(policy, facts) : []),
  ]
}

/** What keeps a job that asks to go on by itself from doing so. */
function autoViolations(policy: Config['jobs']['policy'], facts: JobFacts): PolicyViolation[] {
  const { neverAuto, auto } = policy
  return [
    ...(neverAuto.includes(facts.action)
      ? [broken('approve', 'neverAuto', `${facts.action} never begins without an approval`)]
      : []),
    ...tooMany('approve', 'auto.maxRows', facts.rows, auto.maxRows, rowsText),
    ...tooMany('approve', 'auto.maxCostCents', facts.estimatedCostCents, auto.maxCostCents, moneyText),
    ...tooMany(
      'approve',
      'auto.maxRowCostCents',
      facts.maxRowCostCents,
      auto.maxRowCostCents,
      (cents) => `${moneyText(cents)} for one row`,
    ),
    ...(facts.warnings > 0 && !auto.warnings
      ? [broken('approve', 'auto.warnings', 'The preview has warnings that somebody has to read')]
      : []),
  ]
}

/**
 * Whether work needs nobody's approval because it has an operation of its own (sync, backup, maintain) through which it
 * was asked for. The same action asked for as a preview or by a person's schedule is judged like any other.
 */
export const isOwnWork = ({ subject }: Pick<AnyJobAction, 'subject'>): boolean =>
  subject === 'none' || subject === 'source'

/** The one decision whether a job may begin by itself, for every way a job comes to be; and what speaks against it. */
export function beginningOf(
  config: Pick<Config, 'jobs'>,
  facts: JobFacts,
): { beginsByItself: boolean; violations: PolicyViolation[] } {
  const violations = violationsOf(config, facts)
  return { beginsByItself: facts.mode === 'auto' && violations.length === 0, violations }
}

/** 123456 cents as `1,234.56`. */
export const moneyText = (cents: number): string =>
  (cents / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

const rowsText = (rows: number): string => `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`

const broken = (verdict: PolicyViolation['verdict'], policy: string, message: string): PolicyViolation => ({
  policy: `jobs.policy.${policy}`,
  message,
  verdict,
})

function tooMany(
  verdict: PolicyViolation['verdict'],
  policy: string,
  value: number | null,
  most: number,
  text: (value: number) => string,
): PolicyViolation[] {
  if (value === null || value <= most) return []
  return [broken(verdict, policy, `${text(value)} are more than the ${text(most)} that are allowed`)]
}
