import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CirclePause,
  CircleX,
  Hourglass,
  Moon,
  Wrench,
  type LucideIcon,
} from 'lucide-react'
import { capitalised, inWords } from '../format.ts'
import type { Tone } from '../ui/badge.tsx'

/** A state in one word, with a shape of its own beside its colour. */
export interface StateWords {
  word: string
  icon: LucideIcon
  tone: Tone
}

/** What a server is at present: its condition where that says more than its status. */
const states: Readonly<Record<string, StateWords>> = {
  online: { word: 'online', icon: CircleCheck, tone: 'good' },
  offline: { word: 'offline', icon: CircleX, tone: 'bad' },
  unknown: { word: 'unknown', icon: CircleHelp, tone: 'neutral' },
  stale: { word: 'late', icon: Hourglass, tone: 'warn' },
  paused: { word: 'paused', icon: CirclePause, tone: 'neutral' },
  maintenance: { word: 'maintenance', icon: Wrench, tone: 'accent' },
  asleep: { word: 'asleep', icon: Moon, tone: 'neutral' },
  never_seen: { word: 'not heard yet', icon: CircleDashed, tone: 'neutral' },
}

export function stateWords({ status, condition }: { status: string; condition: string | null }): StateWords {
  const known = (condition === null ? undefined : states[condition]) ?? states[status]
  return known ?? { word: inWords(condition ?? status), icon: CircleHelp, tone: 'neutral' }
}

export const systemOf = (server: { osDistribution: string | null; osVersion: string | null }): string =>
  [server.osDistribution, server.osVersion].filter(Boolean).join(' ')

export const stateTitle = (state: StateWords): string => capitalised(state.word)
