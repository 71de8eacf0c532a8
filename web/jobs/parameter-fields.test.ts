import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, missingOf, parametersOf, type ParameterSchema } from './parameter-fields.ts'

const schema: ParameterSchema = {
  type: 'object',
  properties: {
    add: { type: 'array', items: { type: 'string' } },
    note: { type: 'string', maxLength: 20_000, description: 'A note to add.' },
    status: { type: 'string', enum: ['pending', 'approved'] },
    set: {
      type: 'object',
      properties: {
        site: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        deviceType: { anyOf: [{ type: 'string', enum: ['server', 'vm'] }, { type: 'null' }] },
        custom: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      },
    },
    body: { anyOf: [{ type: 'string' }, { type: 'object' }] },
    q: { type: 'string' },
    limit: { type: 'integer' },
  },
  required: ['add'],
}

test('each parameter gets the input that fits it', () => {
  const fields = fieldsOf(schema)

  assert.deepEqual(
    fields.map(({ name, kind }) => [name, kind]),
    [
      ['add', 'tags'],
      ['note', 'lines'],
      ['status', 'choice'],
      ['set', 'group'],
      ['body', 'json'],
      ['q', 'query'],
      ['limit', 'number'],
    ],
  )
  const [site, type, custom] = fields[3]!.fields
  assert.deepEqual([site!.kind, site!.nullable], ['text', true])
  assert.deepEqual([type!.kind, type!.options], ['choice', ['server', 'vm']])
  assert.equal(custom!.kind, 'pairs')
})

test('what was not filled in is left out, and null is kept where it takes something back', () => {
  const values = {
    add: [],
    note: '',
    set: { site: null, deviceType: '' },
    body: '{"host":"{name}"}',
    limit: 0,
  }

  assert.deepEqual(parametersOf(fieldsOf(schema), values), {
    set: { site: null },
    body: { host: '{name}' },
    limit: 0,
  })
})

test('text that is no JSON is sent as it is, for the server to say what is wrong', () => {
  assert.deepEqual(parametersOf(fieldsOf(schema), { body: '{"host":' }), { body: '{"host":' })
})

test('needed inputs that are empty are named', () => {
  assert.deepEqual(missingOf(fieldsOf(schema), { add: [] }), ['tags'])
  assert.deepEqual(missingOf(fieldsOf(schema), { add: ['web'] }), [])
})
