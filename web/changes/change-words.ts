import type { Change } from '#features/inventory/device-shapes.ts'
import type { Tone } from '../ui/badge.tsx'

/** What happened, as one word with its tone. */
export const changeWords: Record<Change['operation'], { word: string; tone: Tone }> = {
  create: { word: 'new', tone: 'good' },
  update: { word: 'changed', tone: 'accent' },
  delete: { word: 'deleted', tone: 'bad' },
  link: { word: 'linked', tone: 'accent' },
  unlink: { word: 'unlinked', tone: 'warn' },
  merge: { word: 'merged', tone: 'warn' },
  missing: { word: 'missing', tone: 'bad' },
  return: { word: 'back again', tone: 'good' },
  retire: { word: 'retired', tone: 'neutral' },
  restore: { word: 'restored', tone: 'good' },
}
