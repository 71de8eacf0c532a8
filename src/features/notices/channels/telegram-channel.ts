import { z } from 'zod'
import {
  httpChannel,
  jsonOf,
  networkSettings,
  serverAddress,
  usualVerdict,
} from '#features/notices/http-channel.ts'
import { cut, inHtml, textWithin } from '#features/notices/message.ts'

export const telegramChannel = httpChannel({
  kind: 'telegram',
  title: 'Telegram',
  summary: 'A chat of Telegram, through a bot.',
  groups: true,
  settings: z.strictObject({
    token: z
      .string()
      .regex(/^\d+:[\w-]+$/)
      .meta({ secret: true, expected: 'a token as BotFather gives it' })
      .describe('The token of the bot.'),
    chatId: z
      .string()
      .regex(/^(-?\d+|@\w+)$/)
      .meta({ expected: 'the number of a chat, or the @name of a channel' })
      .describe('The chat that it is told in.'),
    threadId: z.number().int().positive().optional().describe('A topic of a group that has topics.'),
    server: serverAddress.default('https://api.telegram.org').describe('A Bot API server of one’s own.'),
    ...networkSettings,
  }),
  secrets: ({ token }) => [token],
  render({ token, chatId, threadId, server }, message) {
    // 4,096 characters count after the tags are taken out.
    const title = cut(message.title, 250)
    const link = message.link === undefined || message.link.length > 2_000 ? '' : message.link
    const text = textWithin(message, 4_096 - title.length - 20)
    const lines = [
      `<b>${inHtml(title)}</b>`,
      ...(text === '' ? [] : [inHtml(text)]),
      ...(link === '' ? [] : [`<a href="${inHtml(link)}">Show it</a>`]),
    ]
    return {
      url: `${server.replace(/\/+$/, '')}/bot${token}/sendMessage`,
      body: {
        chat_id: chatId,
        ...(threadId === undefined ? {} : { message_thread_id: threadId }),
        text: lines.join('\n'),
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        disable_notification: message.severity === 'info',
      },
    }
  },
  judge(answer) {
    const { ok, description, parameters } = jsonOf(answer.body)
    const moved = (parameters as { migrate_to_chat_id?: unknown } | undefined)?.migrate_to_chat_id
    if (moved !== undefined)
      return { is: 'refused', says: `the group became a supergroup: its chatId is ${String(moved)} now` }
    if (ok === true) return { is: 'sent', says: 'it was posted' }
    const verdict = usualVerdict(answer)
    return typeof description === 'string' ? { ...verdict, says: description } : verdict
  },
})
