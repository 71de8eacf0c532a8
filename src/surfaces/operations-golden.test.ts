import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { validate } from '@readme/openapi-parser'
import type { AnyOperation } from '#features/operation.ts'
import { openApiDocument } from '#surfaces/http/openapi.ts'
import { operationTable } from '#surfaces/operation-table.ts'
import { registryComplaints } from '#surfaces/registry-complaints.ts'

const list = new URL('../features/operations.ts', import.meta.url)
const skip = existsSync(list) ? false : 'there is no list of operations yet'

const operations = async (): Promise<readonly AnyOperation[]> =>
  ((await import(list.href)) as { operations: readonly AnyOperation[] }).operations

test('the operations follow the rules that types cannot tell', { skip }, async () => {
  assert.deepEqual(registryComplaints(await operations()), [])
})

test(
  'docs/operations.txt says what can be asked; accept a change with --test-update-snapshots',
  { skip },
  async (t) => {
    const golden = fileURLToPath(new URL('../../docs/operations.txt', import.meta.url))
    t.assert.fileSnapshot(operationTable(await operations()), golden, { serializers: [String] })
  },
)

test('the OpenAPI document of every operation is valid', { skip }, async () => {
  const document: object = structuredClone(openApiDocument(await operations(), '0.0.0'))
  const result = await validate(document as Parameters<typeof validate>[0])
  assert.deepEqual(result.valid ? [] : result.errors, [])
})
