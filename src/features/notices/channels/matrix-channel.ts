import { z } from 'zod'
import {
  httpChannel,
  jsonOf,
  networkSettings,
  serverAddress,
  usualVerdict,
} from '#features/notices/http-channel.ts'
import { byteLength, cut, inHtml, textWithin } from '#features/notices/message.ts'

export const matrixChannel = httpChannel({
  kind: 'matrix',
  title: 'Matrix',
  summary: 'A room of Matrix that is not encrypted.',
  groups: true,
  settings: z.strictObject({
    server: serverAddress.describe('The address of the homeserver.'),
    roomId: z
      .string()
      .regex(/^![^\s]+$/)
      .max(255)
      .meta({ expected: 'the id of a room, as !abc:example.net' })
      .describe('The room, by its id.'),
    token: z.string().min(1).meta({ secret: true }).describe('An access token of a user who is in the room.'),
    ...networkSettings,
  }),
  secrets: ({ token }) => [token],
  render({ server, roomId, token }, message) {
    const title = cut(message.title, 500)
    // An event takes 64 KiB in all, and the text is in it twice.
    const text = textWithin(message, 12_000, byteLength)
    const link = message.link === undefined ? '' : message.link
    const plain = [title, text, link].filter((line) => line !== '').join('\n')
    const html = [
      `<strong>${inHtml(title)}</strong>`,
      ...(text === '' ? [] : [inHtml(text).replaceAll('\n', '<br>')]),
      ...(link === '' ? [] : [`<a href="${inHtml(link)}">Show it</a>`]),
    ].join('<br>')
    return {
      // The same transaction id twice is one message.
      method: 'PUT',
      url: `${server.replace(/\/+$/, '')}/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${message.id}`,
      headers: { authorization: `Bearer ${token}` },
      body: { msgtype: 'm.text', body: plain, format: 'org.matrix.custom.html', formatted_body: html },
    }
  },
  judge(answer) {
    const { errcode, error } = jsonOf(answer.body)
    if (answer.status < 300) return { is: 'sent', says: 'it was posted' }
    const verdict = usualVerdict(answer)
    return typeof errcode === 'string' ? { ...verdict, says: `${errcode}: ${String(error ?? '')}` } : verdict
  },
})
