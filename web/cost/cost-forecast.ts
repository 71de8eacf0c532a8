import type { Amount } from '#features/cost/sum-days.ts'

/** What a month has cost and will have. */
export interface CostForecast {
  month: string
  items: {
    currency: string
    spentCents: number
    forecastCents: number
    lowCents: number
    highCents: number
  }[]
  missing: number
}

/** Before a whole day is over, nothing is known of those to come. */
export const isForeseen = ({ spentCents, highCents }: CostForecast['items'][number]): boolean =>
  highCents > spentCents

/** What one server costs, as far as pages show it. */
export interface CostShown {
  profile: {
    category: string
    idleWatts: number
    maxWatts: number
    basis: 'tdp' | 'guess' | 'host'
    error: number
  }
  amounts: Amount[]
  missing: number
}
