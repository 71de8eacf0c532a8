import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { checkSettings } from '#features/checks/check-settings.ts'
import { sourceTypes } from '#sources/sources.ts'
import { draftOf, patchOf, settingsOf } from './setting-draft.ts'
import { fieldsOf, type Schema } from './setting-fields.ts'

const fieldsFor = (type: string) =>
  fieldsOf(z.toJSONSchema(sourceTypes.get(type)!.settings, { io: 'input' }) as unknown as Schema)

test('an untouched form says nothing, so that every usual value holds', () => {
  for (const type of sourceTypes.keys()) {
    const fields = fieldsFor(type)
    assert.deepEqual(settingsOf(fields, draftOf(fields)), {}, type)
  }
})

test('what is stored comes back as it was', () => {
  const fields = fieldsFor('proxmox')
  const stored = {
    url: 'https://pve.example.net:8006',
    token: '(set)',
    snapshots: true,
    storage: false,
    timeoutSeconds: 10,
    alternatives: ['https://pve2.example.net:8006', 'https://pve3.example.net:8006'],
    tls: { fingerprint: 'ab'.repeat(32) },
  }

  const draft = draftOf(fields, stored)

  assert.deepEqual(settingsOf(fields, draft, stored), stored)
  assert.deepEqual(patchOf(fields, draft, stored), stored)
})

test('an input that was emptied takes the setting away, also inside a group', () => {
  const fields = fieldsFor('proxmox')
  const stored = { url: 'https://pve.example.net', token: '(set)', tls: { ca: '/etc/ca.pem' } }
  const draft = { ...draftOf(fields, stored), token: '', username: 'ro@pve', password: 'x y', 'tls.ca': '' }

  assert.deepEqual(patchOf(fields, draft, stored), {
    url: 'https://pve.example.net',
    token: null,
    username: 'ro@pve',
    password: 'x y',
    tls: { ca: null },
  })
})

test('lists are one item a line, numbers are numbers, and nonsense is left for the server to judge', () => {
  const fields = fieldsFor('scan')
  const draft = {
    ...draftOf(fields),
    ranges: '192.0.2.0/24\n\n 198.51.100.7 ',
    ports: '22, 443, ssh',
    rate: 'fast',
    method: 'tcp',
    names: false,
  }

  assert.deepEqual(settingsOf(fields, draft), {
    ranges: ['192.0.2.0/24', '198.51.100.7'],
    ports: [22, 443, 'ssh'],
    rate: 'fast',
    method: 'tcp',
    names: false,
  })
})

test('spaces around a text are a slip, those of a secret are part of it', () => {
  const fields = fieldsFor('kea')
  const draft = { ...draftOf(fields), url: ' http://127.0.0.1:8000 ', password: ' pass ' }

  assert.deepEqual(settingsOf(fields, draft), { url: 'http://127.0.0.1:8000', password: ' pass ' })
})

test('headers are lines, and a value that is compared keeps what it is', () => {
  const fields = fieldsOf(z.toJSONSchema(checkSettings.http, { io: 'input' }) as unknown as Schema)
  const stored = {
    headers: { Authorization: '(set)', 'X-Old': '(set)' },
    json: { path: 'ready', equals: true },
  }
  const draft = draftOf(fields, stored)
  assert.equal(draft['headers'], 'Authorization: (set)\nX-Old: (set)')
  assert.deepEqual(settingsOf(fields, draft, stored), stored)

  const typed = { ...draft, headers: 'Authorization: (set)\nX-New: a:b', 'json.equals': '"5"' }
  assert.deepEqual(patchOf(fields, typed, stored), {
    headers: { Authorization: '(set)', 'X-Old': null, 'X-New': 'a:b' },
    json: { path: 'ready', equals: '5' },
  })
  assert.equal(draftOf(fields, { json: { path: 'ready', equals: '5' } })['json.equals'], '"5"')
})
