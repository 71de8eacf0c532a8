import type { ReportedDevice, ReportedVolume } from '#model/record.ts'
import type { StorageConfig, StorageRow } from '#sources/proxmox/answers.ts'
import { steadyBytes } from '#sources/steady-bytes.ts'

/** Kinds of storage that hand out space only when it is written. */
const thin = new Set(['lvmthin', 'zfspool', 'rbd', 'btrfs'])

/** Pools whose "total" is what is used plus what is free now, and so moves a little all the time. */
const drifting = new Set(['zfspool', 'rbd', 'cephfs', 'btrfs', 'pbs'])

/** What tells one storage from another: a shared one is the same on all nodes, a local one only on its own. */
export const storageId = (row: StorageRow): string =>
  row.shared ? `storage/${row.storage}` : `storage/${row.node}/${row.storage}`

export const isAvailable = (row: StorageRow): boolean =>
  row.status === undefined || row.status === 'available'

/** What else is known of storages: how they are configured, and which guests have disks on them, by `storageId`, where all were read. */
export interface StorageTies {
  /** Undefined where they could not be read. */
  configs: ReadonlyMap<string, StorageConfig> | undefined
  guests: ReadonlyMap<string, ReadonlySet<string>> | undefined
}

/** What a storage is known by to the machine that serves it. */
const idsOf = ({ server, export: path, type }: StorageConfig): string[] =>
  type === 'nfs' && server !== undefined && path !== undefined ? [`nfs:${server}:${path}`] : []

/** One storage from its rows, one per node that has it; the first available one tells the sizes. */
function toVolume(rows: readonly [StorageRow, ...StorageRow[]], ties: StorageTies): ReportedVolume {
  const row = rows.find(isAvailable) ?? rows[0]
  const { plugintype = '', maxdisk, disk } = row
  const capacity =
    maxdisk === undefined ? undefined : drifting.has(plugintype) ? steadyBytes(maxdisk) : maxdisk
  const config = ties.configs?.get(row.storage)
  const unread = [
    ...(ties.configs === undefined ? ['ids'] : []),
    ...(ties.guests === undefined ? ['usedBy'] : []),
  ]
  const ids = config === undefined ? [] : idsOf(config)
  const nodes = row.shared ? rows.map((each) => `node/${each.node}`) : []
  const usedBy = ties.guests && [...nodes, ...(ties.guests.get(storageId(row)) ?? [])].toSorted()
  const contents = (row.content ?? '').split(',').filter(Boolean).toSorted()
  return {
    kind: 'volume',
    sourceId: storageId(row),
    name: row.shared ? row.storage : `${row.node}/${row.storage}`,
    volumeType: 'datastore',
    ...(capacity === undefined ? {} : { capacityBytes: capacity }),
    ...(plugintype === '' ? {} : { thinProvisioned: thin.has(plugintype) }),
    ...(row.shared ? {} : { deviceSourceId: `node/${row.node}` }),
    ...(ids.length > 0 ? { ids } : {}),
    ...(usedBy === undefined ? {} : { usedBy }),
    ...(unread.length > 0 ? { unread } : {}),
    facts: {
      shared: row.shared ?? false,
      ...(plugintype === '' ? {} : { kind: plugintype }),
      ...(contents.length > 0 ? { contents } : {}),
      ...(row.shared ? { nodes: rows.map((each) => each.node).toSorted() } : {}),
    },
    ...(disk === undefined ? {} : { volatile: { used_bytes: disk } }),
  }
}

/** All storages; those that no node can reach now are left as they were. */
export function toVolumes(
  rows: readonly StorageRow[],
  ties: StorageTies = { configs: new Map(), guests: undefined },
): { volumes: ReportedVolume[]; unavailable: string[] } {
  const byId = Map.groupBy(rows, storageId)
  const groups = [...byId.entries()].toSorted(([left], [right]) => (left < right ? -1 : 1))
  const usable = groups.filter(([, group]) => group.some(isAvailable))
  return {
    volumes: usable.map(([, group]) => toVolume(group as [StorageRow, ...StorageRow[]], ties)),
    unavailable: groups
      .filter(([, group]) => !group.some(isAvailable))
      .map(([id]) => id.slice('storage/'.length)),
  }
}

/** Notes on which storages the disks of a guest lie, as `storageId` names them. */
export function noteDisks(
  guests: Map<string, Set<string>>,
  { sourceId, relationships, vm }: ReportedDevice,
  shared: ReadonlySet<string>,
): void {
  const node = relationships?.[0]?.sourceId?.replace(/^node\//, '')
  for (const { storage } of vm?.disks ?? []) {
    if (typeof storage !== 'string') continue
    const id = shared.has(storage) ? `storage/${storage}` : `storage/${node}/${storage}`
    const known = guests.get(id) ?? new Set()
    guests.set(id, known.add(sourceId))
  }
}
