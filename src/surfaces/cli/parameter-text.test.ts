import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parametersOf } from '#surfaces/cli/parameter-text.ts'

const schema = {
  properties: {
    add: { type: 'array', items: { type: 'string' } },
    note: { type: 'string' },
    port: { type: 'integer' },
    on: { type: 'boolean' },
    set: { type: 'object' },
  },
}

test('parameters become what the schema of the action wants', () => {
  const given = ['add=web, lab', 'add=db', 'note=a=b', 'port=80', 'on=true', 'set={"owner":"ada"}']

  assert.deepEqual(parametersOf(given, schema), {
    add: ['web', 'lab', 'db'],
    note: 'a=b',
    port: 80,
    on: true,
    set: { owner: 'ada' },
  })
})

test('what the schema does not know, or cannot be read, is passed on as text', () => {
  assert.deepEqual(parametersOf(['other=1', 'port=many'], schema), { other: '1', port: 'many' })
  assert.throws(() => parametersOf(['add'], schema), { code: 'INPUT_INVALID' })
})
