import { sql } from 'kysely'
import type { Field, Relation, Subject } from '#query/field.ts'
import { jsonTexts } from '#query/json-condition.ts'
import { addressKeySql, commonStart } from '#query/address-key.ts'
import type { Place, Sql } from '#query/place.ts'
import { column } from '#query/place.ts'
import { related } from '#query/relation.ts'

const nullable = { nullable: true }
const addressList: Place = jsonTexts([{ is: 'column', name: 'ip_addresses' }], [])

/** Addresses that stand in a JSON list, perhaps with a prefix length, which is cut off. */
const listed = (wanted: 'address' | 'key'): Place => ({
  fold: 'exact',
  some: (scope, passes) =>
    addressList.some(scope, (text) => {
      const address: Sql =
        scope.engine === 'sqlite'
          ? sql`substr(${text}, 1, instr(${text} || '/', '/') - 1)`
          : sql`split_part(${text}, '/', 1)`
      return passes(wanted === 'key' ? addressKeySql(scope.engine, address) : address)
    }),
})

/** Names that stand in one text, with commas between. */
const named = (name: string): Place => ({
  fold: 'lower',
  some: ({ engine, row }, passes) => {
    const text = sql.ref(`${row}.${name}`)
    const names: Sql =
      engine === 'sqlite'
        ? sql`json_each('["' || replace(${text}, ',', '","') || '"]') as named`
        : sql`unnest(string_to_array(${text}, ',')) as named(value)`
    return sql`exists (select 1 from ${names} where ${passes(sql`named.value`)})`
  },
})

const hostAddress: Field = {
  name: 'ip',
  aliases: ['address'],
  summary: 'any of its addresses',
  type: 'address',
  places: [listed('address')],
  keys: [listed('key')],
  // Addresses in a list have no index; looking for the beginning in its text spares taking most of them apart.
  narrow({ engine, row }, range) {
    const start = commonStart(range)
    const list = sql.ref(`${row}.ip_addresses`)
    if (start === '') return undefined
    return sql`${engine === 'sqlite' ? list : sql`cast(${list} as text)`} like ${`%${start}%`}`
  },
}

const same = (words: readonly string[]) => words.map((word) => ({ word, stored: word }))

const fields: Field[] = [
  { name: 'mac', summary: 'MAC address', type: 'mac', places: [column('mac', 'exact')] },
  {
    name: 'name',
    aliases: ['hostname'],
    summary: 'name it gave itself or DNS gives it',
    type: 'text',
    places: [column('hostname', 'lower', nullable)],
  },
  hostAddress,
  {
    name: 'status',
    summary: 'state of its review',
    type: 'enum',
    places: [column('status', 'exact')],
    choices: same(['pending', 'approved', 'rejected', 'pushed']),
  },
  {
    name: 'type',
    summary: 'kind of host',
    type: 'enum',
    places: [column('host_type', 'exact')],
    choices: same(['server', 'workstation', 'iot', 'network', 'unknown']),
  },
  {
    name: 'vendor',
    summary: 'maker of the network card',
    type: 'text',
    holds: true,
    places: [column('vendor', 'lower', nullable)],
    lookup: { table: 'hosts', column: 'vendor' },
  },
  {
    name: 'source',
    summary: 'source that sees it',
    type: 'text',
    places: [named('source')],
    lookup: { table: 'source_records', column: 'source_identifier' },
  },
  {
    name: 'port',
    aliases: ['switch_port'],
    summary: 'switch and port it hangs on',
    type: 'text',
    holds: true,
    places: [column('switch_port', 'lower', nullable)],
  },
  {
    name: 'seen',
    aliases: ['last_seen'],
    summary: 'when it was last seen',
    type: 'time',
    places: [column('last_seen', 'exact')],
  },
  {
    name: 'first',
    aliases: ['first_seen'],
    summary: 'when it was first seen',
    type: 'time',
    places: [column('first_seen', 'exact')],
  },
  {
    name: 'random',
    summary: 'whether the MAC is a random privacy address',
    type: 'boolean',
    places: [column('random_mac', 'exact')],
  },
  {
    name: 'shared',
    summary: 'whether the MAC is one that several machines use',
    type: 'boolean',
    places: [column('shared_mac', 'exact')],
  },
  {
    name: 'netbox',
    aliases: ['netbox_id'],
    summary: 'its number in NetBox',
    type: 'number',
    places: [column('netbox_id', 'exact', nullable)],
  },
  {
    name: 'notes',
    aliases: ['note'],
    summary: 'text of its notes',
    type: 'text',
    holds: true,
    places: [column('notes', 'lower', nullable)],
  },
  { name: 'id', summary: 'number of the host', type: 'number', places: [column('id', 'exact')] },
]

const relations: Relation[] = [
  related({ name: 'device', summary: 'device it belongs to', to: 'device', main: 'name', own: 'device_id' }),
]

export const hostSubject: Subject = { name: 'host', fields, relations, families: [] }

/** Interfaces are reached through their device; nothing lists them by themselves. */
export const interfaceSubject: Subject = {
  name: 'interface',
  relations: [],
  families: [],
  fields: [
    {
      name: 'name',
      summary: 'name of the interface',
      type: 'text',
      places: [column('interface_name', 'lower')],
      lookup: { table: 'network_interfaces', column: 'interface_name' },
    },
    {
      name: 'mac',
      summary: 'MAC address of the interface',
      type: 'mac',
      places: [column('mac_address', 'exact', nullable)],
    },
    { ...hostAddress, summary: 'any address of the interface' },
    {
      name: 'status',
      summary: 'whether the interface is up',
      type: 'enum',
      places: [column('status', 'exact', nullable)],
      choices: same(['up', 'down', 'disabled']),
    },
    {
      name: 'type',
      summary: 'kind of interface',
      type: 'enum',
      places: [column('interface_type', 'exact', nullable)],
      choices: same(['physical', 'virtual', 'loopback']),
    },
    {
      name: 'speed',
      summary: 'speed in Mbit/s',
      type: 'number',
      places: [column('speed_mbps', 'exact', nullable)],
    },
  ],
}
