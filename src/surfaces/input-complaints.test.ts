import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { readInput } from '#surfaces/answer-operation.ts'

const complaintsOf = (input: z.ZodObject, given: unknown) => {
  try {
    readInput({ name: 'a.b', input } as unknown as AnyOperation, given)
  } catch (error) {
    assert.ok(error instanceof AppError)
    return error.complaints
  }
  return []
}

const cases: [what: string, input: z.ZodObject, given: unknown, expected: object[]][] = [
  [
    'a wrong kind',
    z.object({ a: z.number() }),
    { a: 'x' },
    [{ path: 'a', value: 'x', expected: 'a number' }],
  ],
  ['a missing field', z.object({ a: z.string() }), {}, [{ path: 'a', expected: 'text (it is required)' }]],
  [
    'a fraction',
    z.object({ a: z.int() }),
    { a: 1.5 },
    [{ path: 'a', value: 1.5, expected: 'a whole number' }],
  ],
  [
    'an empty text',
    z.object({ a: z.string().min(1) }),
    { a: '' },
    [{ path: 'a', value: '', expected: 'at least 1 character' }],
  ],
  [
    'a word that is almost one of ours',
    z.object({ a: z.enum(['server', 'vm']) }),
    { a: 'servr' },
    [{ path: 'a', value: 'servr', expected: 'one of server, vm; did you mean server?' }],
  ],
  [
    'a place deep inside',
    z.object({ a: z.array(z.object({ b: z.boolean() })) }),
    { a: [{ b: true }, { b: 'no' }] },
    [{ path: 'a.1.b', value: 'no', expected: 'true or false' }],
  ],
  [
    'none of several kinds',
    z.object({ a: z.union([z.number(), z.null()]) }),
    { a: 'x' },
    [{ path: 'a', value: 'x', expected: 'a number, or null' }],
  ],
  [
    'a field that says itself what it wants',
    z.object({ a: z.string().regex(/^x$/).meta({ expected: 'the letter x' }) }),
    { a: 'y' },
    [{ path: 'a', value: 'y', expected: 'the letter x' }],
  ],
  [
    'a secret',
    z.object({ pin: z.string().min(4).meta({ secret: true }) }),
    { pin: '12' },
    [{ path: 'pin', expected: 'at least 4 characters' }],
  ],
  ['no object at all', z.object({}), [1], [{ path: '', expected: 'an object' }]],
]

for (const [what, input, given, expected] of cases) {
  test(`${what} is complained about with its place, value and expectation`, () => {
    assert.deepEqual(complaintsOf(input, given), expected)
  })
}
