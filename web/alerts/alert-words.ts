import { Info, OctagonAlert, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { AlertItem } from '#features/alerts/alert-shapes.ts'
import { inWords, short } from '../format.ts'

export type { AlertItem }
export type Severity = AlertItem['severity']

/** A severity as a shape, a colour and a word. */
export const severityLooks: Readonly<Record<Severity, { icon: LucideIcon; colour: string; word: string }>> = {
  critical: { icon: OctagonAlert, colour: 'text-bad', word: 'Critical' },
  warning: { icon: TriangleAlert, colour: 'text-warn', word: 'Warning' },
  info: { icon: Info, colour: 'text-accent', word: 'Info' },
}

/** Why nobody is told of it. */
export const suppressionWords: Readonly<Record<NonNullable<AlertItem['suppressedBy']>, string>> = {
  paused: 'its server is paused',
  maintenance: 'in maintenance',
  silence: 'silenced',
  cause: 'follows from another',
}

export const stateText: Readonly<Record<AlertItem['state'], string>> = {
  firing: 'firing',
  clearing: 'clearing',
  unknown: 'no longer heard',
  resolved: 'over',
}

/** `97.5, over 90`; empty for a plain state. */
export function valueText({ value, threshold }: Pick<AlertItem, 'value' | 'threshold'>): string {
  if (value === null || threshold === null || (threshold === 1 && value <= 1)) return ''
  return `${short(value)}, limit ${short(threshold)}`
}

export const kindText = (kind: string): string => (kind === 'cause' ? 'common cause' : inWords(kind))
