import type { Context } from '#features/context.ts'
import type { Channel } from '#features/notices/channel-queries.ts'
import { kindNamed } from '#features/notices/channel-kinds.ts'
import { readableSettings } from '#features/notices/edit-channels.ts'
import type { Message } from '#features/notices/message.ts'

/** Sends a message over a channel and gives what the other side said; throws as the kinds of channels do. */
export const sendMessage = (
  context: Pick<Context, 'clock' | 'secrets'>,
  channel: Channel,
  message: Message,
  signal: AbortSignal,
): Promise<string> =>
  kindNamed(channel.kind).send(readableSettings(context, channel), message, { clock: context.clock }, signal)
