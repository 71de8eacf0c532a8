import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { queryFields } from '#features/inventory/custom-field-queries.ts'
import { stretchesOf } from '#features/inventory/device-order-queries.ts'
import type { DevicePage, DevicePosition, Stretch } from '#features/inventory/device-order-queries.ts'
import type { Actor } from '#model/actor.ts'
import { asksForKindOnly, asksForRetired, compileDeviceQuery } from '#query/compile-query.ts'
import type { QueryFilter } from '#query/compile-query.ts'

/** What a question about devices needs to know of who asks and where. */
export type Asking = Pick<Context, 'db' | 'reports' | 'engine' | 'clock'> & { actor: Pick<Actor, 'tags'> }

/** A query made ready: its condition, and whether retired devices belong to the answer. */
export interface DeviceFilter {
  where: QueryFilter | undefined
  /** The same, written for looking at few devices one by one. */
  rowByRow: QueryFilter | undefined
  withRetired: boolean
  /** It is about what one index tells, so it is counted in no time. */
  isOfKind: boolean
}

const everyDevice: DeviceFilter = {
  where: undefined,
  rowByRow: undefined,
  withRetired: false,
  isOfKind: true,
}

/** Reads a query over devices; throws QUERY_INVALID. */
export async function deviceFilter(call: Asking, q: string | undefined): Promise<DeviceFilter> {
  if (q === undefined || q.trim() === '') return everyDevice
  const options = {
    engine: call.engine,
    now: call.clock.now(),
    customFields: await queryFields(call.db),
    visibleTags: call.actor.tags,
  }
  return {
    where: compileDeviceQuery(q, options),
    rowByRow: compileDeviceQuery(q, { ...options, rowByRow: true }),
    withRetired: asksForRetired(q, options),
    isOfKind: asksForKindOnly(q, options),
  }
}

const isEverything = (call: Asking, filter: DeviceFilter): boolean =>
  filter.where === undefined && call.actor.tags === undefined

/** Devices that stand for themselves and, unless asked for, are not retired. */
function shownDevices(db: Database, { withRetired }: DeviceFilter) {
  const all = db.selectFrom('devices').where('devices.merged_into', 'is', null)
  return withRetired ? all : all.where('devices.retired_at', 'is', null)
}

/** Devices that the actor may see and the filter holds, found by what narrows them most. */
function selectDevices(db: Database, { engine, actor }: Asking, filter: DeviceFilter) {
  let query = shownDevices(db, filter)
  if (actor.tags !== undefined) query = query.where(carryingOneOf(engine, actor.tags))
  return filter.where === undefined ? query : query.where(filter.where)
}

/** As a list, which costs what is in it: `exists` would be asked for every device there is. */
function carryingOneOf(engine: Engine, tags: readonly string[]) {
  if (tags.length === 0) return sql<boolean>`1 = 0`
  const list = sql`select device_id from device_tags
    where tag_id in (select id from tags where name in (${sql.join(tags)}))`
  return engine === 'sqlite'
    ? sql<boolean>`devices.id in (${list})`
    : sql<boolean>`devices.id = any(array(${list}))`
}

export interface FoundDevices {
  found: { id: number; position: DevicePosition }[]
  /** How many there are in all, where finding them told. */
  total?: number | undefined
}

/** The devices of a page in order, with the position of each. */
export async function findDevices(
  call: Asking,
  filter: DeviceFilter,
  page: DevicePage,
  signal: AbortSignal,
): Promise<FoundDevices> {
  const stretches = stretchesOf(page)
  const found: FoundDevices['found'] = []
  let total: number | undefined
  for (const stretch of stretches) {
    const rest = { ...page, limit: page.limit - found.length }
    if (rest.limit <= 0) break
    const part = await findIn(call, filter, stretch, rest, signal)
    found.push(...part.found)
    total = part.total
  }
  return { found, total: stretches.length === 1 && page.after === undefined ? total : undefined }
}

/** So many devices are looked at first, in order: enough for a page of what one in six is. */
const glance = 600
/** And at most so many before the filter is asked for everything it holds. */
const longLook = 8_000

/**
 * What many devices are is found soonest by looking at them in order; what few are, by looking for these first. Which
 * it is shows at the first glance. The planners guess: SQLite knows nothing of frequencies, PostgreSQL little of ours.
 */
async function findIn(
  call: Asking,
  filter: DeviceFilter,
  stretch: Stretch,
  page: DevicePage,
  signal: AbortSignal,
): Promise<FoundDevices> {
  if (isEverything(call, filter)) {
    const rows = await inOrder(call.db, filter, stretch, page).execute({ signal })
    return { found: rows.map(toFound) }
  }
  const first = Math.max(glance, page.limit * 2)
  const near = await amongFirst(call.db, call, filter, stretch, page, first).execute({ signal })
  if (near.length >= page.limit) return { found: near.map(toFound) }
  const wide = Math.ceil((first * page.limit * 1.5) / near.length)
  if (wide <= longLook + first) {
    const more = await amongFirst(call.reports, call, filter, stretch, page, wide).execute({ signal })
    if (more.length >= page.limit) return { found: more.map(toFound) }
  }
  const rows = await amongAll(call, filter, stretch, page).execute({ signal })
  return { found: rows.map(toFound), total: rows[0] === undefined ? undefined : Number(rows[0].total) }
}

const toFound = ({
  id,
  position,
}: {
  id: number
  position: string | null
}): FoundDevices['found'][number] => ({
  id,
  position: [position, id],
})

const noValue = sql<string | null>`cast(null as text)`

function inOrder(db: Database, filter: DeviceFilter, { value, where }: Stretch, page: DevicePage) {
  const direction = page.descending ? 'desc' : 'asc'
  const query = shownDevices(db, filter)
    .where(where)
    .select('devices.id')
    .select((value ?? noValue).as('position'))
    .limit(page.limit)
  return (value === undefined ? query : query.orderBy(value, direction)).orderBy('devices.id', direction)
}

/**
 * Of the first devices of an order those that the filter holds. The limit inside keeps the filter's own indexes out, and
 * the order is known, so nothing is looked at beyond the last that is wanted.
 */
function amongFirst(
  db: Database,
  { actor, engine }: Asking,
  filter: DeviceFilter,
  stretch: Stretch,
  page: DevicePage,
  count: number,
) {
  const direction = page.descending ? 'desc' : 'asc'
  const near = inOrder(db, filter, stretch, { ...page, limit: count })
  const conditions = [
    ...(actor.tags === undefined ? [] : [visibleDevices(actor)]),
    ...(filter.rowByRow === undefined ? [] : [filter.rowByRow]),
  ]
  // SQLite keeps the order of a cross join, and would copy every column of every row out of a subquery.
  if (engine === 'sqlite')
    return db
      .selectFrom(near.as('near'))
      .crossJoin('devices')
      .whereRef('devices.id', '=', 'near.id')
      .where((eb) => eb.and(conditions.map((each) => each(eb as never))))
      .select(['near.id', 'near.position'])
      .orderBy('near.position', direction)
      .orderBy('near.id', direction)
      .limit(page.limit)
  // PostgreSQL would join in whatever order it hopes to be good, and takes rows out of a subquery as they are.
  return db
    .selectFrom(
      near
        .clearSelect()
        .selectAll('devices')
        .select((stretch.value ?? noValue).as('position'))
        .as('devices'),
    )
    .where((eb) => eb.and(conditions.map((each) => each(eb as never))))
    .select(['devices.id', 'devices.position'])
    .orderBy('devices.position', direction)
    .orderBy('devices.id', direction)
    .limit(page.limit)
}

/** Every match first, then the order: a planner that walks the order in hope of early matches may walk all of it. */
function amongAll(call: Asking, filter: DeviceFilter, { value, where }: Stretch, page: DevicePage) {
  const direction = page.descending ? 'desc' : 'asc'
  const all = selectDevices(call.reports, call, filter)
    .where(where)
    .select('devices.id')
    .select((value ?? noValue).as('position'))
  return call.reports
    .with(
      (name) => name('found').materialized(),
      () => all,
    )
    .selectFrom('found')
    .select(['id', 'position'])
    .select(sql<number>`count(*) over ()`.as('total'))
    .orderBy('position', direction)
    .orderBy('id', direction)
    .limit(page.limit)
}

/** In an inventory of this size everything is counted; in a larger one only what an index counts. */
const countedAtMost = 5_000

/** Whether an index counts what the filter holds. */
export const isCountedByIndex = ({ actor }: Pick<Asking, 'actor'>, filter: DeviceFilter): boolean =>
  actor.tags === undefined && filter.isOfKind && !filter.withRetired

/** How many devices the filter holds; undefined where that would cost more than the page. */
export async function countDevices(
  call: Asking,
  filter: DeviceFilter,
  signal: AbortSignal,
): Promise<number | undefined> {
  const isQuick = isCountedByIndex(call, filter)
  if (!isQuick) {
    const some = shownDevices(call.db, filter)
      .select('devices.id')
      .limit(countedAtMost + 1)
    const { count } = await call.db
      .selectFrom(some.as('some'))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow({ signal })
    if (Number(count) > countedAtMost) return undefined
  }
  const { count } = await selectDevices(isQuick ? call.db : call.reports, call, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow({ signal })
  return Number(count)
}

/** The ids of up to `limit` devices that the filter holds. */
export async function findDeviceIds(call: Asking, filter: DeviceFilter, limit: number): Promise<number[]> {
  const db = isEverything(call, filter) ? call.db : call.reports
  const rows = await selectDevices(db, call, filter)
    .select('devices.id')
    .orderBy('devices.id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}
