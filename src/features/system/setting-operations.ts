import { z } from 'zod'
import { operation } from '#features/operation.ts'
import type { AnyOperation, Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import {
  defaultOf,
  runtimeSettings,
  schemaOf,
  storedValue,
  valueIn,
} from '#features/system/runtime-settings.ts'
import type { RuntimeSetting, SettingRow } from '#features/system/runtime-settings.ts'
import { deleteSetting, findSettings, saveSetting } from '#features/system/setting-queries.ts'
import { configSchema } from '#config-schema.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { bareSchema, fieldMeta, fromText, schemaAt } from '#kernel/schema-fields.ts'
import { suggest } from '#kernel/suggest.ts'

/** A setting that may change while Rollcall runs. */
export const Setting = z.object({
  key: z.string(),
  value: z.json().describe('What is in force.'),
  origin: z
    .enum(['environment', 'file', 'setting', 'default'])
    .describe('Where it comes from; the first of these that says something wins.'),
  readOnly: z.boolean().describe('File or environment say it, so it cannot be set here.'),
  default: z.json(),
  description: z.string(),
  schema: z.record(z.string(), z.json()).describe('JSON Schema of its value.'),
  updatedAt: z.string().nullable(),
  updatedBy: z.string().nullable(),
})
export type Setting = z.infer<typeof Setting>

const key = z.string().describe('As in the configuration: sync.missingShare.')

function toSetting(
  config: Call['config'],
  { key: name, description }: RuntimeSetting,
  row: SettingRow | undefined,
): Setting {
  const given = config.origin(name)
  const stored = row && storedValue(row)
  const byDefault = defaultOf(name)
  return {
    key: name,
    value: given === 'default' ? (stored ?? byDefault) : valueIn(config, name),
    origin: given === 'default' && stored !== undefined ? 'setting' : given,
    readOnly: given !== 'default',
    default: byDefault,
    description,
    schema: jsonSchemaOf(name),
    updatedAt: row?.updatedAt ?? null,
    updatedBy: row?.updatedBy ?? null,
  }
}

function jsonSchemaOf(name: string): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(bareSchema(schemaOf(name)), { unrepresentable: 'any' })
  return schema as JsonObject
}

async function showSetting({ db, config }: Call, setting: RuntimeSetting): Promise<Setting> {
  const rows = await findSettings(db)
  return toSetting(
    config,
    setting,
    rows.find((row) => row.key === setting.key),
  )
}

/** The setting of this key; NOT_FOUND with the way out for another. */
function needSetting(name: string): RuntimeSetting {
  const found = runtimeSettings.find((each) => each.key === name)
  if (found) return found
  const meant = suggest(
    name,
    runtimeSettings.map((each) => each.key),
  )
  const isFixed = schemaAt(configSchema, name.split('.')) !== undefined
  throw new AppError(
    'NOT_FOUND',
    isFixed ? `${name} cannot change while Rollcall runs` : `There is no setting ${name}`,
    {
      hint: isFixed
        ? 'Set it in rollcall.yaml or in the environment, and restart.'
        : meant
          ? `Did you mean ${meant}?`
          : '`rollcall setting list` shows those that can change while it runs.',
    },
  )
}

function refuseReadOnly({ config }: Call, { key: name }: RuntimeSetting): void {
  const origin = config.origin(name)
  if (origin === 'default') return
  const place = origin === 'file' ? (config.file ?? 'the configuration file') : 'the environment'
  throw new AppError('READ_ONLY', `${name} is set in ${place}, which wins over what is set here`, {
    hint: 'Change it there, or take it out there and restart to set it here.',
  })
}

/** The value as the configuration takes it; text from a command line may stand for a number or a word. */
function checkValue(name: string, given: unknown): Json {
  const schema = schemaOf(name)
  const value = typeof given === 'string' ? fromText(schema, given) : given
  const checked = schema.safeParse(value)
  // A schema with a default takes undefined for it; null is never a value.
  if (checked.success && value !== null) return checked.data as Json
  const expected =
    fieldMeta(schema).expected ??
    checked.error?.issues[0]?.message.replace(/^.*?expected /s, '').replace(/, received .*$/s, '') ??
    'a value'
  throw new AppError('INPUT_INVALID', `${name} cannot be ${JSON.stringify(given)}`, {
    complaints: [{ path: 'value', value: given, expected }],
  })
}

const publish = ({ events, clock }: Call, name: string): void =>
  events.publish({ topic: 'setting.changed', at: clock.now(), data: { key: name } })

/** Settings that change while Rollcall runs. */
export const settingOperations: readonly AnyOperation[] = [
  operation({
    name: 'setting.list',
    summary: 'List the settings that can change while Rollcall runs.',
    http: 'GET /settings',
    effect: 'read',
    permission: 'settings.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(Setting),
    cli: { columns: ['key', 'value', 'origin', 'description'] },
    async run({ db, config }, { limit, cursor }) {
      const after = cursor === undefined ? '' : decodeCursor(cursor, z.tuple([z.string()]))[0]
      const rows = new Map((await findSettings(db)).map((row) => [row.key, row]))
      const settings = runtimeSettings
        .filter((each) => each.key > after)
        .map((each) => toSetting(config, each, rows.get(each.key)))
      return toPage(settings, limit, (setting) => [setting.key])
    },
  }),
  operation({
    name: 'setting.show',
    summary: 'Show one setting: its value, where it comes from, and what it may be.',
    http: 'GET /settings/:key',
    effect: 'read',
    permission: 'settings.read',
    input: z.object({ key }),
    output: Setting,
    cli: { arguments: ['key'] },
    run: (call, given) => showSetting(call, needSetting(given.key)),
  }),
  operation({
    name: 'setting.set',
    summary: 'Set a setting, in force at once on every node.',
    http: 'PUT /settings/:key',
    effect: 'change',
    permission: 'settings.change',
    input: z.object({ key, value: z.json() }),
    output: Setting,
    cli: { arguments: ['key', 'value'] },
    async run(call, given) {
      const setting = needSetting(given.key)
      refuseReadOnly(call, setting)
      const value = JSON.stringify(checkValue(setting.key, given.value))
      const row = { key: setting.key, value, updatedAt: call.clock.now(), updatedBy: call.actor.name }
      await saveSetting(call.db, row, setting.description)
      publish(call, setting.key)
      return showSetting(call, setting)
    },
  }),
  operation({
    name: 'setting.reset',
    summary: 'Take back what was set, so that the default holds again.',
    http: 'DELETE /settings/:key',
    effect: 'change',
    permission: 'settings.change',
    input: z.object({ key }),
    output: Setting,
    cli: { arguments: ['key'] },
    async run(call, given) {
      const setting = needSetting(given.key)
      if (await deleteSetting(call.db, setting.key)) publish(call, setting.key)
      return showSetting(call, setting)
    },
  }),
]
