import type { CaseName } from './cases.ts'
import type { Card, Machine, Telling, View } from './machine.ts'
import type { Random } from './random.ts'

/** A machine as one source sees it. */
export interface Seen {
  machine: Machine
  telling: Telling
  view: View & NonNullable<Telling['twist']>
  /** Of this record alone, so that telling one machine again changes no other. */
  random: Random
  note: (name: CaseName) => void
}

/** The cards that a person would write down or a hypervisor knows: none that software makes inside. */
export const realCards = (cards: readonly Card[]): Card[] => cards.filter(({ kind }) => kind !== 'software')

/** The address it is reached at. */
export const mainAddress = (cards: readonly Card[]): string | undefined =>
  cards.find((card) => card.kind !== 'bmc' && card.addresses.length > 0)?.addresses[0]
