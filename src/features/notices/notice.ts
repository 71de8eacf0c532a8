export const noticeKinds = ['firing', 'resolved', 'reminder', 'escalated', 'test', 'report'] as const
export type NoticeKind = (typeof noticeKinds)[number]

export const severities = ['info', 'warning', 'critical'] as const
export type Severity = (typeof severities)[number]

/** One thing to tell over one channel. */
export interface Notice {
  /** The same key twice over one channel is told once. */
  key: string
  channelId: number
  kind: NoticeKind
  severity: Severity
  title: string
  text: string
  labels: Readonly<Record<string, string>>
  /** What is told of one alert is told in its order. */
  alertId?: number | undefined
  link?: string | undefined
}
