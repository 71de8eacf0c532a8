import type { Json, JsonObject } from '#kernel/json.ts'
import { sameJson } from '#kernel/json.ts'

/**
 * A device as flat paths: `name`, `interfaces/eth0`, `vm/cpuCount`, `metadata/lab/node`, `custom/cost`. A path
 * that is not there is null. The history keeps the paths that changed, so that any time can be told from now.
 */
export type DeviceState = Record<string, Json>

/** Fields of a device and the columns that keep them. */
export const fieldColumns = {
  name: 'name',
  deviceType: 'device_type',
  status: 'status',
  address: 'ip_address',
  serial: 'serial',
  vendor: 'vendor',
  model: 'model',
  os: 'os',
  driver: 'driver',
  site: 'site',
  rack: 'rack',
  owner: 'owner',
  retiredAt: 'retired_at',
} as const

export const vmColumns = {
  instanceUuid: 'instance_uuid',
  guestOs: 'guest_os',
  cpuCount: 'cpu_count',
  memoryMb: 'memory_mb',
  powerState: 'power_state',
  toolsRunning: 'tools_running',
  ipAddresses: 'ip_addresses',
  disks: 'disks',
  snapshots: 'snapshots',
  totalDiskCapacityBytes: 'total_disk_capacity_bytes',
  totalSnapshotSizeBytes: 'total_snapshot_size_bytes',
} as const

/** What changed between two states: the paths with their values before and after. */
export interface StateDifference {
  before: DeviceState
  after: DeviceState
}

/** The paths in which two states differ; undefined when there are none. */
export function differenceOf(before: DeviceState, after: DeviceState): StateDifference | undefined {
  const difference: StateDifference = { before: {}, after: {} }
  for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = before[path] ?? null
    const now = after[path] ?? null
    if (sameJson(old, now)) continue
    difference.before[path] = old
    difference.after[path] = now
  }
  return Object.keys(difference.after).length === 0 ? undefined : difference
}

/** Sets paths of a state; null takes a path away. */
export function withPaths(state: DeviceState, paths: DeviceState): DeviceState {
  const next = { ...state }
  for (const [path, value] of Object.entries(paths)) {
    if (value === null) delete next[path]
    else next[path] = value
  }
  return next
}

/** The part of a state below a prefix, keyed by the rest of the path: `interfaces/` gives interfaces by name. */
export function below(state: DeviceState, prefix: string): JsonObject {
  const part: JsonObject = {}
  for (const [path, value] of Object.entries(state)) {
    if (path.startsWith(prefix)) part[path.slice(prefix.length)] = value
  }
  return part
}

/** Metadata as nested JSON: facts under the name of the source that told them. */
export function metadataOf(state: DeviceState): JsonObject {
  const metadata: JsonObject = {}
  for (const [path, value] of Object.entries(below(state, 'metadata/'))) {
    const slash = path.indexOf('/')
    const source = path.slice(0, slash)
    metadata[source] = { ...(metadata[source] as JsonObject | undefined), [path.slice(slash + 1)]: value }
  }
  return metadata
}
