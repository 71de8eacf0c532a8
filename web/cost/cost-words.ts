import type { Amount } from '#features/cost/sum-days.ts'
import { formatPercent } from '../format.ts'

/** Cents as people read money. */
export const money = (cents: number, currency: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(cents / 100)

const bases = {
  tdp: 'modelled from its watts',
  guess: 'modelled by its kind',
  host: 'a share of its host',
} as const

/** What a figure rests on, honestly: measured, modelled, and how much of it was guessed over gaps. */
export function basisText({
  measuredShare,
  estimatedShare,
  basis,
}: Pick<Amount, 'measuredShare' | 'estimatedShare'> & { basis: keyof typeof bases }): string {
  const rest =
    measuredShare >= 0.995
      ? 'measured'
      : measuredShare > 0
        ? `${formatPercent(measuredShare * 100)} measured, else ${bases[basis]}`
        : bases[basis]
  return estimatedShare < 0.005 ? rest : `${rest}; ${formatPercent(estimatedShare * 100)} guessed over gaps`
}
