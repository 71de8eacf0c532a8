import { z } from 'zod'
import type { Taken } from '#features/cost/cost-day-queries.ts'
import { sumOf } from '#features/cost/exact-sum.ts'

/** What was taken and what it costs. Cents are whole here and nowhere before. */
export const Amount = z.object({
  currency: z.string().nullable().describe('Null where there is no tariff; currencies are never added.'),
  kwh: z.number(),
  cents: z.number().int().nullable(),
  lowCents: z.number().int().nullable().describe('It may be as little as this.'),
  highCents: z.number().int().nullable().describe('It may be as much as this.'),
  measuredShare: z
    .number()
    .describe('Of the time that machines were on, that in which their power was measured: 0 to 1.'),
  partialShare: z
    .number()
    .describe('That in which only the processor was measured, and the rest of the machine was guessed.'),
  estimatedShare: z
    .number()
    .describe('That in which nothing was told, and it was guessed from before and after.'),
})
export type Amount = z.output<typeof Amount>

/** One amount for each currency that there is. */
export function amountsOf(days: readonly Taken[]): Amount[] {
  return [...Map.groupBy(days, ({ currency }) => currency)]
    .map(([currency, those]) => amountIn(currency, those))
    .toSorted((one, other) => (one.currency ?? '~').localeCompare(other.currency ?? '~'))
}

function amountIn(currency: string | null, days: readonly Taken[]): Amount {
  const sum = (value: (day: Taken) => number | null): number => sumOf(days.map((day) => value(day) ?? 0))
  const whole = (value: (day: Taken) => number | null) => (currency === null ? null : Math.round(sum(value)))
  const on = sum(({ secondsOn }) => secondsOn)
  return {
    currency,
    kwh: sum(({ kwh }) => kwh),
    cents: whole(({ cents }) => cents),
    lowCents: whole(({ lowCents }) => lowCents),
    highCents: whole(({ highCents }) => highCents),
    measuredShare: on === 0 ? 0 : Math.min(1, sum(({ secondsMeasured }) => secondsMeasured) / on),
    partialShare: on === 0 ? 0 : Math.min(1, sum(({ secondsPartial }) => secondsPartial) / on),
    estimatedShare: on === 0 ? 0 : Math.min(1, sum(({ secondsEstimated }) => secondsEstimated) / on),
  }
}
