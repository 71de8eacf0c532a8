import type { Config } from '#config.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import type { Job, PolicyViolation } from '#features/jobs/job-shapes.ts'
import { AppError } from '#kernel/errors.ts'
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

/** A rule that is broken, with what was found and what it wants, for a complaint. */
export interface BrokenRule extends PolicyViolation {
  value: string
  expected: string
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
): BrokenRule[] {
  const { action, rows, estimatedCostCents: cost, requestedBy } = facts
  const mustBeOther =
    policy.fourEyes.includes(action) && (approver === undefined || isSamePerson(requestedBy, approver))
  const isAllowed = policy.actions.length === 0 || policy.actions.includes(action)
  return [
    ...(isAllowed ? [] : [notAllowed(action, policy.actions)]),
    ...tooMany('refuse', 'maxRows', rows, policy.maxRows, rowsText),
    ...tooMany('refuse', 'maxCostCents', cost, policy.maxCostCents, moneyText),
    ...(mustBeOther ? [needsAnother(action, requestedBy)] : []),
    ...(facts.mode === 'auto' ? autoViolations(policy, facts) : []),
  ]
}

/** What keeps a job that asks to go on by itself from doing so. */
function autoViolations(policy: Config['jobs']['policy'], facts: JobFacts): BrokenRule[] {
  const { neverAuto, auto } = policy
  const { action, rows, estimatedCostCents, maxRowCostCents, warnings } = facts
  const ofRow = (cents: number) => `${moneyText(cents)} for one row`
  return [
    ...(neverAuto.includes(action) ? [neverByItself(action)] : []),
    ...tooMany('approve', 'auto.maxRows', rows, auto.maxRows, rowsText),
    ...tooMany('approve', 'auto.maxCostCents', estimatedCostCents, auto.maxCostCents, moneyText),
    ...tooMany('approve', 'auto.maxRowCostCents', maxRowCostCents, auto.maxRowCostCents, ofRow),
    ...(warnings > 0 && !auto.warnings ? [hasWarnings(warnings)] : []),
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
): { beginsByItself: boolean; violations: BrokenRule[] } {
  const violations = violationsOf(config, facts)
  return { beginsByItself: facts.mode === 'auto' && violations.length === 0, violations }
}

/** Throws POLICY_VIOLATED with all of these rules; does nothing when there are none. */
export function assertUnbroken(what: string, rules: readonly BrokenRule[]): void {
  if (rules.length === 0) return
  const isOther = rules.every(({ verdict }) => verdict === 'other')
  throw new AppError(
    'POLICY_VIOLATED',
    `${what} ${isOther ? 'has to be approved by somebody else' : 'breaks rules of this installation'}: ${rules
      .map(({ message }) => message)
      .join('; ')}`,
    {
      complaints: rules.map(({ policy, value, expected }) => ({ path: policy, value, expected })),
      ...(isOther ? { hint: 'Ask somebody else who may approve jobs to look at it.' } : {}),
    },
  )
}

/**
 * Throws POLICY_VIOLATED for work that may not begin without a preview: the way past previews is open to what needs none.
 */
export function assertBeginsByItself(
  config: Pick<Config, 'jobs'>,
  action: Pick<AnyJobAction, 'name' | 'title' | 'subject'>,
  job: Pick<JobFacts, 'rows' | 'requestedBy'>,
): void {
  if (isOwnWork(action)) return
  const nothingKnown = { estimatedCostCents: null, maxRowCostCents: null, warnings: 0 }
  const facts: JobFacts = { action: action.name, mode: 'auto', ...nothingKnown, ...job }
  assertUnbroken(action.title, beginningOf(config, facts).violations)
}

/** 123456 cents as `1,234.56`. */
export const moneyText = (cents: number): string =>
  (cents / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

const rowsText = (rows: number): string => `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`

const notAllowed = (action: string, allowed: readonly string[]): BrokenRule => ({
  policy: 'jobs.policy.actions',
  message: `${action} is not one of the actions that are allowed here`,
  verdict: 'refuse',
  value: action,
  expected: `one of ${allowed.join(', ')}`,
})

const needsAnother = (action: string, requestedBy: Person): BrokenRule => ({
  policy: 'jobs.policy.fourEyes',
  message: `${action} needs the approval of somebody else than ${requestedBy.name}`,
  verdict: 'other',
  value: requestedBy.name,
  expected: 'the approval of somebody else than who asked for it',
})

const neverByItself = (action: string): BrokenRule => ({
  policy: 'jobs.policy.neverAuto',
  message: `${action} never begins without an approval`,
  verdict: 'approve',
  value: action,
  expected: 'an approval',
})

const hasWarnings = (warnings: number): BrokenRule => ({
  policy: 'jobs.policy.auto.warnings',
  message: 'The preview has warnings that somebody has to read',
  verdict: 'approve',
  value: `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  expected: 'none, or an approval',
})

function tooMany(
  verdict: PolicyViolation['verdict'],
  policy: string,
  value: number | null,
  most: number,
  text: (value: number) => string,
): BrokenRule[] {
  if (value === null || value <= most) return []
  return [
    {
      policy: `jobs.policy.${policy}`,
      message: `${text(value)} are more than the ${text(most)} that are allowed`,
      verdict,
      value: text(value),
      expected: `at most ${text(most)}`,
    },
  ]
}
