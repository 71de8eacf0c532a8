import type { z } from 'zod'
import type { Path, Problem } from '#config-complaints.ts'
import type { SecretBox } from '#features/context.ts'
import { type HasSettings, sealSecret, setSecret, settingsError } from '#features/sync/source-settings.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { childSchema, fieldMeta, withoutUrlPassword } from '#kernel/schema-fields.ts'

/**
 * Kept settings with the given ones put over them, as a JSON merge patch: what is not named stays, null takes away.
 * Secrets are sealed in both; one that is given as `(set)` stays the one that is kept.
 */
export function patchSettings(
  type: HasSettings,
  kept: JsonObject,
  given: JsonObject,
  secrets: SecretBox,
): JsonObject {
  const problems: Problem[] = []
  const patched = patch({ schema: type.settings, kept, path: ['settings'] }, given, { secrets, problems })
  if (problems.length > 0) throw settingsError(problems)
  return patched as JsonObject
}

interface Place {
  schema: z.ZodType | undefined
  kept: Json | undefined
  path: Path
}

interface Tools {
  secrets: SecretBox
  problems: Problem[]
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const below = ({ schema, kept, path }: Place, key: string | number): Place => ({
  schema: schema && childSchema(schema, key),
  kept: (Array.isArray(kept) || isObject(kept) ? (kept as JsonObject)[key] : undefined) ?? undefined,
  path: [...path, key],
})

function patch(place: Place, given: Json, tools: Tools): Json {
  if (place.schema && fieldMeta(place.schema).secret) return patchSecret(place, given, tools)
  if (Array.isArray(given)) return given.map((item, index) => patch(below(place, index), item, tools))
  if (!isObject(given)) return isAsShown(place.kept, given) ? place.kept! : given
  const entries = new Map(isObject(place.kept) ? Object.entries(place.kept) : [])
  for (const [key, value] of Object.entries(given)) {
    if (value === null) entries.delete(key)
    else entries.set(key, patch(below(place, key), value, tools))
  }
  return Object.fromEntries(entries)
}

/** A password inside an address is shown as hidden; the same text coming back means no change. */
const isAsShown = (kept: Json | undefined, given: Json): boolean =>
  typeof kept === 'string' && kept !== given && withoutUrlPassword(kept) === given

function patchSecret({ kept, path }: Place, given: Json, { secrets, problems }: Tools): Json {
  if (given !== setSecret) return sealSecret(given, secrets)
  if (kept !== undefined) return kept
  const expected = 'the secret itself'
  problems.push({
    path,
    value: setSecret,
    says: `is ${setSecret}, but none is kept; expected ${expected}`,
    expected,
  })
  return null
}
