import { z } from 'zod'
import { httpChannel, networkSettings, serverAddress } from '#features/notices/http-channel.ts'
import { byteLength, cut, type Message, textWithin } from '#features/notices/message.ts'

/** 1 is the least and 5 the most urgent. */
const priorityOf = ({ kind, severity }: Message): number =>
  kind === 'resolved' || severity === 'info' ? 3 : severity === 'warning' ? 4 : 5

const tagOf = ({ kind, severity }: Message): string =>
  kind === 'resolved'
    ? 'white_check_mark'
    : { info: 'information_source', warning: 'warning', critical: 'rotating_light' }[severity]

export const ntfyChannel = httpChannel({
  kind: 'ntfy',
  title: 'ntfy',
  summary: 'A topic of ntfy, on ntfy.sh or a server of one’s own.',
  groups: true,
  settings: z.strictObject({
    server: serverAddress.default('https://ntfy.sh').describe('Its address.'),
    topic: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .meta({ secret: true, expected: 'up to 64 letters, digits, - and _' })
      .describe('The topic; on an open server whoever knows it may read it.'),
    token: z.string().min(1).optional().meta({ secret: true }).describe('An access token.'),
    username: z.string().min(1).optional().describe('A user, where there is no token.'),
    password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
    ...networkSettings,
  }),
  secrets: ({ topic, token, password }) => [
    topic,
    ...(token === undefined ? [] : [token]),
    ...(password === undefined ? [] : [password]),
  ],
  // As JSON, so that no text has to be put into a header.
  render({ server, topic, token, username, password }, message) {
    return {
      url: `${server.replace(/\/+$/, '')}/`,
      headers: authorization(token, username, password),
      body: {
        topic,
        title: cut(message.title, 250),
        // A longer one would become a file.
        message: textWithin(message, 4_000, byteLength) || message.title,
        priority: priorityOf(message),
        tags: [tagOf(message)],
        ...(message.link === undefined ? {} : { click: message.link }),
      },
    }
  },
})

function authorization(
  token: string | undefined,
  username: string | undefined,
  password: string | undefined,
): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` }
  if (username === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}
