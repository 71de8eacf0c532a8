import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { problemsOf, type Path, type Problem } from '#config-complaints.ts'
import type { Context, SecretBox } from '#features/context.ts'
import { AppError, type Complaint } from '#kernel/errors.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { knownKeys, mapFields, schemaAt, withoutUrlPassword } from '#kernel/schema-fields.ts'

/** What has settings that people enter, secrets among them: a type of source, a kind of channel. */
export interface HasSettings<Settings extends z.ZodObject = z.ZodObject> {
  settings: Settings
}

/** What stands for a secret that is set, in answers and, meaning the same one, in edits. */
export const setSecret = '(set)'

/** Settings with their secrets readable. Throws SECRET_UNREADABLE where the key is not the one that sealed them. */
export const openSettings = (type: HasSettings, sealed: JsonObject, secrets: SecretBox): JsonObject =>
  mapFields(type.settings, sealed, (value, { secret }) =>
    secret && typeof value === 'string' ? (JSON.parse(secrets.open(value)) as Json) : value,
  ) as JsonObject

/** A secret as it is kept: any JSON value, sealed. */
export const sealSecret = (value: Json, secrets: SecretBox): string => secrets.seal(JSON.stringify(value))

/** Settings fit to be shown: of a secret only that it is set. */
export const shownSettings = (type: HasSettings, settings: JsonObject): JsonObject =>
  mapFields(type.settings, settings, (value, { secret }) => {
    if (secret) return value === undefined || value === null || value === '' ? value : setSecret
    return typeof value === 'string' ? withoutUrlPassword(value) : value
  }) as JsonObject

/** Settings whose relative paths count from where those of the configuration file do. */
export const absoluteSettings = (
  type: HasSettings,
  settings: JsonObject,
  { config }: Pick<Context, 'config'>,
): JsonObject =>
  mapFields(type.settings, settings, (value, { path }) =>
    path && typeof value === 'string' && !value.includes('-----BEGIN')
      ? resolve(config.file ? dirname(config.file) : '.', value)
      : value,
  ) as JsonObject

const pathText = (path: Path): string => path.map(String).join('.')

/** Several things wrong with settings as one error. */
export function settingsError(problems: readonly Problem[]): AppError {
  const lines = problems.map(({ path, says }) => `${pathText(path)} ${says}`)
  const message = lines.length === 1 ? lines[0]! : `${lines.length} settings are wrong: ${lines.join('; ')}`
  return new AppError('INPUT_INVALID', message, {
    complaints: problems.map(toComplaint),
  })
}

function toComplaint({ path, value, says, expected }: Problem): Complaint {
  // Beside a setting that doesn't exist its value tells nothing.
  if (says.startsWith('is not a setting'))
    return { path: pathText(path), expected: `no setting of this name${says.slice(16)}` }
  return { path: pathText(path), expected, ...(value === undefined ? {} : { value }) }
}

/**
 * The settings as their type takes them. Throws INPUT_INVALID that names everything wrong at once, below `base`:
 * field, value (never a secret), expectation.
 */
export function parseSettings<Settings extends z.ZodObject>(
  type: HasSettings<Settings>,
  settings: JsonObject,
  base: Path = ['settings'],
): z.output<Settings> {
  const strict = type.settings.strict()
  const checked = strict.safeParse(settings)
  if (checked.success) return checked.data as z.output<Settings>
  const schema = (path: Path) => schemaAt(type.settings, path.slice(base.length))
  const around = { schema, keys: (path: Path) => knownKeys(schema(path)), hidden: () => false }
  throw settingsError(problemsOf(checked.error.issues, settings, base, around))
}
