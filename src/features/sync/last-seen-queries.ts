import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Context } from '#features/context.ts'
import { isSeeing } from '#features/hosts/host-facts.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { shift } from '#kernel/clock.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'config'>

/**
 * Moves `last_seen` of what the run saw, in one statement for devices and one for hosts, where it would change by more
 * than the interval (decision 0004). A source that says when it saw something itself is believed, unless that is later
 * than the run. After a run that is not complete only what it did see is moved.
 */
export async function moveLastSeen(tools: Tools, run: RunState, isComplete: boolean): Promise<void> {
  const seen = isComplete ? sql<boolean>`record.last_run_id is null` : seenIn(tools, run)
  await move(
    tools,
    run,
    'devices',
    sql`device_links link`,
    sql`link.device_id = target.id and link.undone_at is null and record.id = link.record_id and ${seen}`,
  )
  if (!isSeeing(run.source.system)) return
  await move(
    tools,
    run,
    'hosts',
    sql`(select 'mac:' as word union all select 'nic:') as kind_of_key cross join record_native_ids key`,
    sql`key.native_id = kind_of_key.word || target.mac and record.id = key.record_id and ${seen}`,
  )
}

/** The records that the run saw, by source id. */
function seenIn({ engine }: Tools, run: RunState): RawBuilder<boolean> {
  const ids = [...run.seen.keys()]
  return engine === 'sqlite'
    ? sql`record.source_id in (select value from json_each(${JSON.stringify(ids)}))`
    : sql`record.source_id = any(${ids}::text[])`
}

/** Few rows are due, in most runs none, so they come first; `cross join` keeps that order on SQLite. */
async function move(
  { db, engine, config }: Tools,
  run: RunState,
  table: 'devices' | 'hosts',
  through: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
): Promise<void> {
  const minutes = config.sync.lastSeenMinutes
  const due = shift(run.startedAt, -minutes * 60_000)
  const first = await db.selectFrom(table).select('id').where('last_seen', '<', due).limit(1).execute()
  if (first.length === 0) return
  const least = sql.raw(engine === 'sqlite' ? 'min' : 'least')
  const told = engine === 'sqlite' ? sql`json_extract(volatile, '$.seenAt')` : sql`volatile->>'seenAt'`
  const seenAt = sql`case when kind = 'sighting' then ${told} end`
  const lastSeen = sql.ref(`${table}.last_seen`)
  const isDue =
    engine === 'sqlite'
      ? sql`(julianday(told.at) - julianday(${lastSeen})) * 1440 > ${minutes}`
      : sql`told.at::timestamptz - ${lastSeen}::timestamptz > ${minutes}::float8 * interval '1 minute'`
  await sql`
    update ${sql.table(table)} set last_seen = told.at from (
      select target.id, max(${least}(coalesce(${seenAt}, ${run.startedAt}), ${run.startedAt})) as at
      from ${sql.table(table)} target cross join ${through} cross join source_records record
      where target.last_seen < ${due} and ${condition}
        and record.source_system = ${run.source.system} and record.source_identifier = ${run.source.name}
      group by target.id
    ) as told where told.id = ${sql.ref(`${table}.id`)} and ${isDue}`.execute(db)
}
