import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sortComplaints } from './complaints.ts'

test('a complaint stands at its input, one about an item of a list names the item', () => {
  const paths = ['name', 'settings.ranges', 'settings.tls', 'settings.tls.ca']

  const { byPath, others } = sortComplaints(paths, [
    { path: 'name', value: 'a b', expected: 'letters and digits' },
    { path: 'settings.ranges.1', value: '10.0.0.0/99', expected: 'a subnet' },
    { path: 'settings.tls.ca', expected: 'a PEM file.' },
    { path: 'settings', expected: 'a token, or username and password' },
  ])

  assert.deepEqual(byPath, {
    name: 'Expected letters and digits.',
    'settings.ranges': '10.0.0.0/99: expected a subnet.',
    'settings.tls.ca': 'Expected a PEM file.',
  })
  assert.deepEqual(
    others.map(({ path }) => path),
    ['settings'],
  )
})
