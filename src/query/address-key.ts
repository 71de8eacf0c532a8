import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Test } from '#query/condition.ts'
import type { Sql } from '#query/place.ts'

/**
 * The key that ipSortKey gives, computed by the database from a canonical address; null for other text.
 * For addresses that stand in JSON and so have no key of their own.
 */
export const addressKeySql = (engine: Engine, address: Sql): Sql =>
  engine === 'sqlite' ? sqliteKey(address) : postgresKey(address)

/** `2001:db8::7` written out, without leading zeros: as many `0:` for the gap as are missing of eight. */
function writtenOut(address: Sql): Sql {
  const groups = sql`trim(replace(${address}, '::', ':'), ':')`
  const present = sql`case when ${groups} = '' then 0 else length(${groups}) - length(replace(${groups}, ':', '')) + 1 end`
  const gap = sql`':' || substr('0:0:0:0:0:0:0:0:', 1, 2 * (8 - (${present})))`
  return sql`trim(replace(${address}, '::', ${gap}), ':')`
}

const sqliteKey = (address: Sql): Sql => sql`case
  when ${address} not glob '*[^0-9.]*' and ${address} glob '*.*.*.*' and json_valid('[' || replace(${address}, '.', ',') || ']') then
    (select '4' || printf('%024x', 0) || group_concat(printf('%02x', value), '' order by key)
      from json_each('[' || replace(${address}, '.', ',') || ']'))
  when ${address} not glob '*[^0-9a-f:]*' and ${address} glob '*:*:*' then
    (select '6' || group_concat(substr('0000' || value, -4), '' order by key)
      from json_each('["' || replace(${writtenOut(address)}, ':', '","') || '"]'))
  end`

const postgresKey = (address: Sql): Sql => sql`case
  when ${address} ~ '^[0-9]{1,3}([.][0-9]{1,3}){3}$' then
    (select '4' || repeat('0', 24) || string_agg(lpad(to_hex(octet::integer), 2, '0'), '' order by place)
      from unnest(string_to_array(${address}, '.')) with ordinality as octets(octet, place))
  when ${address} ~ '^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}$' then
    (select '6' || string_agg(lpad(part, 4, '0'), '' order by place)
      from unnest(string_to_array(${writtenOut(address)}, ':')) with ordinality as parts(part, place))
  end`

/** Text that every address in a range of keys holds, its beginning where it is known; empty where nothing can be said. */
export function commonStart({ low, high }: Test & { is: 'between' }): string {
  const [first, last] = [String(low?.value ?? ''), String(high?.value ?? '')]
  if (first === '' || first[0] !== last[0]) return ''
  const [from, width, radix, separator] =
    first[0] === '4' ? ([25, 2, 10, '.'] as const) : ([1, 4, 16, ':'] as const)
  const groups: string[] = []
  for (let at = from; at < first.length; at += width) {
    const group = Number.parseInt(first.slice(at, at + width), 16)
    // A group of zeros may be left out of an IPv6 address.
    if (first.slice(at, at + width) !== last.slice(at, at + width) || (radix === 16 && group === 0)) break
    groups.push(group.toString(radix))
  }
  const whole = groups.length === (radix === 10 ? 4 : 8)
  if (groups.length === 0) return radix === 16 ? separator : ''
  return `"${groups.join(separator)}${whole ? '' : separator}`
}
