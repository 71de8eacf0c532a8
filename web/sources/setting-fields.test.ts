import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { sourceTypes } from '#sources/sources.ts'
import { fieldsOf, labelOf, leavesOf, type Schema } from './setting-fields.ts'

const schemaOf = (type: string) =>
  z.toJSONSchema(sourceTypes.get(type)!.settings, { io: 'input' }) as unknown as Schema

const fieldOf = (type: string, path: string) =>
  leavesOf(fieldsOf(schemaOf(type))).find((field) => field.path === path)

test('every setting of every source type has an input with a label', () => {
  for (const type of sourceTypes.keys()) {
    const schema = schemaOf(type)
    const fields = fieldsOf(schema)
    assert.deepEqual(
      fields.map(({ path }) => path),
      Object.keys(schema.properties ?? {}),
    )
    for (const field of leavesOf(fields)) assert.match(field.label, /^[A-Z]/, `${type}: ${field.path}`)
  }
})

test('the schema says what kind of input a setting is', () => {
  assert.equal(fieldOf('proxmox', 'token')?.kind, 'secret')
  assert.equal(fieldOf('proxmox', 'snapshots')?.kind, 'boolean')
  assert.equal(fieldOf('proxmox', 'timeoutSeconds')?.kind, 'number')
  assert.equal(fieldOf('proxmox', 'alternatives')?.kind, 'list')
  assert.equal(fieldOf('proxmox', 'tls.ca')?.kind, 'lines')
  assert.equal(fieldOf('scan', 'method')?.kind, 'choice')
  assert.equal(fieldOf('scan', 'ports')?.kind, 'numbers')
  assert.equal(fieldOf('kea', 'services')?.kind, 'choices')
})

test('what is needed and what is secret stands in sight, what is the same nearly everywhere does not', () => {
  const inSight = fieldsOf(schemaOf('proxmox')).filter(({ rare }) => !rare)

  assert.deepEqual(
    inSight.map(({ path }) => path),
    ['url', 'alternatives', 'token', 'username', 'password', 'guestAgent', 'snapshots', 'storage'],
  )
  assert.equal(inSight[0]!.required, true)
})

test('labels read as words', () => {
  assert.equal(labelOf('timeoutSeconds'), 'Timeout seconds')
  assert.equal(labelOf('dnsServers'), 'DNS servers')
  assert.equal(labelOf('url'), 'URL')
  assert.equal(labelOf('includeContainerBridges'), 'Include container bridges')
})
