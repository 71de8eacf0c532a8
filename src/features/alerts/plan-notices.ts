import type { EscalationStep } from '#features/alerts/escalation-shapes.ts'
import { importanceOf, type OpenAlert, type Told } from '#features/alerts/open-alert.ts'
import type { NoticeKind, Severity } from '#features/notices/notice.ts'
import { isWithin } from '#features/schedules/wall-times.ts'
import { segmentAt } from '#features/schedules/zone-segments.ts'

/** One thing to tell now, over several channels, and what is then known to be told. */
export interface Telling {
  kind: NoticeKind
  channels: number[]
  /** Tells it apart from others of the same alert: the same twice is told once. */
  key: string
  told: Told
}

/** What the telling of an alert goes by. */
export interface TellingTerms {
  steps: readonly EscalationStep[]
  /** Milliseconds after which it is told again, by severity; not at all where there is none. */
  reminders: Readonly<Partial<Record<Severity, number>>>
  /** Watched milliseconds. */
  now: number
  /** Milliseconds since 1970, for the hours of the day. */
  wall: number
}

const untold = ({ severity, dueAt }: OpenAlert): Told => ({
  severity,
  channels: [],
  firstAt: dueAt,
  lastAt: dueAt,
  steps: 0,
  reminders: 0,
})

/** What is to be told of an open alert that nothing keeps quiet; undefined for nothing now. */
export function planTelling(alert: OpenAlert, terms: TellingTerms): Telling | undefined {
  const { now } = terms
  if (alert.told === undefined && (now < alert.dueAt || alert.state === 'clearing')) return undefined
  const told = alert.told ?? untold(alert)
  if (importanceOf[alert.severity] > importanceOf[told.severity]) return worse(alert, told, terms)
  return nextStep(alert, told, terms) ?? remind(alert, told, terms)
}

/** It got worse: everybody who knows of it hears so, and whoever is told of this severity only. */
function worse({ severity }: OpenAlert, told: Told, terms: TellingTerms): Telling {
  const channels = new Set(told.channels)
  let steps = told.steps
  for (const [index, step] of terms.steps.entries()) {
    if (!isDue(step, told, terms) || !step.severities.includes(severity)) continue
    steps |= 1 << index
    for (const channel of step.channelIds) channels.add(channel)
  }
  return {
    kind: 'firing',
    channels: [...channels],
    key: `firing:${severity}`,
    told: { ...told, severity, channels: [...channels], steps, lastAt: terms.now },
  }
}

/** The first step that is due and not yet told. Whoever acknowledged it is at work: nobody else is called. */
function nextStep(alert: OpenAlert, told: Told, terms: TellingTerms): Telling | undefined {
  if (alert.state === 'clearing' || alert.isAcknowledged) return undefined
  const isFirst = alert.told === undefined
  const channels = new Set<number>()
  let { steps } = told
  let isLater = false
  for (const [index, step] of terms.steps.entries()) {
    const bit = 1 << index
    if ((steps & bit) !== 0 || !step.severities.includes(alert.severity) || !isDue(step, told, terms))
      continue
    steps |= bit
    if (step.afterMinutes > 0) isLater = true
    for (const channel of step.channelIds) channels.add(channel)
  }
  if (channels.size === 0) return undefined
  return {
    kind: isLater && !isFirst ? 'escalated' : 'firing',
    channels: [...channels],
    key: isLater && !isFirst ? `escalated:${steps}` : `firing:${alert.severity}:${steps}`,
    told: { ...told, steps, channels: [...new Set([...told.channels, ...channels])], lastAt: terms.now },
  }
}

function isDue({ afterMinutes, hours }: EscalationStep, told: Told, { now, wall }: TellingTerms): boolean {
  if (now - told.firstAt < afterMinutes * 60_000) return false
  if (hours === undefined) return true
  return isWithin([hours], wall + segmentAt(hours.timeZone, wall).offset)
}

function remind(alert: OpenAlert, told: Told, { reminders, now }: TellingTerms): Telling | undefined {
  const pause = reminders[alert.severity]
  const isQuiet = alert.isAcknowledged || alert.state !== 'firing' || told.channels.length === 0
  if (pause === undefined || isQuiet || now - told.lastAt < pause) return undefined
  const count = told.reminders + 1
  return {
    kind: 'reminder',
    channels: told.channels,
    key: `reminder:${count}`,
    told: { ...told, reminders: count, lastAt: now },
  }
}
