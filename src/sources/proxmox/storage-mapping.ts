import type { ReportedVolume } from '#model/record.ts'
import type { StorageRow } from '#sources/proxmox/answers.ts'
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

/** One storage from its rows, one per node that has it; the first available one tells the sizes. */
function toVolume(rows: readonly [StorageRow, ...StorageRow[]]): ReportedVolume {
  const row = rows.find(isAvailable) ?? rows[0]
  const { plugintype = '', maxdisk, disk } = row
  const capacity =
    maxdisk === undefined ? undefined : drifting.has(plugintype) ? steadyBytes(maxdisk) : maxdisk
  const contents = (row.content ?? '').split(',').filter(Boolean).toSorted()
  return {
    kind: 'volume',
    sourceId: storageId(row),
    name: row.shared ? row.storage : `${row.node}/${row.storage}`,
    volumeType: 'datastore',
    ...(capacity === undefined ? {} : { capacityBytes: capacity }),
    ...(plugintype === '' ? {} : { thinProvisioned: thin.has(plugintype) }),
    ...(row.shared ? {} : { deviceSourceId: `node/${row.node}` }),
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
export function toVolumes(rows: readonly StorageRow[]): { volumes: ReportedVolume[]; unavailable: string[] } {
  const byId = Map.groupBy(rows, storageId)
  const groups = [...byId.entries()].toSorted(([left], [right]) => (left < right ? -1 : 1))
  const usable = groups.filter(([, group]) => group.some(isAvailable))
  return {
    volumes: usable.map(([, group]) => toVolume(group as [StorageRow, ...StorageRow[]])),
    unavailable: groups
      .filter(([, group]) => !group.some(isAvailable))
      .map(([id]) => id.slice('storage/'.length)),
  }
}
