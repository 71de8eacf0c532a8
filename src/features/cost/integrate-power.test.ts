import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Buckets, integratePower, type Slot, type StateSpan } from '#features/cost/integrate-power.ts'
import { hoursOfDay } from '#features/cost/local-days.ts'
import { profileOf, wattsAt } from '#features/cost/power-profile.ts'
import { sumOf } from '#features/cost/exact-sum.ts'
import { centsAt, type Tariff, tariffOf } from '#features/cost/tariff.ts'

const hour = 3_600_000
const minute = 60_000
const day = 24 * hour
const none: Buckets = { step: minute, times: [], values: [] }
const slots = (count = 24, centsPerKwh: number | null = 24): Slot[] =>
  Array.from({ length: count }, (_, index) => ({ from: index * hour, to: (index + 1) * hour, centsPerKwh }))
const states = (...spans: [from: number, to: number, state: StateSpan['state']][]): StateSpan[] =>
  spans.map(([from, to, state]) => ({ from, to, state }))
const on = states([0, day, 'on'])
const minutes = (value: (minute: number) => number | null, from = 0, to = 1_440): Buckets => ({
  step: minute,
  times: Array.from({ length: to - from }, (_, index) => (from + index) * minute),
  values: Array.from({ length: to - from }, (_, index) => value(from + index)),
})
const traits = { machineType: 'server', deviceType: null, vendor: null, model: null, architecture: null }
const hundred = profileOf({ ...traits, tdpWatts: 100 })
const close = (actual: number, expected: number, share = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= Math.abs(expected) * share, `${actual} is not ${expected}`)
const total = ({ hours }: ReturnType<typeof integratePower>) => ({
  kwh: sumOf(hours.map(({ kwh }) => kwh)),
  cents: sumOf(hours.map(({ cents }) => cents ?? 0)),
})

test('a board of 3 W costs 1.728 cents a day at 24 cents', () => {
  const power = integratePower({
    slots: slots(),
    states: on,
    cpu: none,
    watts: minutes(() => 3),
    profile: hundred,
  })

  close(total(power).kwh, 0.072)
  close(total(power).cents, 1.728)
  close(power.secondsMeasured, 86_400)
})

test('of a processor that is measured the rest of its machine is guessed, with a wide band', () => {
  const rack = profileOf({ ...traits, model: 'PowerEdge R740', tdpWatts: null })
  const power = integratePower({
    slots: slots(),
    states: on,
    cpu: minutes(() => 10),
    watts: minutes(() => 60),
    isPartial: true,
    profile: rack,
  })

  // 60 W, half of the 110 W that its kind takes idle, and what the power supply keeps.
  const kwh = ((60 + 55) / 0.85) * 0.024
  close(total(power).kwh, kwh)
  close(sumOf(power.hours.map(({ low }) => low)), kwh * 0.75)
  assert.deepEqual([power.secondsMeasured, power.secondsPartial, power.secondsEstimated], [0, 86_400, 0])
})

test('a day replayed minute by minute is the integral of its curve', () => {
  const load = (at: number) => 50 + 45 * Math.sin((at / 1_440) * 2 * Math.PI * 3) * Math.cos(at / 97)
  const cpu = minutes((at) => load(at))
  // The same by hand, ten times as fine.
  let expected = 0
  for (let tenth = 0; tenth < 14_400; tenth += 1)
    expected += (wattsAt(hundred, load(tenth / 10) / 100) * 0.1) / 60 / 1_000

  close(
    total(integratePower({ slots: slots(), states: on, cpu, watts: none, profile: hundred })).kwh,
    expected,
    0.001,
  )
})

test('a machine that is off half of the day takes half, and nothing is guessed', () => {
  const power = integratePower({
    slots: slots(),
    states: states([0, day / 2, 'on'], [day / 2, day, 'off']),
    cpu: minutes(() => 100, 0, 720),
    watts: none,
    profile: hundred,
  })

  close(total(power).kwh, 1.2)
  close(power.secondsOn, 43_200)
  assert.equal(power.secondsEstimated, 0)
})

test('where nobody listened it counts as before and after, and says so; what was told late counts as told', () => {
  const blind = states([0, 6 * hour, 'on'], [6 * hour, 12 * hour, 'unknown'], [12 * hour, day, 'on'])
  const both = minutes((at) => (at < 360 || at >= 720 ? 100 : null))
  const guessed = integratePower({ slots: slots(), states: blind, cpu: both, watts: none, profile: hundred })
  close(total(guessed).kwh, 2.4)
  close(guessed.secondsEstimated, 6 * 3_600)

  const told = integratePower({
    slots: slots(),
    states: blind,
    cpu: minutes(() => 100),
    watts: none,
    profile: hundred,
  })
  assert.equal(told.secondsEstimated, 0)

  const ended = states([0, 6 * hour, 'on'], [6 * hour, 12 * hour, 'unknown'], [12 * hour, day, 'off'])
  const half = integratePower({
    slots: slots(),
    states: ended,
    cpu: minutes(() => 100, 0, 360),
    watts: none,
    profile: hundred,
  })
  close(total(half).kwh, 0.9)
})

test('the hours of a day are all of it, for any load, and the band holds the figure', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = (at: number) => (Math.abs(Math.sin(seed * 12.9 + at * 78.2)) * 43_758.5) % 100
    const edge = Math.floor(random(1) * 14) * minute
    const input = {
      states: states([0, edge, 'off'], [edge, day, 'on']),
      cpu: minutes((at) => (random(at) < 10 || at * minute < edge ? null : random(at))),
      watts: none,
      profile: hundred,
    }
    const byHour = integratePower({ ...input, slots: slots() })
    const whole = integratePower({ ...input, slots: [{ from: 0, to: day, centsPerKwh: 24 }] })

    close(total(byHour).kwh, total(whole).kwh)
    close(total(byHour).cents, total(whole).kwh * 24)
    for (const { kwh, low, high } of byHour.hours) assert.ok(low <= kwh && kwh <= high)
  }
})

test('a guest takes nothing, because its host does', () => {
  const guest = profileOf({ ...traits, tdpWatts: 50, deviceType: 'vm' })

  const power = integratePower({ slots: slots(), states: on, cpu: none, watts: none, profile: guest })
  assert.equal(total(power).kwh, 0)
  assert.equal(power.secondsEstimated, 0)
})

test('a machine without a figure is guessed by what it is, with a wide band', () => {
  const pi = profileOf({
    ...traits,
    tdpWatts: null,
    vendor: 'Raspberry Pi Foundation',
    model: 'Raspberry Pi 4',
  })
  const rack = profileOf({ ...traits, tdpWatts: null, vendor: 'Dell Inc.', model: 'PowerEdge R740' })

  assert.deepEqual([pi.category, pi.basis], ['single-board computer', 'guess'])
  assert.ok(wattsAt(pi, 1) < 10 && wattsAt(rack, 0) > 90)
  assert.ok(pi.error > hundred.error)
})

const tariff: Tariff = {
  id: 1, name: 'home', currency: 'EUR', zone: 'Europe/Berlin', validFrom: null, validTo: null, baseFeeCents: 0,
  centsPerKwh: 30, overhead: 1, tags: [], sites: [], createdAt: '', updatedAt: '', version: 1,
  bands: [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: 17, to: 21, centsPerKwh: 45 },
    { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: 22, to: 6, centsPerKwh: 18 },
  ],
} // prettier-ignore

test('a price changes at 17 o’clock, at night, and not on Sunday evening', () => {
  assert.deepEqual(
    [16, 17, 20, 21, 22, 23, 0, 5, 6].map((at) => centsAt(tariff, 1, at)),
    [30, 45, 45, 30, 18, 18, 18, 18, 30],
  )
  assert.equal(centsAt(tariff, 7, 18), 30)
})

test('the days on which the clock changes have 25 hours and 23, and each has its price', () => {
  const autumn = hoursOfDay('Europe/Berlin', '2026-10-25')
  const spring = hoursOfDay('Europe/Berlin', '2026-03-29')

  assert.equal(autumn.length, 25)
  assert.equal(autumn.filter(({ hour: at }) => at === 2).length, 2)
  assert.deepEqual(spring.map(({ hour: at }) => at).slice(0, 4), [0, 1, 3, 4])
  assert.equal(spring.length, 23)
  assert.equal(
    sumOf(hoursOfDay('Australia/Lord_Howe', '2026-04-05').map(({ from, to }) => to - from)),
    24.5 * hour,
  )
})

test('the tariff of a tag comes before that of a site, and that before the one for all', () => {
  const all = [
    tariff,
    { ...tariff, id: 2, validFrom: '2026-07-01' },
    { ...tariff, id: 3, sites: ['berlin'] },
    { ...tariff, id: 4, tags: ['lab'], validTo: '2026-06-30' },
  ]

  assert.equal(tariffOf(all, { site: null, tags: [] }, '2026-06-30')?.id, 1)
  assert.equal(tariffOf(all, { site: null, tags: [] }, '2026-07-01')?.id, 2)
  assert.equal(tariffOf(all, { site: 'berlin', tags: ['lab'] }, '2026-06-30')?.id, 4)
  assert.equal(tariffOf(all, { site: 'berlin', tags: ['lab'] }, '2026-07-01')?.id, 3)
})
