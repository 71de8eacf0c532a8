import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { cleanUps } from '#features/system/clean-ups.ts'
import type { CleanUpTools } from '#features/system/clean-ups.ts'
import { systemClock } from '#kernel/clock.ts'

test('the upkeep removes exports of a week ago, and what is left of those that broke off', async (t) => {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'rollcall-upkeep-'))
  t.after(() => rmSync(dataDirectory, { recursive: true, force: true }))
  const folder = path.join(dataDirectory, 'exports')
  mkdirSync(folder)
  const ago = (days: number) => new Date(Date.parse(systemClock.now()) - days * 86_400_000)
  for (const [name, days] of [
    ['devices-1.csv', 8],
    ['devices-2.csv.part', 8],
    ['devices-3.csv', 6],
  ] as const) {
    writeFileSync(path.join(folder, name), 'x')
    utimesSync(path.join(folder, name), ago(days), ago(days))
  }
  const tools = { clock: systemClock, config: { dataDirectory } } as unknown as CleanUpTools
  const exports = cleanUps.find(({ name }) => name === 'exports')!
  const never = new AbortController().signal

  assert.equal(await exports.count(tools, never), 2)
  assert.equal(await exports.clean(tools, never), 2)
  assert.equal(await exports.count(tools, never), 0)
  assert.deepEqual(readdirSync(folder), ['devices-3.csv'])
})
