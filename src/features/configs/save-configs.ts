import { bulkInsert } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { ConfigContent } from '#features/configs/config-content.ts'
import {
  devicesOfRecords,
  identifyConfigs,
  insertConfigs,
  keptRevisions,
  newestVersions,
  renumberConfigs,
  storedVersions,
  type ConfigOrigin,
} from '#features/configs/config-queries.ts'
import { placeVersions, type Placement, type StoredVersion } from '#features/configs/place-configs.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import { historyRow, type Authorship } from '#features/inventory/save-devices.ts'

/** What became of some told versions. */
export interface SavedConfigs {
  /** Devices that got a version. */
  devices: number[]
  /** Device records that no device has: nothing is kept of them. */
  unknown: string[]
}

/** What has to be written of one device record's configurations. */
interface RecordPlan {
  sourceId: string
  device: number
  /** The number of the newest version before. */
  newest: number | undefined
  placement: Placement<ConfigContent>
}

const originOf = ({ system, identifier }: Authorship): ConfigOrigin => ({ system, name: identifier! })

/** Keeps versions of configurations, in the order in which they are told. What is kept already is not written again. */
export async function saveConfigs(
  transaction: Transaction,
  author: Authorship,
  contents: readonly ConfigContent[],
): Promise<SavedConfigs> {
  const told = Map.groupBy(contents, (content) => content.sourceId)
  const sourceIds = [...told.keys()]
  const devices = await devicesOfRecords(transaction, author.engine, originOf(author), sourceIds)
  const known = new Map([...told].filter(([sourceId]) => devices.has(sourceId)))
  const plans = (await planRecords(transaction, author, known)).map((plan) => ({
    ...plan,
    device: devices.get(plan.sourceId)!,
  }))
  await write(transaction, author, plans)
  await tellHistory(transaction, author, plans)
  const changed = plans.filter(({ placement }) => placement.added.length > 0).map(({ device }) => device)
  return { devices: [...new Set(changed)], unknown: sourceIds.filter((id) => !devices.has(id)) }
}

async function planRecords(
  transaction: Transaction,
  author: Authorship,
  told: ReadonlyMap<string, readonly ConfigContent[]>,
): Promise<Omit<RecordPlan, 'device'>[]> {
  const { engine } = author
  const origin = originOf(author)
  const newest = await newestVersions(transaction, engine, origin, [...told.keys()])
  // Only history that comes late needs all versions.
  const late = [...told].filter(([id, contents]) => isLate(newest.get(id)?.[0], contents)).map(([id]) => id)
  const all = await storedVersions(transaction, engine, origin, late)
  const revisions = await revisionsOf(transaction, author, [...told.values()].flat())
  return [...told].map(([sourceId, contents]) => {
    const stored = all.get(sourceId) ?? newest.get(sourceId) ?? []
    const placement = placeVersions(stored, contents, revisions.get(sourceId) ?? new Set())
    return { sourceId, newest: newest.get(sourceId)?.[0]?.version, placement }
  })
}

const isLate = (newest: StoredVersion | undefined, contents: readonly ConfigContent[]): boolean =>
  newest !== undefined && contents.some((content) => content.retrievedAt < newest.retrievedAt)

async function revisionsOf(
  transaction: Transaction,
  author: Authorship,
  contents: readonly ConfigContent[],
): Promise<Map<string, Set<string>>> {
  const asked = contents.flatMap((content) => content.revision ?? [])
  const kept = await keptRevisions(transaction, author.engine, originOf(author), asked)
  const groups = Map.groupBy(kept, ({ sourceId }) => sourceId)
  return new Map([...groups].map(([id, rows]) => [id, new Set(rows.map(({ revision }) => revision))]))
}

async function write(
  transaction: Transaction,
  author: Authorship,
  plans: readonly RecordPlan[],
): Promise<void> {
  const { engine } = author
  await renumberConfigs(
    transaction,
    engine,
    plans.flatMap(({ placement }) => placement.renumbered),
  )
  await identifyConfigs(
    transaction,
    engine,
    plans.flatMap(({ placement }) =>
      placement.identified.map(({ id, told }) => ({
        id,
        retrieved_at: told.retrievedAt,
        revision: told.revision,
        metadata: JSON.stringify(told.metadata),
      })),
    ),
  )
  await insertConfigs(
    transaction,
    engine,
    plans.flatMap(({ sourceId, device, placement }) =>
      placement.added.map(({ told, version }) => ({
        device_id: device,
        config_text: told.text,
        config_hash: told.hash,
        version,
        retrieved_at: told.retrievedAt,
        source_system: author.system,
        source_identifier: author.identifier!,
        source_id: sourceId,
        revision: told.revision,
        metadata: JSON.stringify(told.metadata),
      })),
    ),
  )
}

/** One row a device: the newest version before and after, never the text. */
async function tellHistory(
  transaction: Transaction,
  author: Authorship,
  plans: readonly RecordPlan[],
): Promise<void> {
  const changed = plans.filter(({ placement }) => placement.added.length > 0)
  const rows = [...Map.groupBy(changed, ({ device }) => device)].map(([id, records]) => {
    const before: DeviceState = {}
    const after: DeviceState = {}
    for (const { sourceId, newest, placement } of records) {
      const path = `config/${author.identifier}/${sourceId}`
      before[path] = newest ?? null
      after[path] = newestAfter(placement, newest)
    }
    return historyRow(author, { id, operation: 'update' }, { before, after })
  })
  await bulkInsert(transaction, author.engine, 'sync_history', rows)
}

const newestAfter = ({ added, renumbered }: Placement<ConfigContent>, newest: number | undefined): number =>
  [...added, ...renumbered].reduce((highest, { version }) => Math.max(highest, version), newest ?? 0)
