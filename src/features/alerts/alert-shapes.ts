import { z } from 'zod'
import { suppressions } from '#features/alerts/open-alert.ts'
import { severities } from '#features/notices/notice.ts'

export const alertStates = ['firing', 'clearing', 'unknown', 'resolved'] as const

export const AlertItem = z.object({
  id: z.number().int(),
  title: z.string(),
  severity: z.enum(severities),
  state: z
    .enum(alertStates)
    .describe('clearing: all right again, but not yet for long enough; unknown: nothing is heard of it.'),
  kind: z.string().describe('metric, the name of a state, or cause for what several have in common.'),
  rule: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  subject: z.string().describe('A server by its id, `check:ID`, or `cause`.'),
  subjectName: z.string(),
  part: z.string().describe('What of the subject: a file system, a service.'),
  serverId: z.string().nullable(),
  deviceId: z.number().int().nullable(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  suppressedBy: z.enum(suppressions).nullable().describe('Why nobody is told.'),
  causeId: z.number().int().nullable().describe('The alert that it is a consequence of.'),
  affected: z.number().int().describe('How many others it is the cause of.'),
  flapping: z.boolean(),
  startedAt: z.string(),
  changedAt: z.string(),
  resolvedAt: z.string().nullable(),
  resolution: z.enum(['recovered', 'gone', 'rule', 'person']).nullable(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  toldAt: z.string().nullable().describe('When somebody was told last; null for never.'),
})
export type AlertItem = z.output<typeof AlertItem>

export const AlertTimeline = z.object({
  id: z.number().int(),
  at: z.string(),
  kind: z.string(),
  by: z.string().nullable(),
  message: z.string(),
})
export type AlertTimeline = z.output<typeof AlertTimeline>
