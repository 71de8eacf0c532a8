import { z } from 'zod'
import { httpSettings } from '#sources/http-settings.ts'

/** How to ask for the devices of one tailnet. */
export const tailscaleSettings = z
  .strictObject({
    ...httpSettings.shape,
    url: httpSettings.shape.url
      .default('https://api.tailscale.com')
      .describe('The address of the API; that of another control server where it speaks the same.'),
    tailnet: z
      .string()
      .regex(/^[^\s/]+$/)
      .default('-')
      .meta({ expected: 'the name of a tailnet, or - for that of the login' })
      .describe('The tailnet; - is that of the login.'),
    clientId: z
      .string()
      .min(1)
      .optional()
      .describe('The id of an OAuth client with the scope devices:core:read.'),
    clientSecret: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true })
      .describe('The secret of that OAuth client; it does not expire.'),
    token: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true })
      .describe('Instead of an OAuth client: an API access token, which ends after 90 days at the latest.'),
  })
  .refine(({ replay, token, clientId, clientSecret }) => replay || token || (clientId && clientSecret))
  .meta({ expected: 'clientId and clientSecret, or a token' })
export type TailscaleSettings = z.output<typeof tailscaleSettings>
