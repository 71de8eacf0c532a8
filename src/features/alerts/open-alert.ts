import type { Severity } from '#features/notices/notice.ts'

export const openStates = ['firing', 'clearing', 'unknown'] as const
export type OpenState = (typeof openStates)[number]
export const suppressions = ['paused', 'maintenance', 'silence', 'cause'] as const
export type Suppression = (typeof suppressions)[number]
/** How an alert ended: all right again, what it was about is gone, its rule asks no more, or a person said so. */
export type Resolution = 'recovered' | 'gone' | 'rule' | 'person'

/** An alert that is not over, as the node that watches has it. Times are in watched milliseconds. */
export interface OpenAlert {
  /** 0 until it is in the database. */
  id: number
  fingerprint: string
  ruleId: number | null
  ruleName: string
  /** `metric`, the name of a state, or `cause` for what several have in common. */
  kind: string
  subject: string
  part: string
  subjectName: string
  serverId: string | null
  deviceId: number | null
  severity: Severity
  state: OpenState
  suppressedBy: Suppression | null
  cause: OpenAlert | null
  /** How many others it is the cause of. */
  affected: number
  isFlapping: boolean
  title: string
  value: number | null
  threshold: number | null
  /** By the clock on the wall, for people. */
  startedAt: string
  openedAt: number
  /** Nobody is told before. */
  dueAt: number
  told: Told | undefined
  isAcknowledged: boolean
  /** Of a common cause: since when most of it is back. */
  calmSince: number | undefined
}

/** What was told of an alert. */
export interface Told {
  severity: Severity
  channels: number[]
  /** When the first and the last was told, in watched milliseconds. */
  firstAt: number
  lastAt: number
  /** A bit for each step of the escalation. */
  steps: number
  reminders: number
}

export const importanceOf: Readonly<Record<Severity, number>> = { info: 1, warning: 2, critical: 3 }

export const fingerprintOf = (rule: number, subject: string, part: string): string =>
  `rule:${rule}/${subject}/${part}`

/** Whether it says that a machine is lost, which explains the rest that is wrong with it. */
export const isLoss = ({ kind }: Pick<OpenAlert, 'kind'>): boolean =>
  kind === 'server_offline' || kind === 'check_down' || kind === 'cause'

/** Something to be kept of the course of an alert. */
export interface AlertEvent {
  alert: OpenAlert
  kind: string
  message: string
}
