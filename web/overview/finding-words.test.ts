import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#features/hosts/host-shapes.ts'
import { findingWords } from './finding-words.ts'

const finding = (kind: Finding['kind'], detail: Finding['detail'], subject = '192.0.2.7'): Finding => ({
  id: 1,
  kind,
  subject,
  device: null,
  hostId: null,
  runId: null,
  detail,
  createdAt: '2026-11-22T10:00:00.000Z',
  resolvedAt: null,
})

test('a new machine is told with its name and who saw it', () => {
  assert.equal(findingWords(finding('new-device', { name: 'nas', source: 'lan' })), 'nas is new, seen by lan')
  assert.equal(findingWords(finding('new-device', {})), '192.0.2.7 is new')
})

test('machines that claim one address are named, those without a name by their MAC address', () => {
  const macs = ['00:1b:21:00:00:01', '00:1b:21:00:00:02']

  assert.equal(
    findingWords(finding('address-conflict', { macs })),
    '00:1b:21:00:00:01 and 00:1b:21:00:00:02 claim the address 192.0.2.7',
  )
})

test('of many names only a few are told, and how many more there are', () => {
  const devices = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }))

  assert.equal(
    findingWords(finding('identity-conflict', { devices })),
    'a, b, c and 2 more may be one machine',
  )
})
