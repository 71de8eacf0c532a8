import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Context } from '#features/context.ts'
import type { Timestamp } from '#kernel/clock.ts'

/** Who had an address when it was last seen. */
export interface LastHolder {
  address: string
  name: string
  seen: string
}

/** The items of a list in a JSON column, one row each, as `told`. */
const itemsOf = (engine: Engine, column: RawBuilder<unknown>): RawBuilder<unknown> =>
  engine === 'sqlite'
    ? sql`json_each(${column}) as told`
    : sql`jsonb_array_elements_text(${column}) as told (value)`

const wantedIn = (engine: Engine, addresses: readonly string[]): RawBuilder<unknown> =>
  engine === 'sqlite'
    ? sql`(select value from json_each(${JSON.stringify(addresses)}))`
    : sql`(select unnest(${addresses}::text[]))`

/**
 * Of addresses that nobody has now, who was last seen with them: sightings that their source did not repeat, and what
 * has not been seen on the network since a time. The newest of each address counts.
 */
export async function lastHolders(
  { reports, engine }: Pick<Context, 'reports' | 'engine'>,
  addresses: readonly string[],
  since: Timestamp,
  signal: AbortSignal,
): Promise<Map<string, LastHolder>> {
  if (addresses.length === 0) return new Map()
  const field = (name: string) =>
    engine === 'sqlite'
      ? sql`json_extract(source_records.normalized, ${`$.${name}`})`
      : sql`source_records.normalized -> ${sql.lit(name)}`
  const hostname =
    engine === 'sqlite' ? field('hostname') : sql`source_records.normalized ->> ${sql.lit('hostname')}`
  const list = engine === 'sqlite' ? sql`source_records.normalized -> '$.addresses'` : field('addresses')
  const wanted = wantedIn(engine, addresses)
  const { rows } = await sql<LastHolder>`
    select told.value as address, coalesce(${hostname}, source_records.mac, source_records.source_id) as name,
      sync_runs.started_at as seen
    from source_records
    join sync_runs on sync_runs.id = source_records.last_run_id
    cross join ${itemsOf(engine, list)}
    where source_records.kind = 'sighting' and source_records.last_run_id is not null and told.value in ${wanted}
    union all
    select told.value, coalesce(hosts.hostname, hosts.mac), hosts.last_seen
    from hosts
    cross join ${itemsOf(engine, sql`hosts.ip_addresses`)}
    where hosts.last_seen < ${since} and told.value in ${wanted}
    order by seen`.execute(reports, { signal })
  return new Map(rows.map((row) => [row.address, row]))
}
