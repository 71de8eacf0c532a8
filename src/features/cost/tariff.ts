import { z } from 'zod'
import { isTimeZone } from '#features/schedules/zone-segments.ts'

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export const Day = z.iso.date().meta({ expected: 'a day as YYYY-MM-DD' })
const Cents = z.number().min(0).max(1_000_000)

/** Hours of some days that cost something else. */
export const Band = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .default([...weekdays]),
  from: z.number().int().min(0).max(23).describe('The first hour.'),
  to: z
    .number()
    .int()
    .min(1)
    .max(24)
    .describe('The hour that it ends at; over midnight where it is not later.'),
  centsPerKwh: Cents,
})

/** What people enter of a tariff. */
export const tariffFields = {
  name: z.string().trim().min(1).max(100),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .meta({ expected: 'a currency as three letters, such as EUR' }),
  zone: z
    .string()
    .refine(isTimeZone)
    .meta({ expected: 'the name of a time zone, as Europe/Berlin' })
    .describe('Whose days and hours count.'),
  validFrom: Day.nullable().describe('The first day.'),
  validTo: Day.nullable().describe('The last day.'),
  baseFeeCents: Cents.describe('A month, whatever is used.'),
  centsPerKwh: Cents.describe('Cents for a kilowatt-hour, with decimals.'),
  bands: z.array(Band).max(100).describe('Hours that cost something else; the first that fits counts.'),
  overhead: z
    .number()
    .min(1)
    .max(10)
    .describe('What is needed beside for each kilowatt-hour, such as cooling (PUE).'),
  tags: z.array(z.string().min(1).max(100)).max(100).describe('Of devices that carry one of these.'),
  sites: z
    .array(z.string().min(1).max(200))
    .max(100)
    .describe('Of devices at one of these; of all others where there are neither.'),
}

export const Tariff = z.object({
  id: z.number().int(),
  ...tariffFields,
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number().int(),
})
export type Tariff = z.output<typeof Tariff>

/** What decides which tariff a server has. */
export interface Place {
  site: string | null
  tags: readonly string[]
}

/** The tariff of a server on a day: one of its tags before one of its site before one for all, the newest first. */
export function tariffOf(tariffs: readonly Tariff[], { site, tags }: Place, day: string): Tariff | undefined {
  const rank = (tariff: Tariff): number => {
    if (tariff.tags.some((tag) => tags.includes(tag))) return 3
    if (site !== null && tariff.sites.includes(site)) return 2
    return tariff.tags.length + tariff.sites.length === 0 ? 1 : 0
  }
  return tariffs
    .filter((tariff) => rank(tariff) > 0 && isValid(tariff, day))
    .toSorted(
      (one, other) =>
        rank(other) - rank(one) ||
        (other.validFrom ?? '').localeCompare(one.validFrom ?? '') ||
        other.id - one.id,
    )[0]
}

export const isValid = ({ validFrom, validTo }: Tariff, day: string): boolean =>
  (validFrom === null || validFrom <= day) && (validTo === null || day <= validTo)

/** Cents for a kilowatt-hour at an hour of a day of the week (1 is Monday), without what is needed beside. */
export function centsAt({ bands, centsPerKwh }: Tariff, weekday: number, hour: number): number {
  const dayName = weekdays[weekday - 1]!
  const yesterday = weekdays[(weekday + 5) % 7]!
  const found = bands.find(({ days, from, to }) => {
    if (to > from) return days.includes(dayName) && from <= hour && hour < to
    return (days.includes(dayName) && hour >= from) || (days.includes(yesterday) && hour < to)
  })
  return found?.centsPerKwh ?? centsPerKwh
}
