import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldNameOf } from './field-name.ts'

test('a label becomes a name that the server takes', () => {
  assert.equal(fieldNameOf('Warranty until'), 'warranty_until')
  assert.equal(fieldNameOf('  2nd café (kW) '), 'nd_cafe_kw')
  assert.equal(fieldNameOf('???'), '')
  assert.match(fieldNameOf('x'.repeat(49) + ' yz'), /^[a-z][a-z0-9_]{0,49}$/)
})
