import { z } from 'zod'
import { httpChannel, networkSettings, serverAddress } from '#features/notices/http-channel.ts'
import { cut, type Message, textWithin } from '#features/notices/message.ts'

const typeOf = ({ kind, severity }: Message): string =>
  kind === 'resolved' ? 'success' : { info: 'info', warning: 'warning', critical: 'failure' }[severity]

/** An Apprise API server, which reaches all that has no kind of its own here. */
export const appriseChannel = httpChannel({
  kind: 'apprise',
  title: 'Apprise',
  summary: 'An Apprise API server, which leads to over a hundred other services.',
  groups: true,
  settings: z
    .strictObject({
      server: serverAddress.describe('Its address.'),
      key: z
        .string()
        .regex(/^[\w-]{1,128}$/)
        .optional()
        .meta({ secret: true, expected: 'up to 128 letters, digits, - and _' })
        .describe('The key of a configuration that it keeps.'),
      tag: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Only the services of that configuration that carry this tag.'),
      urls: z
        .string()
        .min(1)
        .max(8_000)
        .optional()
        .meta({ secret: true })
        .describe('Addresses of Apprise, where it keeps no configuration.'),
      username: z.string().min(1).optional().describe('A user, where the server asks for one.'),
      password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
      ...networkSettings,
    })
    .refine(({ key, urls }) => (key === undefined) !== (urls === undefined), {
      path: ['key'],
      message: 'either key or urls is needed',
    }),
  secrets: ({ key, urls, password }) => [key, urls, password].filter((value) => value !== undefined),
  render({ server, key, tag, urls, username, password }, message) {
    const base = `${server.replace(/\/+$/, '')}/notify`
    return {
      url: key === undefined ? `${base}/` : `${base}/${key}`,
      headers:
        username === undefined
          ? {}
          : { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` },
      body: {
        title: cut(message.title, 250),
        body: [
          textWithin(message, 8_000) || message.title,
          ...(message.link === undefined ? [] : [message.link]),
        ].join('\n'),
        type: typeOf(message),
        format: 'text',
        ...(tag === undefined ? {} : { tag }),
        ...(urls === undefined ? {} : { urls }),
      },
    }
  },
  judge({ status }) {
    if (status === 204)
      return { is: 'refused', says: 'it keeps no configuration under this key, or none with this tag' }
    // Some of them were told: telling it again would tell those twice.
    if (status === 424) return { is: 'refused', says: 'at least one of its services was not reached' }
    return undefined
  },
})
