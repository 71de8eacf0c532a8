import { sql, type Selectable } from 'kysely'
import type { ChannelsTable } from '#database/schema-notices.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { Templates } from '#features/notices/notice-templates.ts'
import { QuietHours } from '#features/notices/quiet-hours.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'

/** A channel as it is kept: its secrets are sealed. */
export interface Channel {
  id: number
  name: string
  kind: string
  enabled: boolean
  settings: JsonObject
  templates: Templates
  quietHours: QuietHours | null
  groupSeconds: number
  maxPerHour: number
  createdAt: string
  updatedAt: string
  version: number
}

const toChannel = (row: Selectable<ChannelsTable>): Channel => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  enabled: Boolean(row.enabled),
  settings: JSON.parse(row.settings) as JsonObject,
  templates: Templates.parse(JSON.parse(row.templates)),
  quietHours: row.quiet_hours === null ? null : QuietHours.parse(JSON.parse(row.quiet_hours)),
  groupSeconds: row.group_seconds,
  maxPerHour: row.max_per_hour,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
})

/** Channels by name, after one. */
export async function listChannels(
  db: Database,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Channel[]> {
  const rows = await db
    .selectFrom('channels')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('name', '>', after!))
    .orderBy('name')
    .limit(limit)
    .execute()
  return rows.map(toChannel)
}

/** The channels of these ids. */
export async function channelsById(db: Database, ids: readonly number[]): Promise<Map<number, Channel>> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('channels').selectAll().where('id', 'in', ids).execute()
  return new Map(rows.map((row) => [row.id, toChannel(row)]))
}

/** One channel by id or name; throws NOT_FOUND. */
export async function findChannel(db: Database, idOrName: string): Promise<Channel> {
  const row = await db
    .selectFrom('channels')
    .selectAll()
    .where((eb) =>
      /^\d{1,15}$/.test(idOrName)
        ? eb.or([eb('id', '=', Number(idOrName)), eb('name', '=', idOrName)])
        : eb('name', '=', idOrName),
    )
    .orderBy('id')
    .executeTakeFirst()
  if (row) return toChannel(row)
  throw new AppError('NOT_FOUND', `There is no channel ${idOrName}`)
}

type Kept = Omit<Channel, 'id' | 'createdAt' | 'updatedAt' | 'version'>

const toRow = ({ name, kind, enabled, settings, templates, quietHours, groupSeconds, maxPerHour }: Kept) => ({
  name,
  kind,
  enabled,
  settings: JSON.stringify(settings),
  templates: JSON.stringify(templates),
  quiet_hours: quietHours === null ? null : JSON.stringify(quietHours),
  group_seconds: groupSeconds,
  max_per_hour: maxPerHour,
})

export async function insertChannel(db: Database, now: string, channel: Kept): Promise<Channel> {
  const row = await db
    .insertInto('channels')
    .values({ ...toRow(channel), created_at: now, updated_at: now })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toChannel(row)
}

/** Changes a channel; false when its version is no longer the expected one. */
export async function updateChannel(
  transaction: Transaction,
  now: string,
  { id, version }: Channel,
  channel: Kept,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('channels')
    .set({ ...toRow(channel), updated_at: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Takes a channel away; false when its version is no longer the expected one. */
export async function deleteChannel(transaction: Transaction, { id, version }: Channel): Promise<boolean> {
  const { numDeletedRows } = await transaction
    .deleteFrom('channels')
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** What waits, what was given up since a time, and when something was last told, by channel. */
export async function channelCounts(
  db: Database,
  ids: readonly number[],
  since: string,
): Promise<Map<number, { waiting: number; givenUp: number; lastSentAt: string | null }>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('notices')
    .select('channel_id')
    .select([
      sql<number>`sum(case when state in ('queued', 'sending', 'failed') then 1 else 0 end)`.as('waiting'),
      sql<number>`sum(case when state = 'given_up' and created_at >= ${since} then 1 else 0 end)`.as(
        'given_up',
      ),
      sql<string | null>`max(sent_at)`.as('sent_at'),
    ])
    .where('channel_id', 'in', ids)
    .groupBy('channel_id')
    .execute()
  return new Map(
    rows.map((row) => [
      row.channel_id!,
      { waiting: Number(row.waiting), givenUp: Number(row.given_up), lastSentAt: row.sent_at },
    ]),
  )
}
