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
  column('name', 'Name', 160),
  column('status', 'Status', 118),
  column('cpu', 'CPU', 96),
  column('spark', 'CPU, last hour', 108, unsorted),
  column('memory', 'Memory', 96),
  column('disk', 'Disk', 96),
  column('network', 'Network', 150, { ...unsorted, ...numeric }),
  column('load', 'Load', 70, numeric),
  column('uptime', 'Uptime', 84, numeric),
  column('address', 'Address', 116, unsorted),
  column('os', 'Operating system', 140, unsorted),
  column('device', 'Device', 130, unsorted),
  column('agent', 'Agent', 84, unsorted),
  column('seen', 'Last seen', 96),
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
  'uptime',
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
