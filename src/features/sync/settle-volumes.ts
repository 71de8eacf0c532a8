import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Context } from '#features/context.ts'
import { authorOf } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { volumeHistory } from '#features/sync/volume-history.ts'
import type { VolumeChange } from '#features/sync/volume-history.ts'
import {
  deleteUses,
  findOwners,
  replaceOwners,
  usesOfSource,
  volumesOfSource,
} from '#features/sync/volume-queries.ts'
import type { StoredVolume } from '#features/sync/volume-queries.ts'
import { chunksOf } from '#kernel/chunks-of.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config'>

/** What a volume hangs on after the run, and who uses it. */
interface Settled {
  volume: StoredVolume
  device: number | null
  owner: number | null
  pool: number | null
  /** Undefined where nobody told who uses it: those that are known stay. */
  users: readonly number[] | undefined
}

/**
 * Ties the volumes that the run saw to the devices that own and use them and to the pools they are cut from: any of these
 * may have come later than the volume. Gives the devices that gained or lost volumes.
 */
export async function settleVolumes(tools: Tools, run: RunState): Promise<number[]> {
  if (run.volumes.size === 0) return []
  const stored = await volumesOfSource(tools.db, run.source)
  const settled = await settle(tools, run, stored)
  const uses = await usesOfSource(tools.db, run.source)
  const touched = new Set<number>()
  const changed = settled.filter((each) => isMoved(each) || usesOf(each, uses) !== undefined)
  for (const chunk of chunksOf(changed, tools.config.sync.batchSize)) {
    for (const device of await write(tools, run, chunk, uses)) touched.add(device)
  }
  return [...touched]
}

async function settle(
  { db, engine }: Tools,
  run: RunState,
  stored: readonly StoredVolume[],
): Promise<Settled[]> {
  const ties = [...run.volumes.values()]
  const named = new Set(ties.flatMap(({ owner, usedBy = [] }) => [...usedBy, ...(owner ? [owner] : [])]))
  const owners = await findOwners(db, engine, run.source, [...named])
  const ids = new Map(stored.map((volume) => [volume.source_id, volume.id]))
  return stored.flatMap((volume): Settled[] => {
    const tie = run.volumes.get(volume.source_id)
    if (tie === undefined) return []
    const owner = owners.get(tie.owner ?? '')
    const pool = ids.get(tie.pool ?? '')
    return [
      {
        volume,
        device: owner?.device ?? null,
        owner: owner?.record ?? null,
        pool: pool === undefined || pool === volume.id ? null : pool,
        users: tie.usedBy && [...new Set(tie.usedBy.flatMap((id) => owners.get(id)?.record ?? []))],
      },
    ]
  })
}

const isMoved = ({ volume, device, owner, pool }: Settled): boolean =>
  volume.device_id !== device || volume.owner !== owner || volume.pool_id !== pool

/** The uses that are to come and to go; undefined when all is as it was. */
function usesOf({ volume, users }: Settled, uses: ReadonlyMap<number, readonly number[]>) {
  if (users === undefined) return undefined
  const before = new Set(uses.get(volume.id))
  const after = new Set(users)
  const added = [...after.difference(before)]
  const gone = [...before.difference(after)]
  return added.length + gone.length === 0 ? undefined : { added, gone }
}

const write = (
  { db, engine, clock }: Tools,
  run: RunState,
  chunk: readonly Settled[],
  uses: ReadonlyMap<number, readonly number[]>,
): Promise<number[]> =>
  db.transaction().execute(async (transaction) => {
    const author = authorOf(run, engine, clock.now())
    const moved = chunk.filter(isMoved)
    await bulkUpdate(
      transaction,
      engine,
      'storage_volumes',
      ['id'],
      moved.map(({ volume, device, pool }) => ({
        id: volume.id,
        device_id: device,
        pool_id: pool,
        updated_at: author.now,
      })),
    )
    await replaceOwners(
      transaction,
      engine,
      moved.map(({ volume, owner }) => ({ volume: volume.id, record: owner })),
    )
    const added = []
    for (const each of chunk) {
      const steps = usesOf(each, uses)
      if (steps === undefined) continue
      if (steps.gone.length > 0) await deleteUses(transaction, engine, each.volume.id, steps.gone)
      added.push(...steps.added.map((record) => ({ volume_id: each.volume.id, record_id: record })))
    }
    await bulkInsert(transaction, engine, 'volume_uses', added)
    const changes = changesOfOwners(chunk)
    if (!run.isFirst) await bulkInsert(transaction, engine, 'sync_history', volumeHistory(author, changes))
    return changes.flatMap(({ device }) => device ?? [])
  })

/** A volume that gets another owner is one less for the one device and one more for the other. */
const changesOfOwners = (chunk: readonly Settled[]): VolumeChange[] =>
  chunk
    .filter(({ volume, device }) => volume.device_id !== device)
    .flatMap(({ volume, device }): VolumeChange[] => [
      ...(volume.device_id === null ? [] : [{ device: volume.device_id, before: volume, after: undefined }]),
      ...(device === null ? [] : [{ device, before: undefined, after: volume }]),
    ])
