import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Context } from '#features/context.ts'
import { kindNamed, channelKinds } from '#features/notices/channel-kinds.ts'
import { type Channel, channelCounts, findChannel, listChannels } from '#features/notices/channel-queries.ts'
import { ChannelBrief, ChannelKindShape, ChannelShape } from '#features/notices/channel-shapes.ts'
import { addChannel, editChannel, removeChannel } from '#features/notices/edit-channels.ts'
import { messageOf } from '#features/notices/message.ts'
import { insertTold } from '#features/notices/notice-queries.ts'
import { checkTemplates, Templates, worded } from '#features/notices/notice-templates.ts'
import { noticeKinds, severities } from '#features/notices/notice.ts'
import { QuietHours } from '#features/notices/quiet-hours.ts'
import { sendMessage } from '#features/notices/send-message.ts'
import { shownSettings } from '#features/sync/source-settings.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'

const Which = z.string().min(1).max(100).describe('Id or name.')
const Name = z.string().trim().min(1).max(100)
const Settings = z
  .record(z.string(), z.json())
  .meta({ secret: true, expected: 'an object with the settings of its kind' })
  .describe('Settings of its kind; a secret that is given as `(set)` stays.')
const GroupSeconds = z
  .number()
  .int()
  .min(0)
  .max(3_600)
  .describe('So long it waits for more to tell in one message.')
const MaxPerHour = z
  .number()
  .int()
  .min(1)
  .max(10_000)
  .describe('More messages an hour than this become one that tells of all.')
const Quiet = QuietHours.nullable().describe('When only what is critical is told.')

const week = 7 * 86_400_000

async function withCounts({ db, clock }: Pick<Context, 'db' | 'clock'>, channels: readonly Channel[]) {
  const counts = await channelCounts(
    db,
    channels.map(({ id }) => id),
    shift(clock.now(), -week),
  )
  return channels.map((channel) => ({
    ...channel,
    title: kindNamed(channel.kind).title,
    ...(counts.get(channel.id) ?? { waiting: 0, givenUp: 0, lastSentAt: null }),
  }))
}

async function shown(
  context: Pick<Context, 'db' | 'clock'>,
  channel: Channel,
): Promise<z.output<typeof ChannelShape>> {
  const [counted] = await withCounts(context, [channel])
  return { ...counted!, settings: shownSettings(kindNamed(channel.kind), channel.settings) }
}

/** Channels: over what people are told. */
export const channelOperations: readonly AnyOperation[] = [
  operation({
    name: 'channelkind.list',
    summary: 'List the kinds of channels and what each needs.',
    http: 'GET /channel-kinds',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({}),
    output: z.object({ items: z.array(ChannelKindShape) }),
    cli: { columns: ['kind', 'title', 'summary'] },
    async run() {
      return {
        items: channelKinds.map(({ settings: schema, ...kind }) => {
          const { $schema: _, ...settings } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
          return { ...kind, settings: settings as JsonObject }
        }),
      }
    },
  }),
  operation({
    name: 'channel.list',
    summary: 'List the channels over which people are told.',
    http: 'GET /channels',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(ChannelBrief),
    cli: { columns: ['id', 'name', 'title', 'enabled', 'waiting', 'givenUp', 'lastSentAt'] },
    async run(call, { limit, cursor }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string()]))[0]
      const channels = await listChannels(call.db, { after, limit: limit + 1 })
      return toPage(await withCounts(call, channels), limit, ({ name }) => [name])
    },
  }),
  operation({
    name: 'channel.show',
    summary: 'Show one channel with its settings; secrets are not shown.',
    http: 'GET /channels/:id',
    effect: 'read',
    permission: 'notices.manage',
    input: z.object({ id: Which }),
    output: ChannelShape,
    cli: { arguments: ['id'] },
    run: async (call, { id }) => shown(call, await findChannel(call.db, id)),
  }),
  operation({
    name: 'channel.create',
    summary: 'Add a channel over which people are told.',
    http: 'POST /channels',
    effect: 'change',
    permission: 'notices.manage',
    input: z.object({
      name: Name,
      kind: z.string().min(1).max(50).describe('One of `channelkind list`.'),
      settings: Settings,
      enabled: z.boolean().default(true),
      templates: Templates.default({}),
      quietHours: Quiet.default(null),
      groupSeconds: GroupSeconds.default(0),
      maxPerHour: MaxPerHour.default(60),
    }),
    output: ChannelShape,
    cli: { arguments: ['name', 'kind'] },
    run: async (call, given) => shown(call, await addChannel(call, given)),
  }),
  operation({
    name: 'channel.update',
    summary: 'Change a channel; settings that are not named stay.',
    http: 'PATCH /channels/:id',
    effect: 'change',
    permission: 'notices.manage',
    input: z.object({
      id: Which,
      name: Name.exactOptional(),
      settings: Settings.exactOptional(),
      enabled: z.boolean().exactOptional(),
      templates: Templates.exactOptional(),
      quietHours: Quiet.exactOptional(),
      groupSeconds: GroupSeconds.exactOptional(),
      maxPerHour: MaxPerHour.exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: ChannelShape,
    cli: { arguments: ['id'] },
    run: async (call, { id, expectedVersion, ...change }) =>
      shown(call, await editChannel(call, id, change, expectedVersion)),
  }),
  operation({
    name: 'channel.delete',
    summary: 'Take a channel away; what it told stays known.',
    http: 'DELETE /channels/:id',
    effect: 'danger',
    permission: 'notices.manage',
    input: z.object({ id: Which, expectedVersion: z.number().int().exactOptional() }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion }) {
      await removeChannel(call, id, expectedVersion)
      return undefined
    },
  }),
  operation({
    name: 'channel.test',
    summary: 'Send a test over a channel, and show what the other side said.',
    http: 'POST /channels/:id/test',
    effect: 'danger',
    permission: 'notices.manage',
    input: z.object({ id: Which }),
    output: z.object({
      sent: z.boolean(),
      says: z.string().describe('What the other side said, or why it could not be told.'),
      canRetry: z.boolean().describe('Whether the same may go well later.'),
    }),
    cli: { arguments: ['id'], isFailure: ({ sent }: { sent: boolean }) => !sent },
    async run(call, { id }, signal) {
      const channel = await findChannel(call.db, id)
      const now = call.clock.now()
      const notice = {
        key: `test-${randomUUID()}`,
        kind: 'test' as const,
        severity: 'info' as const,
        title: 'Rollcall can reach you',
        text: `This is a test of the channel ${channel.name}, asked for by ${call.actor.name}.`,
        labels: {},
      }
      const told = { ...notice, ...worded(channel.templates, notice) }
      const keep = (error: string | null) =>
        insertTold(call.db, now, { channel, key: notice.key, title: told.title, text: told.text, error })
      try {
        const says = await sendMessage(call, channel, messageOf(notice.key, now, [told]), signal)
        await keep(null)
        return { sent: true, says, canRetry: false }
      } catch (error) {
        if (signal.aborted || !(error instanceof AppError)) throw error
        await keep(error.message)
        return { sent: false, says: error.message, canRetry: error.retry }
      }
    },
  }),
  operation({
    name: 'channel.preview',
    summary: 'Show how a notice would read with templates, without telling anybody.',
    http: 'POST /channels/preview',
    effect: 'read',
    preview: true,
    permission: 'notices.manage',
    input: z.object({
      templates: Templates.default({}),
      kind: z.enum(noticeKinds).default('firing'),
      severity: z.enum(severities).default('critical'),
      title: z.string().max(500).default('nas-01 is offline'),
      text: z.string().max(8_000).default('Nothing was heard of it for 3 minutes.'),
      labels: z.record(z.string().max(100), z.string().max(500)).default({ server: 'nas-01' }),
    }),
    output: z.object({ title: z.string(), text: z.string() }),
    async run(_call, { templates, ...notice }) {
      checkTemplates(templates)
      return worded(templates, notice)
    },
  }),
]
