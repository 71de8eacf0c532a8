import { z } from 'zod'
import { httpChannel, networkSettings, secretAddress } from '#features/notices/http-channel.ts'
import { cut, textWithin } from '#features/notices/message.ts'

/** Slack's own escaping: these three and no others. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Incoming webhooks of Slack, and of what speaks like it (Mattermost, Rocket.Chat). */
export const slackChannel = httpChannel({
  kind: 'slack',
  title: 'Slack',
  summary: 'A channel of Slack, or of what takes its webhooks (Mattermost, Rocket.Chat).',
  groups: true,
  settings: z.strictObject({
    url: secretAddress.describe('The address of the incoming webhook; whoever has it may post.'),
    ...networkSettings,
  }),
  render({ url }, message) {
    // A header takes 150 characters, a section 3,000 after escaping.
    const text = cut(escaped(textWithin(message, 2_500)), 3_000)
    const section = (content: string) => ({ type: 'section', text: { type: 'mrkdwn', text: content } })
    return {
      url,
      body: {
        text: cut(escaped(message.title), 3_000),
        unfurl_links: false,
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: cut(message.title, 150), emoji: false } },
          ...(text === '' ? [] : [section(text)]),
          ...(message.link === undefined
            ? []
            : [section(`<${escaped(encodeURI(decoded(message.link)))}|Show it>`)]),
        ],
      },
    }
  },
})

const decoded = (link: string): string => {
  try {
    return decodeURI(link)
  } catch {
    return link
  }
}
