import type { ConfiguredSource } from '#config.ts'
import type { Context } from '#features/context.ts'
import type { ConfiguredOpenSource } from '#features/sync/run-source.ts'
import { findSourceRows, type SourceRow } from '#features/sync/source-queries.ts'
import { openSettings, parseSettings } from '#features/sync/source-settings.ts'
import type { Timestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import { suggest } from '#kernel/suggest.ts'
import type { SourceType } from '#sources/source.ts'

/** The source that reads the machine Rollcall runs on, there without being configured. */
export const thisMachine = 'this-machine'

/** How often it is read; neighbours and leases come and go within minutes. */
export const thisMachineSchedule = '*/15 * * * *'

/** The source that remembers what was discovered last. */
export const discoverySource = 'discover'

/** A source, wherever it is configured. */
export interface RegisteredSource extends ConfiguredSource {
  /** `built-in` is there by itself; people see it as part of the configuration. */
  origin: 'file' | 'database' | 'built-in'
  /** Those of the database keep their secrets sealed here. */
  settings: JsonObject
  version: number
  /** When its configuration last changed, where that is known. */
  changedAt?: Timestamp | undefined
}

type Part = Pick<Context, 'db' | 'config' | 'sourceTypes'>

const fromRow = (row: SourceRow): RegisteredSource => ({
  name: row.name,
  type: row.type,
  enabled: row.enabled,
  schedule: row.schedule ?? undefined,
  settings: JSON.parse(row.settings) as JsonObject,
  origin: 'database',
  version: row.version,
  changedAt: row.updatedAt,
})

/** Who switched off reading by itself gets this source too, but only when asked. */
const builtIn = ({ config }: Part): RegisteredSource => ({
  name: thisMachine,
  type: 'local',
  enabled: true,
  schedule: config.discovery.startup ? thisMachineSchedule : undefined,
  settings: {},
  origin: 'built-in',
  version: 1,
})

/** Every source in the order of their names: those of the file, which win, of the database, and the built-in one. */
export async function listSources(context: Part): Promise<RegisteredSource[]> {
  const inFile = context.config.sources.map((source): RegisteredSource => ({
    ...source,
    origin: 'file',
    version: 1,
  }))
  const taken = new Set(inFile.map(({ name }) => name))
  const stored = (await findSourceRows(context.db)).map(fromRow).filter(({ name }) => !taken.has(name))
  const configured = [...inFile, ...stored]
  const covered = configured.some(({ name, type }) => type === 'local' || name === thisMachine)
  const all = covered || !context.sourceTypes.has('local') ? configured : [...configured, builtIn(context)]
  return all.sort((left, right) => (left.name < right.name ? -1 : 1))
}

/** The source of this name; throws NOT_FOUND. */
export async function findSource(context: Part, name: string): Promise<RegisteredSource> {
  const sources = await listSources(context)
  const found = sources.find((source) => source.name === name)
  if (found) return found
  const names = sources.map((source) => source.name)
  const meant = suggest(name, names)
  throw new AppError('NOT_FOUND', `There is no source ${name}`, {
    hint: meant ? `Did you mean ${meant}?` : 'rollcall source list shows all of them.',
  })
}

/** The type of a source; throws CONFLICT for one that this release does not know. */
export function typeOf(
  { sourceTypes }: Pick<Context, 'sourceTypes'>,
  { name, type }: RegisteredSource,
): SourceType {
  const found = sourceTypes.get(type)
  if (found) return found
  throw new AppError('CONFLICT', `Source ${name} is of type ${type}, which this release does not know`, {
    hint: 'rollcall source types shows those it knows.',
  })
}

type Opening = Pick<Context, 'sourceTypes' | 'secrets' | 'clock' | 'log'>

/** A registered source, opened; `instead` are readable settings that stand in for some of its own. */
export function openRegistered(
  context: Opening,
  source: RegisteredSource,
  instead: JsonObject = {},
): ConfiguredOpenSource {
  const type = typeOf(context, source)
  const { name, origin, settings } = source
  const readable = origin === 'database' ? openSettings(type, settings, context.secrets) : settings
  const parsed = parseSettings(type, { ...readable, ...instead })
  const opened = type.open(parsed, { clock: context.clock, log: context.log, name })
  return { name, system: type.system, provesAbsence: type.provesAbsence, source: opened }
}

/** Finds a source by its name and opens it, ready to be read; throws NOT_FOUND where there is none. */
export const openSource = async (context: Part & Opening, name: string): Promise<ConfiguredOpenSource> =>
  openRegistered(context, await findSource(context, name))
