import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CustomField } from '../inventory-types.ts'
import { allColumns, defaultColumns, nextSort, shownColumns, withColumn } from './columns.ts'
import { orderOf } from '../list/list-column.ts'
import { isSameChoice } from '../views/is-same-choice.ts'

const field: CustomField = {
  id: 1,
  name: 'cost_centre',
  label: 'Cost centre',
  type: 'number',
  options: null,
  required: false,
  description: null,
  version: 1,
}
const idsOf = (chosen: readonly string[]) => shownColumns(allColumns([field]), chosen).map(({ id }) => id)

test('the name is always shown, and columns keep their order however they were chosen', () => {
  assert.deepEqual(idsOf(['os', 'address']), ['name', 'address', 'os'])
})

test('without a choice the usual columns are shown', () => {
  assert.deepEqual(idsOf([]), defaultColumns)
})

test('custom fields are columns, and columns that are no more are left out', () => {
  assert.deepEqual(idsOf(['custom.cost_centre', 'custom.gone']), ['name', 'custom.cost_centre'])
})

test('a column is added once and taken away', () => {
  assert.deepEqual(withColumn(['name'], 'os', true), ['name', 'os'])
  assert.deepEqual(withColumn(['name', 'os'], 'os', true), ['name', 'os'])
  assert.deepEqual(withColumn(['name', 'os'], 'os', false), ['name'])
  assert.ok(isSameChoice(['name', 'os'], ['os', 'name']))
  assert.ok(!isSameChoice(['name', 'os'], ['name']))
})

test('a head turns the order round when pressed again; times begin with the newest', () => {
  assert.equal(nextSort('name', 'name'), '-name')
  assert.equal(nextSort('-name', 'name'), 'name')
  assert.equal(nextSort('name', 'os'), 'os')
  assert.equal(nextSort('name', 'lastSeen'), '-lastSeen')
  assert.equal(orderOf('-lastSeen', 'lastSeen'), 'descending')
  assert.equal(orderOf('name', 'os'), undefined)
})
