import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextTimes, type Timetable } from '#features/schedules/schedule-times.ts'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import { margin, matcher, oracleTimes, readClocks } from '#test/wall-oracle.ts'

const minute = 60_000
const day = 1_440 * minute

/** Zones, and a time of which the next two changes of their clocks are looked at. */
const zones: readonly (readonly [zone: string, from: string])[] = [
  ['Europe/Berlin', '2026-01-01'],
  ['Europe/London', '2026-01-01'],
  ['Europe/Dublin', '2026-01-01'],
  ['Europe/Lisbon', '1992-06-01'],
  ['Europe/Athens', '2027-01-01'],
  ['Europe/Moscow', '2010-06-01'],
  ['Europe/Istanbul', '2015-01-01'],
  ['Europe/Kyiv', '2026-06-01'],
  ['Europe/Chisinau', '2026-01-01'],
  ['Atlantic/Azores', '2026-01-01'],
  ['Africa/Casablanca', '2026-01-01'],
  ['Africa/El_Aaiun', '2027-01-01'],
  ['Africa/Cairo', '2024-01-01'],
  ['Africa/Windhoek', '2016-01-01'],
  ['Africa/Juba', '2000-01-01'],
  ['America/New_York', '2026-01-01'],
  ['America/Chicago', '2006-06-01'],
  ['America/Denver', '2026-06-01'],
  ['America/Los_Angeles', '2030-01-01'],
  ['America/Anchorage', '2026-01-01'],
  ['America/Halifax', '2026-01-01'],
  ['America/St_Johns', '2010-01-01'],
  ['America/Sao_Paulo', '2017-06-01'],
  ['America/Santiago', '2026-01-01'],
  ['America/Asuncion', '2023-01-01'],
  ['America/Havana', '2026-01-01'],
  ['America/Caracas', '2007-06-01'],
  ['America/Nuuk', '2023-01-01'],
  ['America/Scoresbysund', '2024-01-01'],
  ['Asia/Tehran', '2021-01-01'],
  ['Asia/Gaza', '2022-01-01'],
  ['Asia/Beirut', '2026-01-01'],
  ['Asia/Pyongyang', '2015-01-01'],
  ['Asia/Kathmandu', '1985-01-01'],
  ['Asia/Amman', '2021-06-01'],
  ['Australia/Sydney', '2026-01-01'],
  ['Australia/Adelaide', '2026-01-01'],
  ['Australia/Lord_Howe', '2026-01-01'],
  ['Pacific/Apia', '2011-12-01'],
  ['Pacific/Auckland', '2026-01-01'],
  ['Pacific/Chatham', '2026-01-01'],
  ['Pacific/Easter', '2026-01-01'],
  ['Antarctica/Troll', '2026-01-01'],
]

const patterns = [
  '* * * * *',
  '*/5 * * * *',
  '*/7 * * * *',
  '0 * * * *',
  '30 * * * *',
  '45 0-23 * * *',
  '15,45 */1 * * *',
  '0 0 * * *',
  '30 0 * * *',
  '0 1 * * *',
  '30 1 * * *',
  '0 2 * * *',
  '15 2 * * *',
  '30 2 * * *',
  '59 2 * * *',
  '0 3 * * *',
  '30 3 * * *',
  '45 23 * * *',
  '*/10 2 * * *',
  '*/20 1-3 * * *',
  '0 */2 * * *',
  '30 */3 * * *',
  '0,30 0-4 * * *',
  '* 2 * * *',
  '5 1,2,3 * * 0',
  '30 2 * * 0',
  '0 2 1-7 * 0',
  '30 1 * 3,10,11 *',
  '15 0-6/2 * * 6,0',
  '1 9 30 12 *',
  '30 12 * * 1-5',
]
const everyHour = /^\S+ (\*|\*\/1|0-23) /

const policies = (['shift', 'skip'] as const).flatMap((gap) =>
  (['first', 'second', 'both'] as const).map((overlap) => ({ gap, overlap })),
)

function changesAfter(zone: string, from: string): number[] {
  const first = Temporal.Instant.from(`${from}T00:00Z`).toZonedDateTimeISO(zone).getTimeZoneTransition('next')
  const second = first?.getTimeZoneTransition('next')
  return [first, second].flatMap((each) => each?.epochMilliseconds ?? [])
}

test('times over changes of the clock are those of a look at every minute, in every zone', () => {
  assert.ok(zones.length >= 40 && patterns.length >= 30)
  const matchers = patterns.map(matcher)
  let compared = 0
  for (const [zone, from] of zones) {
    for (const change of changesAfter(zone, from)) {
      const clocks = readClocks(zone, change - day - margin * minute, 2 * (1_440 + margin))
      const first = clocks.from + margin * minute
      const last = clocks.from + (clocks.shown.length - margin) * minute
      patterns.forEach((cron, index) => {
        // Each pattern meets each policy in some zone; the whole product takes a minute.
        const policy = policies[compared % policies.length]!
        compared += 1
        const { gap, overlap } = policy
        const timetable: Timetable = {
          cron,
          timeZone: zone,
          dstGap: gap,
          dstOverlap: overlap,
          windows: [],
        }
        const expected = oracleTimes(clocks, matchers[index]!, everyHour.test(cron), policy)

        const times = nextTimes(timetable, toTimestamp(first), expected.length + 1)
          .map(({ at }) => toMilliseconds(at))
          .filter((at) => at <= last)

        assert.deepEqual(
          times,
          expected,
          `${cron} in ${zone} around ${toTimestamp(change)}: ${gap}, ${overlap}`,
        )
        assert.equal(new Set(times).size, times.length)
      })
    }
  }
  assert.ok(compared > 2_400)
})
