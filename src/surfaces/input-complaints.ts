import type { z } from 'zod'
import type { Complaint } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

type Issue = z.core.$ZodIssue

const kinds: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}
const units: Record<string, [one: string, more: string]> = {
  string: [' character', ' characters'],
  array: [' entry', ' entries'],
}
const secretName = /password|passphrase|secret|token|credential|private/i

/** What is known of the fields of an input. */
export interface FieldFacts {
  /** Never read back. */
  secrets: ReadonlySet<string>
  /** What a field says of itself with `.meta({ expected })`. */
  expected?: ReadonlyMap<string, string> | undefined
}

/** What is wrong with an input, field by field, in words; values of secret fields are left out. */
export function inputComplaints(error: z.ZodError, given: unknown, facts: FieldFacts): Complaint[] {
  return error.issues.flatMap((issue) => complaintsOf(issue, given, facts))
}

/** Complaints about fields that do not exist, with what was probably meant. */
export function unknownFields(given: object, known: readonly string[]): Complaint[] {
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: name, expected: unknownField(name, known) }))
}

function unknownField(name: string, known: readonly string[]): string {
  const meant = suggest(name, known)
  if (meant) return `no field of this name; did you mean ${meant}?`
  return known.length === 0 ? 'no fields at all' : `no field of this name; there are ${known.join(', ')}`
}

function complaintsOf(issue: Issue, given: unknown, { secrets, expected }: FieldFacts): Complaint[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), expected: 'no field of this name' }))
  }
  const secret = path.some((part) => secrets.has(part) || secretName.test(part))
  const value = valueAt(given, issue.path)
  const own = path.length === 1 && value !== undefined ? expected?.get(path[0]!) : undefined
  const complaint: Complaint = { path: path.join('.'), expected: own ?? expectation(issue, value) }
  if (value !== undefined && !secret) complaint.value = shortened(value)
  return [complaint]
}

function expectation(issue: Issue, value?: unknown): string {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kinds[issue.expected] ?? issue.expected
      return value === undefined ? `${kind} (it is required)` : kind
    }
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unit(issue.origin, issue.minimum)}`
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unit(issue.origin, issue.maximum)}`
    case 'invalid_value':
      return oneOf(issue.values.map(String), value)
    case 'invalid_format':
      return issue.format === 'regex' ? issue.message : `a valid ${issue.format.replaceAll('_', ' ')}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_union': {
      const ways = issue.errors.map((each) => each.map((one) => expectation(one, value)).join(' and '))
      return ways.length > 0 ? [...new Set(ways)].join(', or ') : issue.message
    }
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'unrecognized_keys':
      return issue.message
  }
}

const unit = (origin: string, count: number | bigint): string =>
  units[origin]?.[Number(count) === 1 ? 0 : 1] ?? ''

function oneOf(words: string[], value: unknown): string {
  const meant = typeof value === 'string' ? suggest(value, words) : undefined
  const list = words.length === 1 ? words[0]! : `one of ${words.join(', ')}`
  return meant ? `${list}; did you mean ${meant}?` : list
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  let value = given
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}

/** A value short enough to be read back; lists and objects only by their kind. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 100 ? `${value.slice(0, 100)}…` : value
  if (Array.isArray(value)) return `a list of ${value.length}`
  return value !== null && typeof value === 'object' ? 'an object' : value
}
