import { z } from 'zod'
import {
  httpChannel,
  jsonOf,
  networkSettings,
  serverAddress,
  usualVerdict,
} from '#features/notices/http-channel.ts'
import { cut, textWithin } from '#features/notices/message.ts'

/** Events v2: an alert is one incident there, which a resolved one ends. */
export const pagerdutyChannel = httpChannel({
  kind: 'pagerduty',
  title: 'PagerDuty',
  summary: 'A service of PagerDuty: an incident for each alert, ended when it is resolved.',
  groups: false,
  settings: z.strictObject({
    routingKey: z
      .string()
      .min(1)
      .meta({ secret: true })
      .describe('The integration key of the service (Events API v2).'),
    server: serverAddress.default('https://events.pagerduty.com').describe('Its address.'),
    ...networkSettings,
  }),
  secrets: ({ routingKey }) => [routingKey],
  render({ routingKey, server }, message) {
    const [notice] = message.notices
    const key =
      notice?.alertId === undefined ? (notice?.key ?? message.id) : `rollcall-alert-${notice.alertId}`
    return {
      url: `${server.replace(/\/+$/, '')}/v2/enqueue`,
      body: {
        routing_key: routingKey,
        event_action: message.kind === 'resolved' ? 'resolve' : 'trigger',
        dedup_key: cut(key, 255),
        client: 'Rollcall',
        ...(message.link === undefined ? {} : { client_url: message.link }),
        payload: {
          summary: cut(message.title, 1_024),
          source: notice?.labels['server'] ?? notice?.labels['name'] ?? 'rollcall',
          severity: message.severity,
          timestamp: message.at,
          custom_details: { text: textWithin(message, 8_000), labels: notice?.labels ?? {} },
        },
      },
    }
  },
  judge(answer) {
    const { errors, message } = jsonOf(answer.body)
    if (answer.status < 300) return { is: 'sent', says: 'it was taken' }
    const verdict = usualVerdict(answer)
    const said = [message, ...(Array.isArray(errors) ? errors : [])].filter(
      (each) => typeof each === 'string',
    )
    return said.length === 0 ? verdict : { ...verdict, says: said.join('; ') }
  },
})
