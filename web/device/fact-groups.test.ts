import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourcedFact } from '#features/inventory/device-shapes.ts'
import { factGroups, factText } from './fact-groups.ts'

const fact = (name: string): SourcedFact => ({
  name,
  value: 'x',
  source: 'lab',
  recordId: null,
  seenAt: '2026-11-22T10:00:00.000Z',
  reason: null,
  ruleId: null,
  isConflict: false,
  others: [],
})

test('facts stand in their usual order, and those of a source under its name', () => {
  const groups = factGroups(['site', 'metadata/lab/node', 'custom/cost', 'name', 'vm/cpuCount'].map(fact))

  assert.deepEqual(
    groups.map(({ title, facts }) => [title, facts.map(({ name }) => name)]),
    [
      ['Facts', ['name', 'site']],
      ['Custom fields', ['custom/cost']],
      ['Also from lab', ['metadata/lab/node']],
    ],
  )
})

test('values are in words', () => {
  assert.equal(factText('deviceType', 'network_device'), 'Network device')
  assert.equal(factText('critical', true), 'yes')
})
