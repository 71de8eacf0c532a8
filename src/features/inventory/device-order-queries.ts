import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'

const own = (column: string) => ({
  value: sql<string | null>`${sql.ref(`devices.${column}`)}`,
  isNullable: false,
})
const text = (column: string) => ({
  value: sql<string | null>`lower(${sql.ref(`devices.${column}`)})`,
  isNullable: true,
})

/** What devices can be ordered by, each with an index of its own; the id decides between equals. */
const orders = {
  name: own('name_sort'),
  address: own('ip_sort'),
  lastSeen: own('last_seen'),
  firstSeen: own('first_seen'),
  deviceType: own('device_type'),
  status: own('status'),
  serial: text('serial'),
  vendor: text('vendor'),
  model: text('model'),
  os: text('os'),
  site: text('site'),
  rack: text('rack'),
  owner: text('owner'),
}

export type DeviceOrder = keyof typeof orders
export const deviceOrders = Object.keys(orders) as DeviceOrder[]

/** Where a page ended: the value it was ordered by, null for none, and the id. */
export type DevicePosition = [value: string | null, id: number]

export interface DevicePage {
  order: DeviceOrder
  descending: boolean
  after?: DevicePosition | undefined
  limit: number
}

/** A part of an order that one index gives without sorting: devices that have a value, or those that have none. */
export interface Stretch {
  /** What orders it beside the id; undefined where all are equal. */
  readonly value: RawBuilder<string | null> | undefined
  readonly where: RawBuilder<boolean>
}

/**
 * The parts of an order from a position on. What has no value comes last, or first when turned round: engines disagree
 * on where nulls belong, and no index has them last on both.
 */
export function stretchesOf({ order, descending, after }: DevicePage): Stretch[] {
  const { value, isNullable } = orders[order]
  if (!isNullable) return [{ value, where: after ? beyond(value, descending, after) : sql`1 = 1` }]
  const isBehind = after && after[0] === null
  const valued = {
    value,
    where: after && !isBehind ? beyond(value, descending, after) : sql<boolean>`${value} >= ''`,
  }
  const id = sql.raw(descending ? '<' : '>')
  const empty = {
    value: undefined,
    where: isBehind
      ? sql<boolean>`(${value} is null and devices.id ${id} ${after[1]})`
      : sql<boolean>`${value} is null`,
  }
  const all = descending ? [empty, valued] : [valued, empty]
  if (after === undefined) return all
  return all.slice(all.indexOf(isBehind ? empty : valued))
}

const beyond = (value: RawBuilder<string | null>, descending: boolean, [at, id]: DevicePosition) =>
  sql<boolean>`(${value}, devices.id) ${sql.raw(descending ? '<' : '>')} (${at}, ${id})`
