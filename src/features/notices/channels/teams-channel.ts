import { z } from 'zod'
import { httpChannel, networkSettings, secretAddress } from '#features/notices/http-channel.ts'
import { byteLength, cut, type Message, textWithin } from '#features/notices/message.ts'

const colourOf = ({ kind, severity }: Message): string =>
  kind === 'resolved' ? 'good' : { info: 'accent', warning: 'warning', critical: 'attention' }[severity]

/** Markdown's signs as text: a name such as `web_01_new` is not slanted. */
const plain = (text: string): string => text.replaceAll(/([\\*_[\]`#])/g, '\\$1')

/** A workflow "when a Teams webhook request is received": a card in an attachment. */
export const teamsChannel = httpChannel({
  kind: 'teams',
  title: 'Microsoft Teams',
  summary: 'A channel or chat of Microsoft Teams, through a workflow that takes webhook requests.',
  groups: true,
  settings: z.strictObject({
    url: secretAddress.describe('The address of the workflow; whoever has it may post.'),
    ...networkSettings,
  }),
  render({ url }, message) {
    // A message takes 28 KB in all; a line end takes two of these in JSON, and so may other signs.
    const text = textWithin(message, 10_000, byteLength)
    const block = (content: string, more: object) => ({
      type: 'TextBlock',
      text: content,
      wrap: true,
      ...more,
    })
    const card = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      msteams: { width: 'Full' },
      body: [
        block(plain(cut(message.title, 500)), { weight: 'Bolder', size: 'Medium', color: colourOf(message) }),
        ...(text === '' ? [] : [block(plain(text).replaceAll('\n', '\n\n'), {})]),
      ],
      ...(message.link === undefined
        ? {}
        : { actions: [{ type: 'Action.OpenUrl', title: 'Show it', url: message.link }] }),
    }
    return {
      url,
      body: {
        type: 'message',
        attachments: [
          { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
        ],
      },
    }
  },
})
