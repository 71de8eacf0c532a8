import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeAnswer } from '#features/sync/source-answers.ts'
import { sourceOperations } from '#features/sync/source-operations.ts'
import { sourceTypes } from '#sources/sources.ts'
import { registryComplaints } from '#surfaces/registry-complaints.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { sourceWorld } from '#test/source-world.ts'

interface Field {
  type?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  anyOf?: Field[]
  items?: Field
  properties?: Record<string, Field>
  required?: string[]
  secret?: boolean
}

/** `type.field.field` of every setting, with its description of JSON Schema. */
const fieldsOf = (path: string, { properties = {}, required = [] }: Field): [string, Field, boolean][] =>
  Object.entries(properties).flatMap(([name, field]) => [
    [`${path}.${name}`, field, required.includes(name)] as [string, Field, boolean],
    ...fieldsOf(`${path}.${name}`, field),
  ])

const all = [...sourceTypes.values()].flatMap((type) =>
  fieldsOf(type.type, typeAnswer(type).settings as Field),
)

test('every setting of every source type says what it is for', () => {
  assert.ok(all.length > 40)
  assert.deepEqual(
    all.filter(([, { description }]) => !/^[A-Z].{8,}\.$/.test(description ?? '')).map(([path]) => path),
    [],
  )
})

test('every setting of every source type says what kind of value it takes', () => {
  const isTyped = ({ type, enum: choices, anyOf, items }: Field): boolean =>
    choices !== undefined ||
    anyOf !== undefined ||
    (type !== undefined && (type !== 'array' || items !== undefined))

  assert.deepEqual(
    all.filter(([, field]) => !isTyped(field)).map(([path]) => path),
    [],
  )
})

test('switches and choices are never without a value in force', () => {
  assert.deepEqual(
    all
      .filter(([, { type, enum: choices, default: otherwise }, required]) =>
        !required && (type === 'boolean' || choices !== undefined) ? otherwise === undefined : false,
      )
      .map(([path]) => path),
    [],
  )
})

test('secrets are marked, and nothing that looks like one is not', () => {
  const secret = all.filter(([, field]) => field.secret).map(([path]) => path)
  const looks = all
    .filter(([path]) => /(password|token|community|secret|clientKey|authKey|privKey)$/i.test(path))
    .map(([path]) => path)

  assert.deepEqual(secret, looks)
})

test('what a type needs is marked as required, and nothing else', () => {
  const { required } = typeAnswer(sourceTypes.get('csv')!).settings

  assert.deepEqual(required, ['path'])
})

test('the operations of sources keep the rules of all operations', () => {
  assert.deepEqual(registryComplaints(sourceOperations), [])
})

onEachDatabase('the kinds of sources', (fresh) => {
  test('are listed with the settings each takes', async () => {
    const { ask } = sourceWorld(await fresh())

    const { items, nextCursor } = await ask('source.types')

    assert.deepEqual(
      items.map(({ type }: { type: string }) => type),
      [...sourceTypes.keys()].sort(),
    )
    assert.equal(nextCursor, null)
    assert.equal(
      items.find(({ type }: { type: string }) => type === 'csv').settings.properties.path.path,
      true,
    )
  })
})
