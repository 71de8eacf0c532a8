import type { Context } from '#features/context.ts'
import { patchSettings } from '#features/sync/source-patch.ts'
import { deleteSource, insertSource, updateSource } from '#features/sync/source-queries.ts'
import {
  discoverySource,
  findSource,
  listSources,
  thisMachine,
  typeOf,
  type RegisteredSource,
} from '#features/sync/source-registry.ts'
import { absoluteSettings, openSettings, parseSettings } from '#features/sync/source-settings.ts'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import { AppError } from '#kernel/errors.ts'
import { sameJson, type JsonObject } from '#kernel/json.ts'
import { suggest } from '#kernel/suggest.ts'
import type { Source, SourceType } from '#sources/source.ts'

type Part = Pick<Context, 'db' | 'config' | 'sourceTypes' | 'secrets' | 'clock' | 'log' | 'events'>

/** A source as somebody enters it. */
export interface NewSource {
  name: string
  type: string
  settings: JsonObject
  schedule?: string | undefined
  enabled: boolean
}

/** A change of some of what a source has; null takes its schedule away. */
export interface SourceChange {
  settings?: JsonObject | undefined
  schedule?: string | null | undefined
  enabled?: boolean | undefined
  expectedVersion?: number | undefined
}

/** Adds a source to the database; its secrets are sealed. */
export async function addSource(context: Part, given: NewSource): Promise<RegisteredSource> {
  const { name, schedule = null, enabled } = given
  const type = namedType(context, given.type)
  await assertFree(context, name, given.type)
  const settings = sealedSettings(context, type, {}, given.settings)
  openSealed(context, type, settings, name)
  try {
    const row = { name, type: given.type, settings: JSON.stringify(settings), schedule, enabled }
    await insertSource(context.db, context.clock.now(), row)
  } catch (error) {
    throw isUniqueViolation(error) ? alreadyThere(name) : error
  }
  return changed(context, name)
}

/** Changes a source of the database; one that is already as wanted is not written. */
export async function editSource(
  context: Part,
  name: string,
  change: SourceChange,
): Promise<RegisteredSource> {
  const source = await findEditable(context, name, change.expectedVersion)
  const type = typeOf(context, source)
  const { enabled = source.enabled, schedule = source.schedule ?? null } = change
  const settings = change.settings
    ? sealedSettings(context, type, source.settings, change.settings)
    : source.settings
  const before = [source.settings, source.enabled, source.schedule ?? null]
  if (sameJson(before, [settings, enabled, schedule])) return source
  if (change.settings) openSealed(context, type, settings, name)
  const row = { settings: JSON.stringify(settings), enabled, schedule }
  if (!(await updateSource(context.db, context.clock.now(), source, row))) throw changedSince(name)
  return changed(context, name)
}

/** Takes a source out of the database; what it reported is not touched. */
export async function removeSource(context: Part, name: string, expectedVersion?: number): Promise<void> {
  const source = await findEditable(context, name, expectedVersion)
  if (!(await deleteSource(context.db, source))) throw changedSince(name)
  context.events.publish({ topic: 'source.changed', at: context.clock.now(), data: { name } })
}

/** Settings that are not saved, to be tried: a source of their own, or what would come of changing the named one. */
export async function openUnsaved(
  context: Part,
  given: { type: string; settings: JsonObject; name?: string | undefined },
): Promise<() => Source> {
  const type = namedType(context, given.type)
  const { name = given.type } = given
  const saved = (await listSources(context)).find((source) => source.name === given.name)
  // Only what can be edited lends its secrets: settings decide where they are sent.
  const lends = saved?.origin === 'database' && saved.type === given.type
  const settings = sealedSettings(context, type, lends ? saved.settings : {}, given.settings)
  return openSealed(context, type, settings, name)
}

function namedType({ sourceTypes }: Part, name: string): SourceType {
  const type = sourceTypes.get(name)
  if (type) return type
  const known = [...sourceTypes.keys()].sort()
  const meant = suggest(name, known)
  const expected = `one of ${known.join(', ')}${meant ? `; did you mean ${meant}?` : ''}`
  throw new AppError('INPUT_INVALID', `There is no source type ${name}`, {
    complaints: [{ path: 'type', value: name, expected }],
  })
}

/** The names of built-in sources belong to their types: a `discover` that scans nothing would be in the way. */
const reserved: Readonly<Record<string, string>> = { [thisMachine]: 'local', [discoverySource]: 'scan' }

async function assertFree(context: Part, name: string, type: string): Promise<void> {
  const only = Object.hasOwn(reserved, name) ? reserved[name] : undefined
  if (only !== undefined && only !== type) {
    throw new AppError('INPUT_INVALID', `The name ${name} is kept for a source of type ${only}`, {
      complaints: [{ path: 'name', value: name, expected: 'another name' }],
    })
  }
  const taken = (await listSources(context)).find((source) => source.name === name)
  if (taken && taken.origin !== 'built-in') throw alreadyThere(name)
}

const alreadyThere = (name: string): AppError =>
  new AppError('ALREADY_EXISTS', `There is a source ${name} already`, {
    hint: 'Names are unique among the sources of the file and those added here.',
    complaints: [{ path: 'name', value: name, expected: 'a name of its own' }],
  })

async function findEditable(
  context: Part,
  name: string,
  expectedVersion: number | undefined,
): Promise<RegisteredSource> {
  const source = await findSource(context, name)
  if (source.origin === 'built-in') {
    throw new AppError('READ_ONLY', `The source ${name} is built in`, {
      hint: 'Add a source of type local: it takes the place of this one, with settings of its own.',
    })
  }
  if (source.origin === 'file') {
    const { file } = context.config
    throw new AppError('READ_ONLY', `The source ${name} is part of the configuration`, {
      hint: `Change it in ${file ?? 'the environment'} and restart Rollcall.`,
    })
  }
  if (expectedVersion !== undefined && expectedVersion !== source.version) throw changedSince(name)
  return source
}

const changedSince = (name: string): AppError =>
  new AppError('CHANGED_SINCE', `The source ${name} was changed meanwhile`, {
    hint: 'Look at it again, then repeat the change.',
  })

const sealedSettings = (context: Part, type: SourceType, kept: JsonObject, given: JsonObject): JsonObject =>
  absoluteSettings(type, patchSettings(type, kept, given, context.secrets), context)

/** Checks settings that are about to be kept, and gives the way to open them. */
function openSealed(context: Part, type: SourceType, sealed: JsonObject, name: string): () => Source {
  const { clock, log, secrets } = context
  const settings = parseSettings(type, openSettings(type, sealed, secrets))
  const open = () => type.open(settings, { clock, log, name })
  try {
    open()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // Files that are missing and the like may come to be there; settings that contradict each other don't mend.
    if (error.fault === 'input') throw asInput(error)
  }
  return open
}

const asInput = (error: AppError): AppError =>
  new AppError('INPUT_INVALID', error.message, {
    complaints: error.complaints.map((each) => ({ ...each, path: `settings.${each.path}` })),
    cause: error,
  })

async function changed(context: Part, name: string): Promise<RegisteredSource> {
  context.events.publish({ topic: 'source.changed', at: context.clock.now(), data: { name } })
  return findSource(context, name)
}
