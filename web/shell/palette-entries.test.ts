import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Circle } from 'lucide-react'
import { fitOf, foundEntries, type PaletteEntry } from './palette-entries.ts'

const entry = (label: string, more: Partial<PaletteEntry> = {}): PaletteEntry => ({
  id: label,
  group: 'Do',
  label,
  icon: Circle,
  run: () => undefined,
  ...more,
})

test('an entry is found by the beginnings of its words, in any order', () => {
  const sync = entry('Sync all sources', { words: 'read refresh' })

  assert.ok(fitOf(sync, 'all sy') > 0)
  assert.ok(fitOf(sync, 'refresh') > 0)
  assert.equal(fitOf(sync, 'ync'), 0)
  assert.equal(fitOf(sync, 'sync hosts'), 0)
})

test('a label that begins with what is typed comes before one that only holds it', () => {
  const found = foundEntries([entry('Sync all sources'), entry('Sources', { words: 'sync' })], 'sou')

  assert.deepEqual(
    found.map(({ label }) => label),
    ['Sources', 'Sync all sources'],
  )
})

test('pages come before actions, whatever fits better', () => {
  const found = foundEntries([entry('Discover'), entry('Devices', { group: 'Go to' })], 'd')

  assert.deepEqual(
    found.map(({ label }) => label),
    ['Devices', 'Discover'],
  )
})

test('what would crowd the empty palette waits until one types', () => {
  const entries = [entry('Sync lab', { onlyFound: true }), entry('Sign out')]

  assert.deepEqual(
    foundEntries(entries, '').map(({ label }) => label),
    ['Sign out'],
  )
  assert.deepEqual(
    foundEntries(entries, 'sync').map(({ label }) => label),
    ['Sync lab'],
  )
})
