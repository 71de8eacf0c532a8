import ipaddr from 'ipaddr.js'
import { ipSortKey, parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import type { Test } from '#query/condition.ts'
import type { Extent } from '#query/extent.ts'
import { point } from '#query/extent.ts'
import { badOperator, badValue, isOrder, readOrdered } from '#query/operand.ts'
import type { Reading } from '#query/operand.ts'
import type { Value } from '#query/query-ast.ts'
import { literalOf } from '#query/query-ast.ts'
import { mapLiterals } from '#query/text-pattern.ts'

/** The sort keys that an address or a network in CIDR notation covers, of either family. */
export function parseNetwork(text: string): Extent<string> | undefined {
  const address = text.includes('%') ? undefined : parseIp(text)
  if (address === undefined) return undefined
  if (!text.includes('/')) return point(ipSortKey(address))
  const [, length] = text.split('/')
  const bits = ipaddr.parse(address).kind() === 'ipv4' ? 32 : 128
  if (!/^\d{1,3}$/.test(length!) || Number(length) > bits || text.split('/').length > 2) return undefined
  return networkKeys(ipSortKey(address), bits, Number(length))
}

/** First and last key with the same leading bits. */
function networkKeys(key: string, bits: number, length: number): Extent<string> {
  const host = (1n << BigInt(bits - length)) - 1n
  const number = BigInt(`0x${key.slice(1)}`)
  const write = (value: bigint) => `${key[0]}${value.toString(16).padStart(32, '0')}`
  return {
    low: { value: write(number & ~host), inclusive: true },
    high: { value: write(number | host), inclusive: true },
  }
}

/** An address, network or range, on sort keys; or a pattern, on the canonical text. */
export function readAddress(reading: Reading, value: Value): Test {
  if (value.is === 'pattern' && literalOf(value) === undefined && !isOrder(reading.comparison.operator)) {
    return { is: 'like', pieces: mapLiterals(value.pieces, (text) => text.toLowerCase()) }
  }
  return readOrdered(
    reading,
    value,
    'an address, a network such as 192.168.1.0/24, or a pattern such as 10.0.*',
    parseNetwork,
  )
}

/** A MAC address in any spelling, or a pattern with colons or dashes. */
export function readMac(reading: Reading, value: Value): Test {
  if (value.is === 'range' || isOrder(reading.comparison.operator)) throw badOperator(reading, ':, = or !=')
  const literal = literalOf(value)
  if (literal === undefined) {
    return {
      is: 'like',
      pieces: mapLiterals(value.pieces, (text) => text.toLowerCase().replaceAll('-', ':')),
    }
  }
  const mac = parseMac(literal)
  if (mac === undefined)
    throw badValue(reading, value, 'a MAC address such as 00:1b:21:3c:4d:5e, or a pattern such as 00:1b:21:*')
  return { is: 'equal', values: [mac] }
}
