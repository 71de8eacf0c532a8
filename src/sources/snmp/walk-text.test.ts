import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SnmpValue } from '#sources/snmp/values.ts'
import { parseWalk, printRow } from '#sources/snmp/walk-text.ts'

const values = (text: string): SnmpValue[] => parseWalk(text).rows.map(({ value }) => value)

test('roots of names are spelled in three ways', () => {
  const { rows } = parseWalk('iso.0.8802.1 = INTEGER: 1\n.1.0.8802.2 = INTEGER: 2\n1.0.8802.3 = INTEGER: 3\n')

  assert.deepEqual(
    rows.map(({ oid }) => oid),
    ['1.0.8802.1', '1.0.8802.2', '1.0.8802.3'],
  )
})

test('hexadecimal values and texts go on over lines', () => {
  const text =
    '.1.1 = Hex-STRING: 00 18 71 \nC1 E0 00 \n.1.2 = STRING: "first = 1\n.1.9 = STRING: second"\n.1.3 = INTEGER: 7\n'

  assert.deepEqual(values(text), [
    Buffer.from('001871c1e000', 'hex'),
    Buffer.from('first = 1\n.1.9 = STRING: second'),
    7,
  ])
})

test('each kind of value is understood, named numbers and units too', () => {
  const text = [
    '.1.1 = INTEGER: up(1)',
    '.1.2 = Gauge32: 100 Mbps',
    '.1.3 = Timeticks: (5988) 0:00:59.88',
    '.1.4 = OID: iso.3.6.1',
    '.1.5 = OID: ccitt.0',
    '.1.6 = IpAddress: 192.0.2.1',
    '.1.7 = ""',
    '.1.8 = STRING: "say \\"hi\\" \\\\"',
    '.1.9 = Network Address: C0:00:02:01',
    '.1.10 = BITS: 28 bridge(2) router(4)',
    '.1.11 = Counter64: 12345678901',
    '.1.12 = STRING: bare words',
  ].join('\n')

  assert.deepEqual(values(text), [
    1,
    100,
    5988,
    { oid: '1.3.6.1' },
    { oid: '0.0' },
    { ip: '192.0.2.1' },
    Buffer.alloc(0),
    Buffer.from('say "hi" \\'),
    Buffer.from([192, 0, 2, 1]),
    Buffer.from([0x28]),
    12_345_678_901,
    Buffer.from('bare words'),
  ])
})

test('an object that is not there is no value, and a line that says nothing is counted', () => {
  const text =
    '.1.1 = No Such Object available on this agent at this OID\n.1.2 = STRING: "cut o\n.1.3 = Wombat: 1\nhello\n'

  assert.deepEqual(parseWalk(text), { rows: [], unknownLines: 1 })
  assert.deepEqual(parseWalk('hello\n.1.3 = Wombat: 1\n'), { rows: [], unknownLines: 2 })
})

test('what is printed reads back as it was', () => {
  const value = fc.oneof(
    fc.integer(),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ maxLength: 40 }).map((text) => Buffer.from(text)),
    fc.constant({ oid: '1.3.6.1.4.1.9' }),
    fc.constant({ ip: '192.0.2.1' }),
  )
  fc.assert(
    fc.property(fc.array(value, { maxLength: 8 }), (all) => {
      const text = all.map((each, index) => printRow(`1.2.${index}`, each)).join('\n')
      assert.deepEqual(values(text), all)
    }),
  )
})
