import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RowsFrom } from '#features/jobs/job-shapes.ts'
import { kindsOf, missingRows, noRowsYet, rowsDraftOf, rowsFromOf } from './rows-draft.ts'

const all = ['query', 'ids', 'file', 'sql'] as const

test('rows come from where the action can take them', () => {
  assert.deepEqual(kindsOf({ subject: 'none' }, { ids: [], databases: [] }), [])
  assert.deepEqual(kindsOf({ subject: 'source' }, { ids: [1], databases: ['cmdb'] }), ['sources'])
  assert.deepEqual(kindsOf({ subject: 'device' }, { ids: [], databases: [] }), ['query', 'file'])
  assert.deepEqual(kindsOf({ subject: 'table' }, { ids: [1], databases: ['cmdb'] }), [
    'query',
    'ids',
    'file',
    'sql',
  ])
})

test('what is filled in for another way is not sent', () => {
  const draft = { ...noRowsYet, q: ' site:graz ', ids: [1, 2], upload: 'u', sql: 'select 1' }

  assert.deepEqual(rowsFromOf(draft, all), { kind: 'query', q: 'site:graz' })
  assert.deepEqual(rowsFromOf({ ...draft, kind: 'ids' }, all), { kind: 'ids', ids: [1, 2] })
  assert.deepEqual(rowsFromOf({ ...draft, kind: 'ids' }, ['query']), { kind: 'query', q: 'site:graz' })
  assert.equal(rowsFromOf(draft, []), null)
})

test('a proposal can be gone on with', () => {
  const proposals: RowsFrom[] = [
    { kind: 'query', q: 'type:vm' },
    { kind: 'ids', ids: [3] },
    { kind: 'file', upload: 'u', sheet: 'Racks', key: ['site', 'name'], dates: 'day-first' },
    { kind: 'sql', database: 'cmdb', sql: 'select 1', key: ['id'] },
  ]

  for (const from of proposals) assert.deepEqual(rowsFromOf(rowsDraftOf(from), all), from)
})

test('a file and SQL are missing until they are there', () => {
  assert.equal(missingRows({ ...noRowsYet, kind: 'file' }, all), 'a file')
  assert.equal(
    missingRows({ ...noRowsYet, kind: 'sql', database: 'cmdb', sql: ' ' }, all),
    'a database and its SQL',
  )
  assert.equal(missingRows(noRowsYet, all), undefined)
})
