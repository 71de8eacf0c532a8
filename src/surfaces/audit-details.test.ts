import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { appendAudit } from '#features/audit/append-audit.ts'
import { exportAudit } from '#features/audit/export-audit.ts'
import type { AnyOperation } from '#features/operation.ts'
import { operation } from '#features/operation.ts'
import { operations } from '#features/operations.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { auditedInput, isTold } from '#surfaces/audit-details.ts'
import { type FieldSchema, inputFields, kindsOf } from '#surfaces/input-fields.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { allRows } from '#test/sample-rows.ts'
import { testContext } from '#test/test-context.ts'

const tag = (secret: string) => `secret:${secret.length}`
const seed = 'S3eded-s3cret'

const thing = operation({
  name: 'thing.make',
  summary: 'Make a thing.',
  http: 'POST /things',
  effect: 'change',
  permission: 'session',
  input: z.object({
    hostname: z.string(),
    address: z.string(),
    comment: z.string(),
    motto: z.string().meta({ audit: true }),
    settings: z.record(z.string(), z.json()).meta({ secret: true }),
    login: z.object({ user: z.string(), passphrase: z.string() }),
    keys: z.array(z.string().meta({ secret: true })),
    parameters: z.record(z.string(), z.json()),
    size: z.enum(['small', 'large']),
  }),
  output: z.undefined(),
  run: async () => undefined,
}) as AnyOperation

test('facts of the inventory are told, secrets are tags, free text is its length', () => {
  const told = auditedInput(
    thing,
    {
      hostname: 'pve-01.lab',
      address: '192.0.2.7',
      comment: 'see 192.0.2.7 or ask Bob',
      motto: 'be kind',
      settings: { password: seed },
      login: { user: 'root', passphrase: seed },
      keys: [seed, seed],
      parameters: {
        add: ['web'],
        url: 'https://bob:pw@example.net',
        apiToken: seed,
        gateway: 'aa:bb:cc:00:11:22',
        deep: { name: 'x', text: 'y' },
      },
      size: 'small',
    },
    tag,
  )

  assert.deepEqual(told, {
    hostname: 'pve-01.lab',
    address: '192.0.2.7',
    comment: 'text of 24 characters',
    motto: 'be kind',
    settings: 'secret:28',
    login: { user: 'root', passphrase: 'secret:15' },
    keys: ['secret:15', 'secret:15'],
    parameters: {
      add: ['web'],
      url: 'text of 26 characters',
      apiToken: 'secret:15',
      gateway: 'aa:bb:cc:00:11:22',
      deep: { name: 'x', text: 'text of 1 characters' },
    },
    size: 'small',
  })
  assert.deepEqual(
    ['hostname', 'comment', 'settings', 'size'].filter((name) => isTold(thing, name)),
    ['hostname', 'size'],
  )
})

test('no field that names a thing of the inventory is ever blanked, in any operation', () => {
  for (const each of operations)
    for (const { name } of inputFields(each.input)) {
      if (!['name', 'hostname', 'address', 'addresses', 'mac', 'macs', 'serial', 'ids', 'q'].includes(name))
        continue
      assert.deepEqual(auditedInput(each, { [name]: 'core-sw-01' }, tag), { [name]: 'core-sw-01' }, each.name)
    }
})

/** A value of the field with the secret in every place that is marked secret, or free JSON with it under a telling name. */
function seeded(schema: FieldSchema, isSecret: boolean): Json {
  if (isSecret || schema.secret) return kindsOf(schema).has('object') ? { password: seed, plain: seed } : seed
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties).map(([key, part]) => [key, seeded(part, false)]),
    )
  if (schema.items) return [seeded(schema.items, false)]
  if (kindsOf(schema).has('object')) return { password: seed, apiToken: seed, nested: { secret: seed } }
  return kindsOf(schema).has('string') ? 'plain' : 7
}

onEachDatabase('the trail', (fresh) => {
  test('holds no secret of any operation, in the database or the export', async () => {
    const opened = await fresh()
    const context = testContext(opened)
    const never = new AbortController().signal
    const keyed = (secret: string) => `secret:${context.secrets.mac('audit secret', secret).mac.slice(0, 12)}`
    const inputs = operations.map((each) => {
      const fields = inputFields(each.input)
      const input = Object.fromEntries(
        fields.map(({ name, schema, secret }) => [name, seeded(schema, secret)]),
      )
      return [each, input] as const
    })
    const entries = inputs.map(([each, input]) => ({
      actor: 'ada',
      operation: each.name,
      message: each.name,
      details: { input: auditedInput(each, input, keyed) } as JsonObject,
    }))

    await appendAudit(context.db, context.clock, entries)

    const exported = await Array.fromAsync(exportAudit(context, {}, never))
    assert.ok(inputs.some(([, input]) => JSON.stringify(input).includes(seed)))
    assert.equal(exported.join('').split('\n').length, operations.length + 3)
    assert.doesNotMatch(exported.join(''), new RegExp(seed))
    assert.doesNotMatch(JSON.stringify(await allRows(opened)), new RegExp(seed))
  })
})
