import { z } from 'zod'
import { httpChannel, networkSettings, secretAddress } from '#features/notices/http-channel.ts'
import { cut, type Message, textWithin } from '#features/notices/message.ts'

const colours = { critical: 0xdc2626, warning: 0xd97706, info: 0x2563eb, resolved: 0x16a34a }
const colourOf = ({ kind, severity }: Message): number => colours[kind === 'resolved' ? 'resolved' : severity]

export const discordChannel = httpChannel({
  kind: 'discord',
  title: 'Discord',
  summary: 'A channel of Discord, through a webhook.',
  groups: true,
  settings: z.strictObject({
    url: secretAddress.describe('The address of the webhook; whoever has it may post.'),
    username: z.string().min(1).max(80).optional().describe('The name that it is told under.'),
    ...networkSettings,
  }),
  render({ url, username }, message) {
    const to = new URL(url)
    // Waits until it is really there, and says what was wrong with it.
    to.searchParams.set('wait', 'true')
    return {
      url: to.href,
      body: {
        ...(username === undefined ? {} : { username }),
        // Nothing in a text may call somebody.
        allowed_mentions: { parse: [] },
        // A title takes 256 characters, a description 4,096, all embeds together 6,000.
        embeds: [
          {
            title: cut(message.title, 256),
            ...(message.parts.length === 0 ? {} : { description: textWithin(message, 4_096) }),
            ...(message.link === undefined ? {} : { url: message.link }),
            color: colourOf(message),
            timestamp: message.at,
          },
        ],
      },
    }
  },
})
