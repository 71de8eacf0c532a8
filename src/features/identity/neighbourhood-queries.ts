import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { Decision } from '#features/identity/correlate.ts'
import type { IdentityRecord } from '#features/identity/identity-record.ts'
import { crowdOf } from '#features/identity/identity-rules.ts'
import { withoutKeys } from '#features/identity/key-index.ts'
import { isTellingKey, kindOfKey, traitsOf, valueOfKey } from '#features/identity/record-traits.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { ReportedRecord } from '#model/record.ts'

/** Records that identity has to look at together, and what people said of them. */
export interface Neighbourhood {
  records: IdentityRecord[]
  decisions: Decision[]
  /** Devices elsewhere that have an address at which one of the records was seen. */
  witnesses: IdentityRecord[]
}

/** What was asked already, and what came of it. */
interface Search {
  keys: Set<string>
  devices: Set<number>
  crowded: Set<string>
  decisions: Map<number, Decision>
  /** The records whose keys are about to change, with those that they will have. */
  seeds: ReadonlyMap<number, IdentityRecord>
}

/**
 * The given records and every other that identity may join to them: those that share a key, that share one with
 * these, and so on, those linked to the same devices, and those that people spoke of. What people entered stays where
 * it is and is left out.
 */
export async function loadNeighbourhood(
  db: Database,
  engine: Engine,
  seeds: readonly IdentityRecord[],
): Promise<Neighbourhood> {
  const known = new Map(seeds.map((each) => [each.id, each]))
  const search: Search = {
    keys: new Set(),
    devices: new Set(),
    crowded: new Set(),
    decisions: new Map(),
    seeds: new Map(known),
  }
  // What a seed loses is asked, too: others may be joined by it once it is less crowded or contested.
  const stored = await storedKeys(db, engine, [...search.seeds.keys()])
  let frontier: readonly IdentityRecord[] = seeds
  let lost: readonly string[] = [...stored, ...seeds.flatMap((each) => each.keys.filter(isAddress))]
  while (frontier.length > 0) {
    const keys = unasked([...frontier.flatMap(askedKeys), ...lost], search.keys)
    const devices = unasked(
      frontier.flatMap((each) => each.device ?? []),
      search.devices,
    )
    const ids = new Set([
      ...(await carriersOf(db, engine, keys, search)),
      ...(await linkedTo(db, engine, devices)),
      ...(await spokenOf(
        db,
        engine,
        frontier.map((each) => each.id),
        search,
      )),
    ])
    const news = [...ids].filter((id) => !known.has(id))
    frontier = await loadRecords(db, engine, news)
    lost = []
    for (const each of frontier) known.set(each.id, each)
  }
  const witnesses = await loadWitnesses(db, engine, [...known.values()], search)
  return {
    records: withoutKeys([...known.values()], search.crowded),
    decisions: [...search.decisions.values()],
    witnesses: withoutKeys(witnesses, search.crowded),
  }
}

/** Those are looked at, but not what they have in common with others: so addresses given on do not chain all together. */
async function loadWitnesses(
  db: Database,
  engine: Engine,
  records: readonly IdentityRecord[],
  search: Search,
): Promise<IdentityRecord[]> {
  const keys = unasked(
    records.flatMap((each) => each.keys.filter(isAddress)),
    search.keys,
  )
  const carriers = await carriersOf(db, engine, keys, search)
  const known = new Set(records.map((each) => each.id))
  const found = await loadRecords(
    db,
    engine,
    [...new Set(carriers)].filter((id) => !known.has(id)),
  )
  return found.filter((each) => each.kind === 'device')
}

const isAddress = (key: string): boolean => kindOfKey(key) === 'ip'

/** A record that tells nothing but addresses asks who has them; others ask only for such records. */
const askedKeys = ({ keys, former }: Pick<IdentityRecord, 'keys' | 'former'>): string[] =>
  [...keys, ...former].filter(isTellingKey).map((key) => {
    if (key.startsWith('ip:')) return `bare:${valueOfKey(key)}`
    return key.startsWith('bare:') ? `ip:${valueOfKey(key)}` : key
  })

/** What was not asked before; it is now. */
function unasked<T>(items: readonly T[], before: Set<T>): T[] {
  const fresh = [...new Set(items)].filter((item) => !before.has(item))
  for (const item of fresh) before.add(item)
  return fresh
}

interface Carrier {
  native_id: string
  record_id: number
}

/** So many carriers of a key are read at most; of one that has more, nobody needs to know them. */
const carriersRead = 256

/** Records that have or had one of the keys; keys that too many have are noted instead. */
async function carriersOf(
  db: Database,
  engine: Engine,
  keys: readonly string[],
  search: Search,
): Promise<number[]> {
  if (keys.length === 0) return []
  const rows = [
    ...(await rowsOf(db, engine, 'record_native_ids', keys)),
    ...(await rowsOf(db, engine, 'record_former_ids', keys)),
  ]
  const coming = Map.groupBy(
    [...search.seeds.values()].flatMap(({ id, keys: present, former }) =>
      [...present, ...former].map((key): Carrier => ({ native_id: key, record_id: id })),
    ),
    (row) => row.native_id,
  )
  const before = Map.groupBy(rows, (row) => row.native_id)
  const found: number[] = []
  for (const key of new Set([...before.keys(), ...keys])) {
    const old = before.get(key) ?? []
    const staying = old.filter((row) => !search.seeds.has(row.record_id)).length
    const now = staying + (coming.get(key)?.length ?? 0)
    const crowd = crowdOf(kindOfKey(key))
    if (now > crowd) search.crowded.add(key)
    // One that becomes crowded, or no longer is, changes what became of those that have it.
    if (Math.min(old.length, now) <= crowd) for (const row of old) found.push(row.record_id)
  }
  return found
}

async function rowsOf(
  db: Database,
  engine: Engine,
  table: 'record_native_ids' | 'record_former_ids',
  keys: readonly string[],
): Promise<Carrier[]> {
  const numbered = db
    .selectFrom(table)
    .select(['native_id', 'record_id'])
    .select(sql<number>`row_number() over (partition by native_id order by record_id)`.as('place_of_record'))
    .where(textsIn(engine, 'native_id', keys))
  return db
    .selectFrom(numbered.as('numbered'))
    .select(['native_id', 'record_id'])
    .where('place_of_record', '<=', carriersRead)
    .execute()
}

async function linkedTo(db: Database, engine: Engine, devices: readonly number[]): Promise<number[]> {
  if (devices.length === 0) return []
  const rows = await db
    .selectFrom('device_links')
    .select('record_id')
    .where(idsIn(engine, 'device_id', devices))
    .where('undone_at', 'is', null)
    .execute()
  return rows.map((row) => row.record_id)
}

/** The other sides of what people decided about the records; notes the decisions. */
async function spokenOf(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  search: Search,
): Promise<number[]> {
  const current = db
    .selectFrom('identity_decisions')
    .select(['id', 'kind', 'left_record_id as left', 'right_record_id as right'])
    .where('undone_at', 'is', null)
  const rows = [
    ...(await current.where(idsIn(engine, 'left_record_id', ids)).execute()),
    ...(await current.where(idsIn(engine, 'right_record_id', ids)).execute()),
  ]
  for (const { id, kind, left, right } of rows)
    search.decisions.set(id, { kind: kind as Decision['kind'], left, right })
  return rows.flatMap(({ left, right }) => [left, right])
}

async function storedKeys(db: Database, engine: Engine, ids: readonly number[]): Promise<string[]> {
  const rows = await db
    .selectFrom('record_native_ids')
    .select('native_id')
    .distinct()
    .where(idsIn(engine, 'record_id', ids))
    .execute()
  const keys = rows.map((row) => row.native_id)
  return [...askedKeys({ keys, former: [] }), ...keys.filter(isAddress)]
}

/** What records had and lost, by record. */
export async function formerKeys(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, string[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('record_former_ids')
    .select(['record_id', 'native_id'])
    .where(idsIn(engine, 'record_id', ids))
    .orderBy('lost_at', 'desc')
    .orderBy('native_id')
    .execute()
  const byRecord = Map.groupBy(rows, (row) => row.record_id)
  return new Map([...byRecord].map(([id, list]) => [id, list.map((row) => row.native_id)]))
}

/** Records by id with what identity needs of them. */
export async function loadRecords(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<IdentityRecord[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('source_records')
    .leftJoin('device_links', (join) =>
      join.onRef('device_links.record_id', '=', 'source_records.id').on('undone_at', 'is', null),
    )
    .select(['source_records.id', 'source_system', 'source_identifier', 'source_id', 'normalized'])
    .select(['kind', 'last_run_id', 'missing_run_id', 'device_id'])
    .where(idsIn(engine, 'source_records.id', ids))
    .where('kind', '!=', 'volume')
    .where('source_system', '!=', 'manual')
    .execute()
  const former = await formerKeys(db, engine, ids)
  return rows.flatMap((row): IdentityRecord[] => {
    const traits = traitsOf(JSON.parse(row.normalized) as ReportedRecord)
    if (traits === undefined) return []
    return [
      {
        ...traits,
        id: row.id,
        source: `${row.source_system}/${row.source_identifier}`,
        sourceId: row.source_id,
        isHeld: (row.kind === 'device' ? row.last_run_id : row.missing_run_id) === null,
        former: former.get(row.id) ?? [],
        device: row.device_id ?? undefined,
      },
    ]
  })
}
