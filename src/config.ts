import { resolve } from 'node:path'
import type { z } from 'zod'
import {
  configError,
  pathText,
  problemsOf,
  type Path,
  type Problem,
  type Surroundings,
} from '#config-complaints.ts'
import { readOverrides, type Override } from '#config-environment.ts'
import { readConfigFile, readDotEnv, type ConfigFile } from '#config-file.ts'
import { interpolate } from '#config-interpolation.ts'
import { configSchema, type Settings } from '#config-schema.ts'
import { ownSettings, problemsOfSources, surroundings, type ConfiguredSource } from '#config-sources.ts'
import type { JsonObject } from '#kernel/json.ts'
import { mapFields, redactFields } from '#kernel/schema-fields.ts'
import type { SourceType } from '#sources/source.ts'

export type { ConfiguredSource } from '#config-sources.ts'

/** Where a setting's value comes from; a runtime setting stands between file and default. */
export type Origin = 'environment' | 'file' | 'default'

/** The whole configuration: read once, frozen. Every path in it is absolute. */
export interface Config extends Omit<Settings, 'sources'> {
  sources: readonly ConfiguredSource[]
  /** The file it was read from; undefined where there is none. */
  file: string | undefined
  /** Where `sync.missingShare` or a whole section `sync` comes from. */
  origin(path: string): Origin
}

/** What a configuration is made from; nothing else is looked at. */
export interface ConfigInputs {
  /** --config */
  argvConfig?: string | undefined
  environment: Record<string, string | undefined>
  workingDirectory: string
  sourceTypes: ReadonlyMap<string, SourceType>
  /** Wins over the file's and the environment's dataDirectory. */
  dataDirectory?: string | undefined
}

type Tree = Record<PropertyKey, unknown>

/** Sets a value deep in a tree, making the groups on the way. */
function put(tree: Tree, path: Path, value: unknown): void {
  const [key, ...rest] = path as [PropertyKey, ...PropertyKey[]]
  if (rest.length === 0) {
    tree[key] = value
    return
  }
  if (tree[key] === null || typeof tree[key] !== 'object') tree[key] = {}
  put(tree[key] as Tree, rest, value)
}

/** Rollcall's own files live below the data directory unless they are placed one by one. */
function fillDerived(settings: Tree): void {
  if (typeof settings['dataDirectory'] !== 'string') return
  const inside = (name: string) => `${settings['dataDirectory'] as string}/${name}`
  const derived: [section: string, key: string, value: string][] = [
    ['database', 'url', `sqlite:${inside('rollcall.db')}`],
    ['secrets', 'keyFile', inside('rollcall.key')],
    ['backup', 'directory', inside('backups')],
    ['jobs', 'uploadDirectory', inside('uploads')],
    ['audit', 'checkpointFile', inside('audit-checkpoints.jsonl')],
  ]
  for (const [section, key, value] of derived) {
    const group = (settings[section] ??= {}) as Tree
    if (typeof group === 'object') group[key] ??= value
  }
}

const isPem = (text: string): boolean => text.includes('-----BEGIN')

const absolutePaths = <T>(schema: z.ZodType, value: T, folder: string): T =>
  mapFields(schema, value, (item, meta) =>
    meta.path && typeof item === 'string' && !isPem(item) ? resolve(folder, item) : item,
  ) as T

function absoluteDatabase(url: string, folder: string): string {
  const file = /^sqlite:(.+)$/.exec(url)?.[1]
  return file === undefined || file === ':memory:' ? url : `sqlite:${resolve(folder, file)}`
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

const isWithin = (outer: string, inner: string): boolean =>
  inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`)

function originOf(file: ConfigFile, overrides: readonly Override[]): Config['origin'] {
  const given = overrides.map((override) => pathText(override.path))
  return (path) => {
    if (given.some((each) => isWithin(path, each) || isWithin(each, path))) return 'environment'
    return file.holds(path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key)))
      ? 'file'
      : 'default'
  }
}

function finish(
  settings: Settings,
  file: ConfigFile,
  inputs: ConfigInputs,
  overrides: readonly Override[],
): Config {
  const { sources, ...rest } = absolutePaths(configSchema, settings, file.folder)
  const configured = sources.map((source): ConfiguredSource => {
    const own = absolutePaths<JsonObject>(
      inputs.sourceTypes.get(source.type)!.settings,
      ownSettings(source),
      file.folder,
    )
    const { name, type, enabled, schedule } = source
    return { name, type, enabled, ...(schedule === undefined ? {} : { schedule }), settings: own }
  })
  const database = { url: absoluteDatabase(rest.database.url, file.folder) }
  const databases = rest.jobs.databases.map((each) => ({
    ...each,
    url: absoluteDatabase(each.url, file.folder),
  }))
  return deepFreeze({
    ...rest,
    database,
    jobs: { ...rest.jobs, databases },
    sources: configured,
    file: file.file,
    origin: originOf(file, overrides),
  })
}

/** Where a path was set: by which variable, or on which line. */
function placeOf(file: ConfigFile, overrides: readonly Override[]) {
  return (path: Path): string => {
    if (path.length === 1 && String(path[0]).startsWith('ROLLCALL_')) return 'environment'
    const text = pathText(path)
    const variable = overrides.find((override) => isWithin(pathText(override.path), text))?.variable
    return variable ?? file.place(path)
  }
}

function judge(
  settings: Tree,
  inputs: ConfigInputs,
  around: Surroundings,
): { checked: Settings | undefined; problems: Problem[] } {
  const checked = configSchema.safeParse(settings)
  const problems = checked.success ? [] : problemsOf(checked.error.issues, settings, [], around)
  return {
    checked: checked.data,
    problems: [...problems, ...problemsOfSources(settings['sources'], inputs.sourceTypes, around)],
  }
}

/**
 * The configuration from file, `.env`, environment and defaults. Throws CONFIG_INVALID that names everything wrong
 * at once: place, setting, value (never a secret), expectation.
 */
export function loadConfig(inputs: ConfigInputs): Config {
  const file = readConfigFile(
    inputs.argvConfig ?? (inputs.environment['ROLLCALL_CONFIG'] || undefined),
    inputs.workingDirectory,
  )
  const environment = { ...readDotEnv(file.folder), ...inputs.environment }
  const problems: Problem[] = []
  const hidden = new Set<string>()
  let settings: Tree = file.settings
  const around = surroundings(
    () => settings,
    inputs.sourceTypes,
    (path) => hidden.has(pathText(path)),
  )
  settings = interpolate(settings, {
    environment,
    folder: file.folder,
    schema: around.schema,
    problems,
    hidden,
  }) as Tree
  const given = readOverrides(environment, settings, around)
  for (const { path, value } of given.overrides) put(settings, path, value)
  if (inputs.dataDirectory !== undefined)
    settings['dataDirectory'] = resolve(inputs.workingDirectory, inputs.dataDirectory)
  fillDerived(settings)
  const { checked, problems: judged } = judge(settings, inputs, around)
  // A value whose variable is missing is complained of once, for that.
  const named = new Set(problems.map((problem) => pathText(problem.path)))
  const all = [
    ...problems,
    ...given.problems,
    ...judged.filter((problem) => !named.has(pathText(problem.path))),
  ]
  if (all.length > 0 || !checked) throw configError(all, placeOf(file, given.overrides))
  return finish(checked, file, inputs, given.overrides)
}

/** The configuration as it may be shown: secrets and passwords inside addresses hidden. */
export function redactedConfig(config: Config, sourceTypes: ReadonlyMap<string, SourceType>): JsonObject {
  const { sources, origin: _, ...settings } = config
  const shown = sources.map(({ settings: own, ...basics }) => {
    const type = sourceTypes.get(basics.type)
    return { ...basics, ...(type ? (redactFields(type.settings, own) as JsonObject) : {}) }
  })
  return { ...(redactFields(configSchema, settings) as JsonObject), sources: shown as JsonObject[] }
}
