import type { DaySum } from '#features/cost/cost-day-queries.ts'
import { addDays, daysBetween } from '#features/cost/local-days.ts'
import { sumOf } from '#features/cost/exact-sum.ts'

export interface Forecast {
  currency: string
  spentCents: number
  forecastCents: number
  lowCents: number
  highCents: number
}

const weekdayOf = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek

/**
 * What a month costs in the end: what was spent, and for each day to come the mean of the same days of the week among
 * those known (else of all), with a band of how much they differ. `today` counts with what is still to come of it.
 */
export function forecastMonth(
  known: readonly Pick<DaySum, 'day' | 'currency' | 'cents'>[],
  today: string,
): Forecast[] {
  const month = today.slice(0, 7)
  const last = addDays(`${Temporal.PlainDate.from(`${month}-01`).add({ months: 1 }).toString()}`, -1)
  const toCome = daysBetween(addDays(today, 1), last)
  return [...Map.groupBy(known, ({ currency }) => currency)]
    .map(([currency, days]) => {
      const byDay = new Map(
        [...Map.groupBy(days, ({ day }) => day)].map(([day, those]) => [
          day,
          sumOf(those.map(({ cents }) => cents)),
        ]),
      )
      const whole = [...byDay].filter(([day]) => day < today)
      const expected = (day: string): number[] => {
        const same = whole.filter(([other]) => weekdayOf(other) === weekdayOf(day))
        return (same.length > 0 ? same : whole).map(([, cents]) => cents)
      }
      const mean = (values: readonly number[]): number =>
        values.length === 0 ? 0 : sumOf(values) / values.length
      const spent = sumOf([...byDay].filter(([day]) => day.startsWith(month)).map(([, cents]) => cents))
      const restOfToday = Math.max(0, mean(expected(today)) - (byDay.get(today) ?? 0))
      const rest = sumOf([restOfToday, ...toCome.map((day) => mean(expected(day)))])
      const values = whole.map(([, cents]) => cents)
      const middle = mean(values)
      const spread = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
      // Days differ by themselves: over many it evens out. Of one or two days nothing is known of how they differ.
      const band = values.length < 3 ? rest : 2 * spread * Math.sqrt(toCome.length + 1)
      return {
        currency,
        spentCents: Math.round(spent),
        forecastCents: Math.round(spent + rest),
        lowCents: Math.round(spent + Math.max(0, rest - band)),
        highCents: Math.round(spent + rest + band),
      }
    })
    .toSorted((one, other) => one.currency.localeCompare(other.currency))
}
