import { z } from 'zod'
import { factSettings } from '#sources/facter-settings.ts'
import { httpSettings } from '#sources/http-settings.ts'

/** How to reach one PuppetDB, and what to take of it. */
export const puppetdbSettings = z.strictObject({
  ...httpSettings.shape,
  token: z
    .string()
    .min(1)
    .optional()
    .meta({ secret: true })
    .describe('An access token of Puppet Enterprise; without it the certificate in tls decides.'),
  inactive: z
    .boolean()
    .default(true)
    .describe('Report nodes that were deactivated or went silent, as inactive machines.'),
  ...factSettings.shape,
  nodesPerRequest: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(100)
    .describe('Nodes whose facts are asked for at a time.'),
})
export type PuppetdbSettings = z.output<typeof puppetdbSettings>
