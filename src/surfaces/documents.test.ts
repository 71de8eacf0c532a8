import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorCatalogue, type ErrorCode } from '#kernel/errors.ts'
import { statusOfFault } from '#surfaces/problem.ts'

const api = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')

test('docs/api.md names every error code with its status, and none that does not exist', () => {
  const rows = [...api.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| .+ \|$/gm)]
  const documented = Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]))
  const codes = Object.keys(errorCatalogue) as ErrorCode[]
  const real = Object.fromEntries(codes.map((code) => [code, statusOfFault[errorCatalogue[code].fault]]))
  assert.deepEqual(documented, real)
})
