import { z } from 'zod'
import { httpChannel, networkSettings, serverAddress } from '#features/notices/http-channel.ts'
import { cut, type Message, textWithin } from '#features/notices/message.ts'

/** Its app rings from 8 on, and shows without a sound from 1. */
const priorityOf = ({ kind, severity }: Message): number =>
  kind === 'resolved' ? 4 : { info: 3, warning: 5, critical: 8 }[severity]

export const gotifyChannel = httpChannel({
  kind: 'gotify',
  title: 'Gotify',
  summary: 'An application of a Gotify server.',
  groups: true,
  settings: z.strictObject({
    server: serverAddress.describe('Its address.'),
    token: z.string().min(1).meta({ secret: true }).describe('The token of the application.'),
    ...networkSettings,
  }),
  secrets: ({ token }) => [token],
  render: ({ server, token }, message) => ({
    url: `${server.replace(/\/+$/, '')}/message`,
    headers: { 'x-gotify-key': token },
    body: {
      title: cut(message.title, 250),
      message: textWithin(message, 8_000) || message.title,
      priority: priorityOf(message),
      extras: {
        'client::display': { contentType: 'text/plain' },
        ...(message.link === undefined ? {} : { 'client::notification': { click: { url: message.link } } }),
      },
    },
  }),
})
