import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { coerceText } from '#surfaces/coerce-text.ts'
import { inputFields } from '#surfaces/input-fields.ts'

const cases: [what: string, schema: z.ZodType, given: string | string[], expected: unknown][] = [
  ['a number', z.number(), '1.5', 1.5],
  ['a number that is none', z.number(), 'many', 'many'],
  ['nothing is not zero', z.number(), '', ''],
  ['text that looks like a number', z.string(), '007', '007'],
  ['a number or a name', z.union([z.number(), z.string()]), '12', 12],
  ['a name or a number with leading zeros', z.union([z.number(), z.string()]), '012', '012'],
  [
    'a number too long to be exact',
    z.union([z.number(), z.string()]),
    '90071992547409931',
    '90071992547409931',
  ],
  ['yes', z.boolean(), 'yes', true],
  ['0 as a switch', z.boolean().default(true), '0', false],
  ['null', z.number().nullable(), 'null', null],
  ['a list said twice', z.array(z.string()), ['a', 'b,c'], ['a', 'b,c']],
  ['a list said once', z.array(z.string()), 'a', ['a']],
  ['a list of numbers', z.array(z.number()).optional(), '1, 2', [1, 2]],
  ['a list of words', z.array(z.enum(['vm', 'server'])), 'vm,server', ['vm', 'server']],
  ['a list in JSON', z.array(z.string()), '["a","b"]', ['a', 'b']],
  ['a list or nothing', z.array(z.number()).nullable(), '3', [3]],
  ['an object', z.record(z.string(), z.number()), '{"a":1}', { a: 1 }],
  ['anything', z.json(), '{"a":[1]}', { a: [1] }],
  ['anything that is text', z.unknown(), 'plain', 'plain'],
  ['one thing said twice stays two', z.string(), ['a', 'b'], ['a', 'b']],
]

for (const [what, schema, given, expected] of cases) {
  test(`text becomes what the schema wants: ${what}`, () => {
    const [field] = inputFields(z.object({ a: schema }))
    assert.deepEqual(coerceText(field!.schema, given), expected)
  })
}
