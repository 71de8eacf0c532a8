import { weekdays, type Weekday } from '../weekdays.ts'

export interface Band {
  days: Weekday[]
  from: number
  to: number
  centsPerKwh: number
}

/** What a kilowatt-hour costs in each hour of each day of a week, by the rules of the tariff. */
export const weekPrices = (bands: readonly Band[], usual: number): number[][] =>
  weekdays.map((day, index) => {
    const before = weekdays[(index + 6) % 7]!
    return Array.from({ length: 24 }, (_, hour) => {
      const found = bands.find(({ days: of, from, to }) =>
        to > from
          ? of.includes(day) && from <= hour && hour < to
          : (of.includes(day) && hour >= from) || (of.includes(before) && hour < to),
      )
      return found?.centsPerKwh ?? usual
    })
  })
