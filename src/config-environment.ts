import type { Path, Problem, Surroundings } from '#config-complaints.ts'
import { fromText, knownKeys } from '#kernel/schema-fields.ts'
import { suggest } from '#kernel/suggest.ts'

const prefix = 'ROLLCALL_'

/** Variables with a meaning of their own, which are no settings. */
const reserved = new Set(['ROLLCALL_CONFIG', 'ROLLCALL_URL', 'ROLLCALL_TOKEN'])

/** Short names beside the systematic ones. */
const shortNames: Record<string, Path> = { ROLLCALL_ADMIN_TOKEN: ['access', 'adminToken'] }

/** One setting given by the environment. */
export interface Override {
  variable: string
  path: Path
  value: unknown
}

/** Names compared as people mix them up: without case and separators. YAML may hand over a number. */
const squeeze = (text: string | number): string =>
  String(text)
    .replaceAll(/[^a-z0-9]/gi, '')
    .toLowerCase()

/** `['server', 'publicUrl']` as ROLLCALL_SERVER__PUBLIC_URL. */
export const variableName = (path: Path): string =>
  prefix +
  path
    .map((key) =>
      String(key)
        .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
        .replaceAll(/[^A-Za-z0-9]/g, '_')
        .toUpperCase(),
    )
    .join('__')

function indexIn(list: readonly unknown[], segment: string): number | undefined {
  if (/^\d+$/.test(segment)) return Number(segment)
  const index = list.findIndex(
    (item) => squeeze((item as { name?: string } | null)?.name ?? '') === squeeze(segment),
  )
  return index === -1 ? undefined : index
}

/** The path that a variable's segments name; `wrong` is the first segment that names nothing. */
function pathOf(
  segments: readonly string[],
  settings: unknown,
  keys: (path: Path) => string[],
): { path: Path; wrong?: string } {
  const path: PropertyKey[] = []
  let at = settings
  for (const segment of segments) {
    const found = Array.isArray(at)
      ? indexIn(at, segment)
      : keys(path).find((key) => squeeze(key) === squeeze(segment))
    if (found === undefined) return { path, wrong: segment }
    path.push(found)
    at = (at as Record<PropertyKey, unknown> | undefined)?.[found]
  }
  return { path }
}

/** All settings as variables, two levels deep: enough to recognise ROLLCALL_SERVER_PORT as a slip. */
function systematicNames(around: Surroundings): string[] {
  return around.keys([]).flatMap((section) => {
    const inner = knownKeys(around.schema([section]))
    return inner.length > 0 ? inner.map((key) => variableName([section, key])) : [variableName([section])]
  })
}

function complaintAbout(variable: string, wrong: string, around: Surroundings): Problem | undefined {
  const names = systematicNames(around)
  const slip = names.find((name) => squeeze(name) === squeeze(variable))
  if (!variable.includes('__') && !slip) return undefined
  const meant = slip ?? suggest(variable, names)
  const says = `names no setting (${wrong})${meant ? `; did you mean ${meant}?` : ''}`
  return { path: [variable], says, expected: meant ?? 'ROLLCALL_SECTION__KEY' }
}

/** The settings that the environment gives, and what it gives that is no setting. Empty variables count as absent. */
export function readOverrides(
  environment: Record<string, string | undefined>,
  settings: unknown,
  around: Surroundings,
): { overrides: Override[]; problems: Problem[] } {
  const overrides: Override[] = []
  const problems: Problem[] = []
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || reserved.has(variable) || !text) continue
    const segments = variable.slice(prefix.length).split('__')
    const { path, wrong } = shortNames[variable]
      ? { path: shortNames[variable] }
      : pathOf(segments, settings, around.keys)
    if (wrong === undefined) overrides.push({ variable, path, value: fromText(around.schema(path), text) })
    else
      problems.push(...[complaintAbout(variable, wrong, around)].filter((problem) => problem !== undefined))
  }
  return { overrides, problems }
}
