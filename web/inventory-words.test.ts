import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as hosts from '#features/hosts/host-shapes.ts'
import * as runs from '#features/sync/run-shapes.ts'
import { hostStatuses, hostTypes, runStatuses } from './inventory-words.ts'

test('the pages know every state and type that the server knows', () => {
  assert.deepEqual(hostStatuses, hosts.hostStatuses)
  assert.deepEqual(hostTypes, hosts.hostTypes)
  assert.deepEqual(runStatuses, runs.runStatuses)
})
