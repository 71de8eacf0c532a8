import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { nativeKey } from '#features/identity/record-traits.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'

/** Devices that have something, and what of it they have. */
type Found = { value: string; device: number }[]

/**
 * Which device each key names: `mac:`, `ip:`, `serial:`, `name:`, or an id such as `uuid:`. Keys that no device has,
 * or more than one, are left out.
 */
export async function devicesByKeys(
  db: Database,
  engine: Engine,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const byKind = Map.groupBy(new Set(keys), kindOf)
  const named = new Map<string, number>()
  for (const [kind, list] of byKind) {
    const { find, tidy } = ways[kind]
    const values = new Map(list.flatMap((key) => pair(key, tidy(valueOf(key), key))))
    const found = await find(db, engine, [...new Set(values.values())])
    const devices = Map.groupBy(found, (each) => each.value)
    for (const [key, value] of values) {
      const having = new Set((devices.get(value) ?? []).map((each) => each.device))
      if (having.size === 1) named.set(key, [...having][0]!)
    }
  }
  return named
}

const pair = (key: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[key, value]]

type Kind = 'mac' | 'ip' | 'serial' | 'name' | 'id'

const kindOf = (key: string): Kind => {
  const kind = key.slice(0, key.indexOf(':'))
  return kind === 'mac' || kind === 'ip' || kind === 'serial' || kind === 'name' ? kind : 'id'
}

const valueOf = (key: string): string => key.slice(key.indexOf(':') + 1).trim()

const lower = (value: string): string | undefined => (value === '' ? undefined : value.toLowerCase())

const ways: Record<
  Kind,
  {
    /** The value as it is looked for; undefined where it is none of its kind. */
    tidy: (value: string, key: string) => string | undefined
    find: (db: Database, engine: Engine, values: readonly string[]) => Promise<Found>
  }
> = {
  mac: { tidy: parseMac, find: byMac },
  ip: { tidy: parseIp, find: byAddress },
  serial: { tidy: lower, find: bySerial },
  name: { tidy: lower, find: byName },
  id: { tidy: (_, key) => nativeKey(key.trim()), find: byNativeId },
}

const shown = (db: Database) =>
  db.selectFrom('devices').where('devices.merged_into', 'is', null).where('devices.retired_at', 'is', null)

function byMac(db: Database, engine: Engine, values: readonly string[]): Promise<Found> {
  return shown(db)
    .innerJoin('network_interfaces', 'network_interfaces.device_id', 'devices.id')
    .select(['mac_address as value', 'devices.id as device'])
    .where(textsIn(engine, 'mac_address', values))
    .$narrowType<{ value: string }>()
    .execute()
}

function byAddress(db: Database, engine: Engine, values: readonly string[]): Promise<Found> {
  return shown(db)
    .innerJoin('device_addresses', 'device_addresses.device_id', 'devices.id')
    .select(['address as value', 'devices.id as device'])
    .where(textsIn(engine, 'address', values))
    .execute()
}

/** On both engines lower() is the indexed expression. */
async function bySerial(db: Database, engine: Engine, values: readonly string[]): Promise<Found> {
  const serial = sql<string>`lower(${sql.ref('devices.serial')})`
  const given =
    engine === 'sqlite'
      ? sql`(select value from json_each(${JSON.stringify(values)}))`
      : sql`(select unnest(${values}::text[]))`
  return shown(db)
    .select([serial.as('value'), 'id as device'])
    .where(sql<boolean>`${serial} in ${given}`)
    .execute()
}

function byName(db: Database, engine: Engine, values: readonly string[]): Promise<Found> {
  return shown(db)
    .select(['name_sort as value', 'id as device'])
    .where(textsIn(engine, 'name_sort', values))
    .execute()
}

function byNativeId(db: Database, engine: Engine, values: readonly string[]): Promise<Found> {
  return db
    .selectFrom('record_native_ids')
    .innerJoin('device_links', 'device_links.record_id', 'record_native_ids.record_id')
    .select(['native_id as value', 'device_id as device'])
    .where(textsIn(engine, 'native_id', values))
    .where('undone_at', 'is', null)
    .execute()
}
