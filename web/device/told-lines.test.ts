import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toldLines } from './told-lines.ts'

test('a structured fact is shown part by part, as a query would name the parts', () => {
  assert.deepEqual(
    toldLines({ name: 'Debian', release: { full: '12.5', major: 12 }, selinux: { enabled: false } }),
    [
      { path: 'name', text: 'Debian' },
      { path: 'release.full', text: '12.5' },
      { path: 'release.major', text: '12' },
      { path: 'selinux.enabled', text: 'no' },
    ],
  )
})

test('a list of values is one line, a list of things a line for each part of each', () => {
  assert.deepEqual(toldLines(['a', 1, true]), [{ path: '', text: 'a, 1, yes' }])
  assert.deepEqual(toldLines({ bindings: [{ address: '192.0.2.7' }, { address: '192.0.2.8' }] }), [
    { path: 'bindings[0].address', text: '192.0.2.7' },
    { path: 'bindings[1].address', text: '192.0.2.8' },
  ])
})

test('nothing is said to be nothing', () => {
  assert.deepEqual(toldLines([]), [{ path: '', text: 'none' }])
  assert.deepEqual(toldLines({ swap: {} }), [{ path: 'swap', text: 'none' }])
})
