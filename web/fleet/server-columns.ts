import type { ListColumn } from '../list/list-column.ts'

const column = (id: string, label: string, width: number, options: Partial<ListColumn> = {}): ListColumn => ({
  id,
  label,
  width,
  sortable: true,
  ...options,
})

const numeric = { numeric: true }
const unsorted = { sortable: false }

/** The columns of the list of servers, in their order. */
export const serverColumns: readonly ListColumn[] = [
  column('name', 'Name', 166),
  column('status', 'Status', 126),
  column('cpu', 'CPU', 90),
  column('spark', 'Last hour', 104, unsorted),
  column('memory', 'Memory', 98),
  column('disk', 'Disk', 92),
  column('network', 'Network', 164, { ...unsorted, ...numeric }),
  column('load', 'Load', 74, numeric),
  column('uptime', 'Uptime', 88, numeric),
  column('address', 'Address', 116, unsorted),
  column('os', 'Operating system', 140, unsorted),
  column('device', 'Device', 130, unsorted),
  column('site', 'Site', 104, unsorted),
  column('rack', 'Rack', 84, unsorted),
  column('tags', 'Tags', 140, unsorted),
  column('agent', 'Agent', 84, unsorted),
  column('seen', 'Seen', 88),
]

/** The columns shown until somebody chooses others. */
export const usualServerColumns: readonly string[] = [
  'name',
  'status',
  'cpu',
  'spark',
  'memory',
  'disk',
  'network',
  'load',
  'seen',
]

/** The columns to show, in their own order: the name always, unknown ones never. */
export const shownServerColumns = (chosen: readonly string[]): readonly ListColumn[] =>
  serverColumns.filter(({ id }) => id === 'name' || chosen.includes(id))

/** The order after a press on a head; figures begin with the highest, times with the newest. */
export function nextServerSort(sort: string, id: string): string {
  if (sort === id) return `-${id}`
  if (sort === `-${id}`) return id
  return id === 'name' || id === 'status' ? id : `-${id}`
}
