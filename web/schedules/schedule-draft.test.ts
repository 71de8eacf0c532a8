import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleBody, scheduleDraft } from './schedule-draft.ts'
import type { Schedule } from './schedule-types.ts'

const schedule = {
  name: 'Tag servers',
  action: 'tag',
  cron: '0 3 * * *',
  timeZone: 'Europe/Berlin',
  mode: 'auto',
  catchUpHours: 12,
  description: null,
  rowsFrom: { kind: 'ids', ids: [1, 2] },
} as unknown as Schedule

const device = { subject: 'device' } as const

test('rows by a query are sent as they are entered', () => {
  const draft = scheduleDraft(undefined, 'Europe/Vienna')
  const body = scheduleBody(
    { ...draft, name: ' Nightly ', rows: { ...draft.rows, q: ' type:server ' } },
    device,
    { add: ['x'] },
    undefined,
  )

  assert.deepEqual(body['rowsFrom'], { kind: 'query', q: 'type:server' })
  assert.deepEqual([body['name'], body['timeZone'], body['mode']], ['Nightly', 'Europe/Vienna', 'confirm'])
  assert.deepEqual(body['parameters'], { add: ['x'] })
})

test('rows that the form does not show stay as they are', () => {
  const body = scheduleBody(scheduleDraft(schedule, 'UTC'), device, {}, schedule)

  assert.deepEqual(body['rowsFrom'], { kind: 'ids', ids: [1, 2] })
  assert.deepEqual([body['catchUpHours'], body['description'], body['mode']], [12, null, 'auto'])
})

test('work on sources names them, or none for all, and never waits for an approval', () => {
  const draft = scheduleDraft(undefined, 'UTC')
  const of = (sources: string) =>
    scheduleBody({ ...draft, rows: { ...draft.rows, sources } }, { subject: 'source' }, {}, undefined)

  assert.deepEqual(of('lab, office')['rowsFrom'], { kind: 'sources', names: ['lab', 'office'] })
  assert.deepEqual(of(' ')['rowsFrom'], { kind: 'sources', names: [] })
  assert.equal(of('')['mode'], 'auto')
})

test('hours that are no number are left for the server to refuse', () => {
  const draft = { ...scheduleDraft(undefined, 'UTC'), catchUpHours: 'two' }

  assert.equal(scheduleBody(draft, device, {}, undefined)['catchUpHours'], 'two')
})
