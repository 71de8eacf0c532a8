import type { Generated } from 'kysely'
import type { Flag, JsonText } from '#database/schema.ts'

export interface ChannelsTable {
  id: Generated<number>
  name: string
  kind: string
  enabled: Flag
  /** Of the kind; the secret ones are sealed. */
  settings: JsonText
  /** Title and text by kind of notice, where they differ from ours. */
  templates: JsonText
  quiet_hours: JsonText | null
  /** So long it waits for more to tell in the same message. */
  group_seconds: number
  max_per_hour: number
  created_at: string
  updated_at: string
  version: Generated<number>
}

export interface NoticesTable {
  id: Generated<number>
  channel_id: number | null
  /** As it was called: what was told stays known when the channel is gone. */
  channel_name: string
  key: string
  kind: string
  severity: string
  title: string
  text: string
  labels: JsonText
  alert_id: number | null
  link: string | null
  state: Generated<string>
  attempts: Generated<number>
  /** Not before. */
  next_at: string | null
  /** The message that it is told in, the same for all that share one; the products' own idempotency goes by it. */
  message: string | null
  last_error: string | null
  created_at: string
  first_tried_at: string | null
  sent_at: string | null
}

/** Channels and what is to be told over them. */
export interface NoticesSchema {
  channels: ChannelsTable
  notices: NoticesTable
}
