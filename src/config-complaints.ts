import type { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { fieldMeta, redacted, withoutUrlPassword } from '#kernel/schema-fields.ts'
import { suggest } from '#kernel/suggest.ts'

export type Path = readonly PropertyKey[]

/** One thing wrong with the configuration. */
export interface Problem {
  path: Path
  /** Absent when nothing was given. */
  value?: unknown
  /** What is wrong, following the setting's name: `is "abc", expected a number`. */
  says: string
  expected: string
}

/** What the judge of a value must know to name it: the schema at a path, the keys known there, what must not be shown. */
export interface Surroundings {
  schema: (path: Path) => z.ZodType | undefined
  keys: (path: Path) => string[]
  /** True for values that came out of `${...}`. */
  hidden: (path: Path) => boolean
}

/** `sources[0].tls.ca` */
export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  )

const secretName = /pass|secret|token|credential|community|private|api_?key/i

/** A value as a complaint may show it: short, and never a secret. */
export function shownValue(path: Path, value: unknown, { schema, hidden }: Surroundings): unknown {
  if (value === undefined || value === null) return value
  const found = schema(path)
  const secret = found ? fieldMeta(found).secret : secretName.test(String(path.at(-1)))
  if (secret || hidden(path)) return redacted
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a group of settings'
  const text = typeof value === 'string' ? withoutUrlPassword(value) : value
  return typeof text === 'string' && text.length > 80 ? `${text.slice(0, 80)}…` : text
}

const spoken = (value: unknown): string =>
  value === redacted
    ? redacted
    : value === 'a list' || value === 'a group of settings'
      ? value
      : JSON.stringify(value)

/** "Too big: expected number to be <=9" says only its second half to a person. */
const inWords = (message: string): string =>
  message.replace(/^.*?expected /s, '').replace(/, received .*$/s, '')

function unknownKey(path: Path, value: unknown, around: Surroundings): Problem {
  const section = path.slice(0, -1)
  const known = around.keys(section)
  const meant = suggest(String(path.at(-1)), known)
  const expected = meant ?? (known.length > 0 ? `one of ${known.join(', ')}` : 'nothing here')
  const says = meant ? `is not a setting; did you mean ${meant}?` : `is not a setting; expected ${expected}`
  // Beside secrets an unknown key may be one of them, mistyped.
  const besideSecrets = known.some((key) => fieldMeta(around.schema([...section, key])!).secret)
  return { path, value: besideSecrets ? redacted : shownValue(path, value, around), says, expected }
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, key) =>
      at === null || typeof at !== 'object' ? undefined : (at as Record<PropertyKey, unknown>)[key],
    value,
  )

/** What zod found wrong, in our words; `base` is where the judged value stands in the configuration. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  base: Path,
  around: Surroundings,
): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path]
    const given = valueAt(input, issue.path)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey([...path, key], valueAt(given, [key]), around))
    }
    const schema = around.schema(path)
    const expected = (schema && fieldMeta(schema).expected) ?? inWords(issue.message)
    if (given === undefined) return [{ path, says: `is missing, expected ${expected}`, expected }]
    const value = shownValue(path, given, around)
    return [{ path, value, says: `is ${spoken(value)}, expected ${expected}`, expected }]
  })
}

/** All problems as one error; `place` says where a path was set: `rollcall.yaml:3` or a variable. */
export function configError(problems: readonly Problem[], place: (path: Path) => string): AppError {
  const lines = problems.map((problem) =>
    `  ${place(problem.path)}: ${pathText(problem.path)} ${problem.says}`.replace(':  ', ': '),
  )
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return new AppError('CONFIG_INVALID', `The configuration has ${count}:\n${lines.join('\n')}`, {
    hint: 'Mend the settings named above; docs/configuration.md lists all of them.',
    complaints: problems.map(({ path, value, expected }) => ({
      path: pathText(path),
      ...(value === undefined ? {} : { value }),
      expected,
    })),
  })
}
