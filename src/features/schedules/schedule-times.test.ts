import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  nextTime,
  nextTimes,
  previousTime,
  slotsBetween,
  type Timetable,
} from '#features/schedules/schedule-times.ts'

const timetable = (cron: string, rest: Partial<Timetable> = {}): Timetable => ({
  cron,
  timeZone: 'Europe/Berlin',
  dstGap: 'shift',
  dstOverlap: 'first',
  windows: [],
  ...rest,
})

const gapDay = '2026-03-28T12:00:00.000Z'
const overlapDay = '2026-10-24T12:00:00.000Z'

test('a time that the clocks leave out is right after the gap, or left out and said', () => {
  const shifted = nextTimes(timetable('30 2 * * *'), gapDay, 2)
  const skipped = nextTimes(timetable('30 2 * * *', { dstGap: 'skip' }), gapDay, 2)

  assert.deepEqual(shifted, [
    {
      at: '2026-03-29T01:00:00.000Z',
      local: '2026-03-29T03:00:00+02:00',
      note: '02:30 does not exist on this day: right after the gap',
    },
    { at: '2026-03-30T00:30:00.000Z', local: '2026-03-30T02:30:00+02:00', note: null },
  ])
  assert.deepEqual(
    skipped.map(({ local, note }) => [local, note]),
    [
      ['2026-03-30T02:30:00+02:00', '02:30 does not exist before it and is left out'],
      ['2026-03-31T02:30:00+02:00', null],
    ],
  )
})

test('a time that the clocks show twice comes the first time, the second, or both, and says which', () => {
  const localsOf = (dstOverlap: Timetable['dstOverlap']) =>
    nextTimes(timetable('30 2 * * *', { dstOverlap }), overlapDay, 2).map(({ local }) => local)

  assert.deepEqual(localsOf('first'), ['2026-10-25T02:30:00+02:00', '2026-10-26T02:30:00+01:00'])
  assert.deepEqual(localsOf('second'), ['2026-10-25T02:30:00+01:00', '2026-10-26T02:30:00+01:00'])
  assert.deepEqual(localsOf('both'), ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00'])
  assert.equal(
    nextTimes(timetable('30 2 * * *'), overlapDay, 1)[0]!.note,
    '02:30 comes twice on this day: the first time',
  )
})

test('a pattern of every hour goes by real time over both changes', () => {
  for (const day of [gapDay, overlapDay]) {
    const slots = slotsBetween(timetable('*/30 * * * *'), day, `${day.slice(0, 9)}9T12:00:00.000Z`, 10_000)
    const times = slots.map((slot) => Date.parse(slot))

    assert.ok(times.length >= 48)
    assert.ok(times.every((time, index) => index === 0 || time - times[index - 1]! === 30 * 60_000))
  }
})

test('times outside of the maintenance windows are left out, over midnight too, and the next one says so', () => {
  const nights = timetable('0 * * * *', {
    windows: [{ days: ['sat'], from: '22:00', to: '02:00' }],
  })

  const times = nextTimes(nights, '2026-06-01T00:00:00.000Z', 5)

  assert.deepEqual(
    times.map(({ local }) => local.slice(0, 16)),
    ['2026-06-06T22:00', '2026-06-06T23:00', '2026-06-07T00:00', '2026-06-07T01:00', '2026-06-13T22:00'],
  )
  assert.deepEqual(
    times.map(({ note }) => note !== null),
    [true, false, false, false, true],
  )
})

test('a window that falls into the gap holds for the time right after it', () => {
  const narrow = timetable('15 2 * * *', { windows: [{ days: ['sun'], from: '02:00', to: '02:30' }] })

  assert.equal(nextTime(narrow, gapDay), '2026-03-29T01:00:00.000Z')
})

test('a pattern without a time in its windows, or without any, has none', () => {
  const never = timetable('0 12 * * *', { windows: [{ days: ['mon'], from: '02:00', to: '03:00' }] })

  assert.equal(nextTime(never, gapDay), undefined)
  assert.equal(nextTime(timetable('0 0 30 2 *'), gapDay), undefined)
  assert.equal(previousTime(never, gapDay), undefined)
})

test('the newest time is found however long ago it was', () => {
  assert.equal(
    previousTime(timetable('0 0 29 2 *', { timeZone: 'UTC' }), '2027-06-01T00:00:00.000Z'),
    '2024-02-29T00:00:00.000Z',
  )
  assert.equal(
    previousTime(timetable('*/10 * * * * *'), '2026-06-01T00:00:09.999Z'),
    '2026-06-01T00:00:00.000Z',
  )
  assert.equal(
    previousTime(timetable('0 0 * * *', { timeZone: 'UTC' }), '2026-06-01T00:00:00.000Z'),
    '2026-06-01T00:00:00.000Z',
  )
})

test('the newest times between two moments are those that looking ahead gives', () => {
  const every = timetable('*/7 1-5 * * *', { dstOverlap: 'both' })
  const [from, until] = ['2026-10-24T22:00:00.000Z', '2026-10-25T06:00:00.000Z']
  const ahead = nextTimes(every, from, 200)
    .map(({ at }) => at)
    .filter((at) => at <= until)

  assert.deepEqual(slotsBetween(every, from, until, 1_000), ahead)
  assert.deepEqual(slotsBetween(every, from, until, 3), ahead.slice(-3))
})
