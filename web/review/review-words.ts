import type { Comparison } from '#features/identity/record-sides.ts'
import type { Review } from '#features/identity/review-shapes.ts'
import { factLabel } from '../changes/diff-lines.ts'
import { factText } from '../device/fact-groups.ts'
import type { Tone } from '../ui/badge.tsx'

export type Decision = 'merge' | 'apart' | 'split'

export const kindNames: Record<Review['kind'], string> = {
  'maybe-same': 'Maybe the same',
  clone: 'Clone',
  contradiction: 'Contradiction',
}

export const kindTones: Record<Review['kind'], Tone> = {
  'maybe-same': 'accent',
  clone: 'warn',
  contradiction: 'bad',
}

/** What is asked of the person, by the kind of doubt. */
export const questions: Record<Review['kind'], string> = {
  'maybe-same': 'Are these two one machine?',
  clone: 'Two machines have the same identifiers. Is one a copy of the other?',
  contradiction: 'One device, whose records contradict each other. Is it one machine?',
}

export const verdicts: Record<Comparison['verdict'], { word: string; tone: Tone }> = {
  agrees: { word: 'agrees', tone: 'good' },
  differs: { word: 'differs', tone: 'bad' },
  'one-sided': { word: 'one side only', tone: 'neutral' },
}

const labels: Record<string, string> = { ids: 'Identifiers', macs: 'MAC addresses', names: 'Other names' }

export const comparedLabel = (field: string): string => labels[field] ?? factLabel(field)

/** What one side says, line by line; a dash where it says nothing. */
export function comparedLines(field: string, value: unknown): string[] {
  if (value === null || value === undefined) return ['—']
  return Array.isArray(value) ? value.map(String) : [factText(field, value)]
}

/** Whether both records belong to one device already. */
export const isOneDevice = ({ left, right }: Pick<Review, 'left' | 'right'>): boolean =>
  left.device !== null && left.device.id === right.device?.id

/** What can be decided about a pair. */
export const decisionsOf = (review: Review): Decision[] =>
  isOneDevice(review) ? ['merge', 'split'] : ['merge', 'apart']

export const decisionWords: Record<Decision, { verb: string; done: string; key: string }> = {
  merge: { verb: 'Same machine', done: 'the same machine', key: 'm' },
  apart: { verb: 'Keep apart', done: 'kept apart for good', key: 'a' },
  split: { verb: 'Split', done: 'split', key: 's' },
}

export const pairName = ({ left, right }: Pick<Review, 'left' | 'right'>): string =>
  `${left.name} and ${right.name}`

/** 0.873 as 87 %. */
export const percent = (score: number): string => `${Math.round(score * 100)} %`
