import { z } from 'zod'
import { QuietHours } from '#features/notices/quiet-hours.ts'
import { Templates } from '#features/notices/notice-templates.ts'
import { noticeKinds, severities } from '#features/notices/notice.ts'

/** A kind of channel and what it needs, for forms. */
export const ChannelKindShape = z.object({
  kind: z.string(),
  title: z.string(),
  summary: z.string(),
  groups: z.boolean().describe('Whether one message can tell of several things.'),
  settings: z
    .record(z.string(), z.json())
    .describe('JSON Schema of its settings; a secret has `secret: true`.'),
})

/** A channel as whoever chooses one sees it. */
export const ChannelBrief = z.object({
  id: z.number().int(),
  name: z.string(),
  kind: z.string(),
  title: z.string().describe('Its kind, for people.'),
  enabled: z.boolean(),
  waiting: z.number().int().describe('Notices that are still to be told.'),
  givenUp: z.number().int().describe('Notices that were given up in the last seven days.'),
  lastSentAt: z.string().nullable(),
})

/** A channel with all that was entered. Secrets are never shown: a set one is `"(set)"`. */
export const ChannelShape = ChannelBrief.extend({
  settings: z.record(z.string(), z.json()),
  templates: Templates,
  quietHours: QuietHours.nullable(),
  groupSeconds: z.number().int(),
  maxPerHour: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number().int(),
})

export const noticeStates = ['queued', 'sending', 'sent', 'failed', 'given_up'] as const

/** What was told, or is to be. */
export const NoticeShape = z.object({
  id: z.number().int(),
  channelId: z.number().int().nullable().describe('Null when the channel is gone.'),
  channel: z.string(),
  kind: z.enum(noticeKinds),
  severity: z.enum(severities),
  title: z.string(),
  text: z.string(),
  labels: z.record(z.string(), z.string()),
  alertId: z.number().int().nullable(),
  link: z.string().nullable(),
  state: z.enum(noticeStates).describe('failed: it is tried again; given_up: it is not.'),
  attempts: z.number().int(),
  nextAt: z.string().nullable().describe('Not before; null when nothing is to come.'),
  error: z.string().nullable(),
  createdAt: z.string(),
  sentAt: z.string().nullable(),
})
export type NoticeShape = z.output<typeof NoticeShape>
