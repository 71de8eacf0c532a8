import type { StorageVolumesTable } from '#database/schema.ts'
import { differenceOf } from '#features/inventory/device-state.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import { historyRow } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { JsonObject } from '#kernel/json.ts'

/** What the history tells of a volume: nothing that changes at every reading. */
export type VolumeFacts = Pick<
  StorageVolumesTable,
  'name' | 'volume_type' | 'capacity_bytes' | 'storage_array' | 'raid_level' | 'status' | 'source_id'
> & { thin_provisioned: boolean | number | null; metadata: string }

/** A volume before and after, absent where it was or is none of the device's. */
export interface VolumeChange {
  /** The device that has it, null for one that no device has. */
  device: number | null
  before: VolumeFacts | undefined
  after: VolumeFacts | undefined
}

/** More paths than this would make a row that nobody can read. */
const pathsAtOnce = 500

/** One row for each device whose volumes changed, with a path `volumes/NAME` for each of them; more when there are many. */
export function volumeHistory(author: Authorship, changes: readonly VolumeChange[]) {
  return [...Map.groupBy(changes, ({ device }) => device)].flatMap(([device, ofDevice]) => {
    const difference = differenceOf(
      statesOf(ofDevice.map(({ before }) => before)),
      statesOf(ofDevice.map(({ after }) => after)),
    )
    return difference === undefined ? [] : rowsOf(author, device, difference)
  })
}

function rowsOf(author: Authorship, device: number | null, difference: NonNullable<Difference>) {
  const paths = Object.keys(difference.after)
  return Array.from({ length: Math.ceil(paths.length / pathsAtOnce) }, (_, index) => {
    const some = paths.slice(index * pathsAtOnce, (index + 1) * pathsAtOnce)
    const pick = (state: DeviceState): DeviceState =>
      Object.fromEntries(some.map((path) => [path, state[path] ?? null]))
    const part = { before: pick(difference.before), after: pick(difference.after) }
    return { ...historyRow(author, { id: device!, operation: 'update' }, part), device_id: device }
  })
}

type Difference = ReturnType<typeof differenceOf>

/** Two volumes of one name are told apart by their ids. */
function statesOf(volumes: readonly (VolumeFacts | undefined)[]): DeviceState {
  const state: DeviceState = {}
  for (const volume of volumes) {
    if (volume === undefined) continue
    const path = `volumes/${volume.name}`
    state[path in state ? `${path} (${volume.source_id})` : path] = valueOf(volume)
  }
  return state
}

const valueOf = (volume: VolumeFacts): JsonObject => ({
  type: volume.volume_type,
  capacityBytes: volume.capacity_bytes,
  array: volume.storage_array,
  raidLevel: volume.raid_level,
  thin: volume.thin_provisioned === null ? null : Boolean(volume.thin_provisioned),
  status: volume.status,
  ...(JSON.parse(volume.metadata) as JsonObject),
})
