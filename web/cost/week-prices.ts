const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof days)[number]
export const weekdays = days

export interface Band {
  days: Weekday[]
  from: number
  to: number
  centsPerKwh: number
}

/** What a kilowatt-hour costs in each hour of each day of a week, by the rules of the tariff. */
export const weekPrices = (bands: readonly Band[], usual: number): number[][] =>
  days.map((day, index) => {
    const before = days[(index + 6) % 7]!
    return Array.from({ length: 24 }, (_, hour) => {
      const found = bands.find(({ days: of, from, to }) =>
        to > from
          ? of.includes(day) && from <= hour && hour < to
          : (of.includes(day) && hour >= from) || (of.includes(before) && hour < to),
      )
      return found?.centsPerKwh ?? usual
    })
  })
