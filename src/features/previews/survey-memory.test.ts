import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(new URL('../../../test/survey-child.ts', import.meta.url))

test('a file three times as large as the memory there is can be read', (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-memory-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'rows.csv')
  const handle = openSync(file, 'w')
  writeSync(handle, 'name,about\n')
  const about = 'x'.repeat(1_000)
  for (let from = 0; from < 100_000; from += 1_000)
    writeSync(handle, Array.from({ length: 1_000 }, (_, at) => `srv-${from + at},${about}\n`).join(''))
  closeSync(handle)

  // What is beyond the limit ends the child.
  const said = execFileSync(process.execPath, ['--max-old-space-size=32', child, file], { encoding: 'utf8' })

  assert.deepEqual(JSON.parse(said), { rows: 100_000, key: ['name'] })
})
