import { z } from 'zod'
import { httpSettings } from '#sources/http-settings.ts'

/** How to reach one router or switch. */
export const mikrotikSettings = z
  .strictObject({
    ...httpSettings.shape,
    url: z
      .url({ protocol: /^(https?|api|api-ssl)$/ })
      .refine((text) => !/^[a-z-]+:\/\/[^/]*@/i.test(text))
      .meta({ expected: 'https://router, or api-ssl://router for the binary API, without user and password' })
      .describe('Its address: https:// for REST (RouterOS 7), api-ssl:// for the older API (6 and 7).'),
    username: z.string().min(1).optional().describe('A user whose group may read.'),
    password: z.string().optional().meta({ secret: true }).describe('Its password.'),
    uplinkAddresses: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(32)
      .describe(
        'A port with more addresses than this leads to a switch, unless its neighbour explains them.',
      ),
  })
  .refine(
    ({ replay, username, password }) =>
      replay !== undefined || (username !== undefined && password !== undefined),
  )
  .meta({ expected: 'username and password' })
export type MikrotikSettings = z.output<typeof mikrotikSettings>

/** Where the binary API listens, and whether it is encrypted; undefined for REST. */
export function apiPlace({ url }: Pick<MikrotikSettings, 'url'>) {
  const { protocol, hostname, port } = new URL(url)
  if (protocol !== 'api:' && protocol !== 'api-ssl:') return undefined
  const isTls = protocol === 'api-ssl:'
  return {
    isTls,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isTls ? 8729 : 8728) : Number(port),
  }
}
export type ApiPlace = NonNullable<ReturnType<typeof apiPlace>>
