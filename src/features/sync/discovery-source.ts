import { isUniqueViolation } from '#database/constraint-errors.ts'
import type { Context } from '#features/context.ts'
import { insertSource, updateSource } from '#features/sync/source-queries.ts'
import { discoverySource, listSources, type RegisteredSource } from '#features/sync/source-registry.ts'
import { parseSettings } from '#features/sync/source-settings.ts'
import { AppError } from '#kernel/errors.ts'
import { sameJson } from '#kernel/json.ts'
import type { SourceType } from '#sources/source.ts'

type Part = Pick<Context, 'db' | 'config' | 'sourceTypes'>

const unsaved: RegisteredSource = {
  name: discoverySource,
  type: 'scan',
  enabled: true,
  settings: {},
  origin: 'database',
  version: 0,
}

/** The source under which discoveries are kept; its settings besides the ranges hold for them. */
export async function discoveredBy(context: Part): Promise<RegisteredSource> {
  const found = (await listSources(context)).find(({ name }) => name === discoverySource) ?? unsaved
  if (found.type === unsaved.type) return found
  throw new AppError(
    'CONFLICT',
    `The source ${discoverySource} is of type ${found.type} and takes no ranges`,
    {
      hint: 'Give that source another name; discoveries are kept under this one.',
    },
  )
}

function scanType({ sourceTypes }: Part): SourceType {
  const type = sourceTypes.get(unsaved.type)
  if (!type) throw new AppError('CONFLICT', 'This release does not know the source type scan')
  return type
}

/** Throws INPUT_INVALID naming each range that is none. */
export function checkRanges(context: Part, ranges: string[]): void {
  parseSettings(scanType(context), { ranges }, [])
}

function unlessThere(error: unknown): void {
  if (!isUniqueViolation(error)) throw error
}

/** Keeps the ranges with the source, so that it can be read again; what the file configures stays as it is. */
export async function rememberRanges(
  context: Part & Pick<Context, 'clock' | 'events'>,
  source: RegisteredSource,
  ranges: string[],
): Promise<void> {
  const { db, clock, events } = context
  if (source.origin !== 'database' || sameJson(source.settings['ranges'], ranges)) return
  const { name, type, enabled } = source
  const settings = JSON.stringify({ ...source.settings, ranges })
  const kept = { settings, enabled, schedule: source.schedule ?? null }
  // Who makes or changes the source meanwhile wins; the discovery itself has its ranges from its job.
  if (source !== unsaved) await updateSource(db, clock.now(), source, kept)
  else await insertSource(db, clock.now(), { name, type, ...kept }).catch(unlessThere)
  events.publish({ topic: 'source.changed', at: clock.now(), data: { name } })
}
