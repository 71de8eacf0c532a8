import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { Json } from '#kernel/json.ts'

/** Which facts of a device are asked for. */
interface FactSelection {
  /** Something in their name or value, in any case of letters. */
  word: string | undefined
  source: string | undefined
}

/** A fact as it stands in the table. */
interface FactRow {
  id: number
  name: string
  value: Json
  system: string
  source: string
  sourceId: string
  collectedAt: string
  volatile: boolean
}

const factsOf = (db: Database, engine: Engine, deviceId: number, { word, source }: FactSelection) =>
  db
    .selectFrom('server_facts')
    .where('device_id', '=', deviceId)
    .$if(source !== undefined, (query) => query.where('source_identifier', '=', source!))
    .$if(word !== undefined, (query) => query.where(holds(engine, word!.toLowerCase())))

const holds = (engine: Engine, word: string) =>
  engine === 'sqlite'
    ? sql<boolean>`(instr(lower(fact_name), ${word}) > 0 or instr(lower(fact_value), ${word}) > 0)`
    : sql<boolean>`(strpos(lower(fact_name), ${word}) > 0 or strpos(lower(fact_value::text), ${word}) > 0)`

export async function countFacts(
  db: Database,
  engine: Engine,
  deviceId: number,
  selection: FactSelection,
): Promise<number> {
  const { count } = await factsOf(db, engine, deviceId, selection)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The facts that a device told of itself, by name, after one of them. */
export async function listFacts(
  db: Database,
  engine: Engine,
  deviceId: number,
  selection: FactSelection,
  page: { after: readonly [name: string, id: number] | undefined; limit: number },
): Promise<FactRow[]> {
  const [name, id] = page.after ?? ['', 0]
  const rows = await factsOf(db, engine, deviceId, selection)
    .select(['id', 'fact_name as name', 'fact_value as value', 'source_system as system'])
    .select([
      'source_identifier as source',
      'source_id as sourceId',
      'collected_at as collectedAt',
      'volatile',
    ])
    .where((eb) =>
      eb.or([eb('fact_name', '>', name), eb.and([eb('fact_name', '=', name), eb('id', '>', id)])]),
    )
    .orderBy('fact_name')
    .orderBy('id')
    .limit(page.limit)
    .execute()
  return rows.map(({ value, volatile, ...row }) => ({
    ...row,
    value: value === null ? null : (JSON.parse(value) as Json),
    volatile: Boolean(volatile),
  }))
}
