import type { Database } from '#database/schema.ts'
import type { Configuration } from '#features/configs/config-shapes.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'

const versions = (db: Database, deviceId: number) =>
  db
    .selectFrom('device_configs as kept')
    .select(['id', 'version', 'source_system', 'source_identifier', 'source_id', 'retrieved_at'])
    .select(['revision', 'config_hash', 'metadata'])
    .select(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('device_configs as newer')
            .select('newer.id')
            .whereRef('newer.source_system', '=', 'kept.source_system')
            .whereRef('newer.source_identifier', '=', 'kept.source_identifier')
            .whereRef('newer.source_id', '=', 'kept.source_id')
            .whereRef('newer.version', '>', 'kept.version'),
        ),
      ).as('is_newest'),
    )
    .where('device_id', '=', deviceId)

type VersionRow = Awaited<ReturnType<ReturnType<typeof versions>['execute']>>[number]

function toConfiguration(row: VersionRow): Configuration {
  const metadata = JSON.parse(row.metadata) as JsonObject
  const text = (name: string) => (typeof metadata[name] === 'string' ? metadata[name] : null)
  return {
    id: row.id,
    version: row.version,
    source: row.source_identifier,
    sourceId: row.source_id,
    retrievedAt: row.retrieved_at,
    revision: row.revision,
    hash: row.config_hash,
    bytes: typeof metadata['bytes'] === 'number' ? metadata['bytes'] : null,
    model: text('model'),
    author: text('author'),
    message: text('message'),
    encoding: text('encoding'),
    isNewest: Boolean(row.is_newest),
  }
}

/** The versions of a device's configurations, those fetched last first, after a place in that order. */
export async function listConfigs(
  db: Database,
  deviceId: number,
  {
    source,
    after,
    limit,
  }: { source?: string | undefined; after?: readonly [string, number] | undefined; limit: number },
): Promise<Configuration[]> {
  let query = versions(db, deviceId).orderBy('retrieved_at', 'desc').orderBy('id', 'desc').limit(limit)
  if (source !== undefined) query = query.where('source_identifier', '=', source)
  if (after !== undefined) {
    const [at, id] = after
    query = query.where(({ eb, or, and }) =>
      or([eb('retrieved_at', '<', at), and([eb('retrieved_at', '=', at), eb('id', '<', id)])]),
    )
  }
  return (await query.execute()).map(toConfiguration)
}

export async function countConfigs(db: Database, deviceId: number, source?: string): Promise<number> {
  let query = db
    .selectFrom('device_configs')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('device_id', '=', deviceId)
  if (source !== undefined) query = query.where('source_identifier', '=', source)
  return Number((await query.executeTakeFirstOrThrow()).count)
}

/** Which version of a device's configurations is meant. */
export interface WantedVersion {
  version?: number | undefined
  source?: string | undefined
  /** What the source calls the device, where it has several records of it. */
  sourceId?: string | undefined
}

const placeOf = ({ source, sourceId }: Configuration): string => `${source} (${sourceId})`

/** The version that is meant, by default the newest; NOT_FOUND, or AMBIGUOUS_NAME where several records have it. */
export async function findConfig(
  db: Database,
  deviceId: number,
  { version, source, sourceId }: WantedVersion,
): Promise<Configuration> {
  let query = versions(db, deviceId).orderBy('retrieved_at', 'desc').orderBy('id', 'desc').limit(2)
  if (version !== undefined) query = query.where('version', '=', version)
  if (source !== undefined) query = query.where('source_identifier', '=', source)
  if (sourceId !== undefined) query = query.where('source_id', '=', sourceId)
  const [found, other] = (await query.execute()).map(toConfiguration)
  if (found === undefined) throw notThere(version, source)
  if (version !== undefined && other !== undefined)
    throw new AppError(
      'AMBIGUOUS_NAME',
      other.source === found.source
        ? `Several records of ${found.source} have a version ${version}: ${found.sourceId}, ${other.sourceId}`
        : `Several sources have a version ${version}: ${placeOf(found)}, ${placeOf(other)}`,
      { hint: 'Say which source is meant, and what it calls the device where it has several records of it.' },
    )
  return found
}

const notThere = (version: number | undefined, source: string | undefined): AppError => {
  const what = version === undefined ? 'no configuration' : `no version ${version} of the configuration`
  return new AppError(
    'NOT_FOUND',
    `There is ${what} of this device${source === undefined ? '' : ` from ${source}`}`,
    {
      hint: '`rollcall configuration list DEVICE` shows those that are kept.',
    },
  )
}

/** The version of the same source before one; undefined for the first. */
export async function findConfigBefore(
  db: Database,
  deviceId: number,
  { source, sourceId, version }: Configuration,
): Promise<Configuration | undefined> {
  const row = await versions(db, deviceId)
    .where('source_identifier', '=', source)
    .where('source_id', '=', sourceId)
    .where('version', '<', version)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toConfiguration(row)
}

/** The whole text of a version. */
export async function textOfConfig(db: Database, id: number): Promise<string> {
  const row = await db
    .selectFrom('device_configs')
    .select('config_text')
    .where('id', '=', id)
    .executeTakeFirst()
  const text = row?.config_text ?? null
  if (text === null) throw new AppError('NOT_FOUND', 'This version is no longer kept')
  return text
}
