import { z } from 'zod'
import { problemsOf, type Path, type Problem, type Surroundings } from '#config-complaints.ts'
import { configSchema, sourceBasics } from '#config-schema.ts'
import type { JsonObject } from '#kernel/json.ts'
import { knownKeys, schemaAt } from '#kernel/schema-fields.ts'
import { suggest } from '#kernel/suggest.ts'
import type { SourceType } from '#sources/source.ts'

/** A source of the configuration file, checked against its type. */
export interface ConfiguredSource {
  name: string
  type: string
  enabled: boolean
  /** Cron expression; undefined means only when asked. */
  schedule?: string | undefined
  /** As its type's schema takes them (checked, interpolated, paths absolute): parse with it, then open. */
  settings: JsonObject
}

type SourceTypes = ReadonlyMap<string, SourceType>

const basics = Object.keys(sourceBasics.shape)

/** The configuration's schema with each source's own settings in their place. */
export function surroundings(
  settings: () => unknown,
  types: SourceTypes,
  hidden: (path: Path) => boolean,
): Surroundings {
  const schema = (path: Path): z.ZodType | undefined => {
    const [section, index, ...rest] = path
    if (section !== 'sources' || index === undefined) return schemaAt(configSchema, path)
    const entry = (settings() as { sources?: Record<PropertyKey, { type?: unknown } | null> }).sources?.[
      index
    ]
    const type = types.get(String(entry?.type))
    return schemaAt(z.strictObject({ ...sourceBasics.shape, ...type?.settings.shape }), rest)
  }
  return { schema, hidden, keys: (path) => knownKeys(schema(path)) }
}

/** What is wrong with one source, beyond what every source has. */
function problemsOfSource(
  source: Record<string, unknown>,
  index: number,
  types: SourceTypes,
  around: Surroundings,
): Problem[] {
  const name = String(source['type'])
  const type = types.get(name)
  if (!type) {
    const known = [...types.keys()]
    const meant = suggest(name, known)
    const expected = `one of ${known.join(', ')}`
    const says = `is "${name}", expected ${expected}${meant ? `; did you mean ${meant}?` : ''}`
    return [{ path: ['sources', index, 'type'], value: name, says, expected }]
  }
  const own = ownSettings(source)
  const checked = type.settings.strict().safeParse(own)
  return checked.success ? [] : problemsOf(checked.error.issues, own, ['sources', index], around)
}

/** A source's entry without what every source has. */
export const ownSettings = (source: Record<string, unknown>): JsonObject =>
  Object.fromEntries(Object.entries(source).filter(([key]) => !basics.includes(key))) as JsonObject

/** What is wrong with the list of sources: unknown types, their settings, names given twice. */
export function problemsOfSources(sources: unknown, types: SourceTypes, around: Surroundings): Problem[] {
  if (!Array.isArray(sources)) return []
  const names = new Set<unknown>()
  return sources.flatMap((source: unknown, index) => {
    if (source === null || typeof source !== 'object') return []
    const entry = source as Record<string, unknown>
    const twice = names.has(entry['name'])
    names.add(entry['name'])
    const problems = typeof entry['type'] === 'string' ? problemsOfSource(entry, index, types, around) : []
    if (!twice) return problems
    const path = ['sources', index, 'name']
    const says = `is ${JSON.stringify(entry['name'])}, which another source already has`
    return [...problems, { path, value: entry['name'], says, expected: 'a name of its own' }]
  })
}
