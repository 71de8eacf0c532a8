import type { Tone } from '../ui/badge.tsx'
import type { Source } from '../inventory-types.ts'

export interface Health {
  word: string
  tone: Tone
}

/** Whether one can rely on what a source said last. */
export function healthOf({ enabled, lastRun }: Pick<Source, 'enabled' | 'lastRun'>): Health {
  if (lastRun?.status === 'running') return { word: 'reading', tone: 'accent' }
  if (!enabled) return { word: 'switched off', tone: 'neutral' }
  if (lastRun === null) return { word: 'never read', tone: 'neutral' }
  if (lastRun.status === 'failed') return { word: 'failing', tone: 'bad' }
  if (lastRun.missingWaiting > 0 && lastRun.missingDecision === null)
    return { word: 'decision needed', tone: 'warn' }
  if (lastRun.status === 'partial') return { word: 'partial', tone: 'warn' }
  if (lastRun.status === 'cancelled') return { word: 'cancelled', tone: 'neutral' }
  return { word: 'up to date', tone: 'good' }
}
