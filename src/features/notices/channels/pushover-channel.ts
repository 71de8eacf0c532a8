import { z } from 'zod'
import {
  httpChannel,
  jsonOf,
  networkSettings,
  serverAddress,
  usualVerdict,
} from '#features/notices/http-channel.ts'
import { cut, textWithin } from '#features/notices/message.ts'

export const pushoverChannel = httpChannel({
  kind: 'pushover',
  title: 'Pushover',
  summary: 'A user or a group of Pushover.',
  groups: true,
  settings: z.strictObject({
    token: z.string().min(1).meta({ secret: true }).describe('The token of the application.'),
    user: z.string().min(1).meta({ secret: true }).describe('The key of the user or the group.'),
    device: z.string().min(1).max(100).optional().describe('Only this device.'),
    emergency: z
      .boolean()
      .default(false)
      .describe('Whether what is critical is repeated until somebody confirms it.'),
    server: serverAddress.default('https://api.pushover.net').describe('Its address.'),
    ...networkSettings,
  }),
  secrets: ({ token, user }) => [token, user],
  render({ token, user, device, emergency, server }, message) {
    const isUrgent =
      message.severity === 'critical' && ['firing', 'escalated', 'reminder'].includes(message.kind)
    const priority =
      message.severity === 'info' || message.kind === 'resolved' ? -1 : isUrgent ? (emergency ? 2 : 1) : 0
    return {
      url: `${server.replace(/\/+$/, '')}/1/messages.json`,
      body: {
        token,
        user,
        ...(device === undefined ? {} : { device }),
        title: cut(message.title, 250),
        message: textWithin(message, 1_024) || message.title,
        priority,
        ...(priority === 2 ? { retry: 60, expire: 3_600 } : {}),
        ...(message.link === undefined || message.link.length > 512
          ? {}
          : { url: message.link, url_title: 'Show it' }),
      },
    }
  },
  judge(answer) {
    const { status, errors } = jsonOf(answer.body)
    if (answer.status < 300 && status === 1) return { is: 'sent', says: 'it was taken' }
    const verdict = usualVerdict(answer)
    return Array.isArray(errors) ? { ...verdict, says: errors.join('; ') } : verdict
  },
})
