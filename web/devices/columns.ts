import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import type { CustomField } from '../inventory-types.ts'
import type { ListColumn } from '../list/list-column.ts'

/** A column of the device list: the field of a device, or `custom.NAME`. */
export type DeviceColumn = ListColumn

const column = (
  id: keyof DeviceItem,
  label: string,
  width: number,
  options: { sortable?: boolean; numeric?: boolean } = {},
): DeviceColumn => ({ id, label, width, sortable: true, ...options })

const unsorted = { sortable: false }

/** The columns that every installation has, in their order. */
export const builtInColumns: readonly DeviceColumn[] = [
  column('name', 'Name', 160),
  column('deviceType', 'Type', 122),
  column('status', 'Status', 98),
  column('address', 'Address', 116),
  column('os', 'Operating system', 142),
  column('vendor', 'Vendor', 130),
  column('model', 'Model', 140),
  column('serial', 'Serial', 130),
  column('cpuCount', 'CPUs', 64, { sortable: false, numeric: true }),
  column('memoryMb', 'Memory', 88, { sortable: false, numeric: true }),
  column('powerState', 'Power', 96, unsorted),
  column('site', 'Site', 100),
  column('rack', 'Rack', 80),
  column('owner', 'Owner', 120),
  column('driver', 'Driver', 100, unsorted),
  column('tags', 'Tags', 150, unsorted),
  column('sources', 'Sources', 116, unsorted),
  column('firstSeen', 'First seen', 102),
  column('lastSeen', 'Last seen', 102),
]

/** The columns shown until somebody chooses others. */
export const defaultColumns: readonly string[] = [
  'name',
  'deviceType',
  'status',
  'address',
  'os',
  'tags',
  'sources',
  'lastSeen',
]

/** Every column of this installation, with its custom fields. */
export const allColumns = (fields: readonly CustomField[]): DeviceColumn[] => [
  ...builtInColumns,
  ...fields.map(({ name, label, type }) => ({
    id: `custom.${name}`,
    label,
    width: 120,
    sortable: false,
    numeric: type === 'number',
  })),
]

/** The columns to show, in their own order: the name always, unknown ones never. */
export function shownColumns(all: readonly DeviceColumn[], chosen: readonly string[]): DeviceColumn[] {
  const wanted = new Set(chosen.length > 0 ? chosen : defaultColumns)
  return all.filter(({ id }) => id === 'name' || wanted.has(id))
}

/** The choice with one column more or less. */
export const withColumn = (chosen: readonly string[], id: string, shown: boolean): string[] =>
  shown ? [...new Set([...chosen, id])] : chosen.filter((each) => each !== id)

/** The order after a press on a head: upwards, downwards, upwards again. Times begin with the newest. */
export function nextSort(sort: string, id: string): string {
  if (sort === id) return `-${id}`
  if (sort === `-${id}`) return id
  return id === 'lastSeen' || id === 'firstSeen' ? `-${id}` : id
}
