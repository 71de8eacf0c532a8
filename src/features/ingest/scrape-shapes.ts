import { z } from 'zod'
import { ServerId } from '#features/servers/server-id.ts'
import { tlsTrust } from '#sources/http-settings.ts'

const address = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((text) => !/^https?:\/\/[^/]*@/i.test(text))
  .meta({
    expected: 'an http or https address without user and password in it, such as http://nas:9100/metrics',
  })
const secret = z.string().min(1).max(4_000).meta({ secret: true })

/** Who we are to the page: a token, or a name with a password. */
export const ScrapeAuth = z.union([
  z.strictObject({ token: secret.describe('Sent as a bearer token.') }),
  z.strictObject({ username: z.string().min(1).max(200), password: secret }),
])

/** How a page is reached. */
export const ScrapeAccess = z.strictObject({
  tls: tlsTrust.exactOptional(),
  auth: ScrapeAuth.exactOptional(),
})
export type ScrapeAccess = z.output<typeof ScrapeAccess>

const labelName = z
  .string()
  .max(100)
  .regex(/^[a-zA-Z_][\w.]*$/)

/** What can be said of a page that is read. */
export const scrapeFields = {
  name: z.string().trim().min(1).max(100).describe('What it is called.'),
  url: address.describe('Where the page is, such as http://nas:9100/metrics.'),
  serverId: ServerId.nullable().describe('Whose page it is; without it, it is found by the address.'),
  intervalSeconds: z.number().int().min(1).max(86_400).describe('Seconds between two readings.'),
  timeoutSeconds: z.number().min(0.5).max(120).describe('Seconds to wait for the page.'),
  labels: z.record(labelName, z.string().max(500)).describe('Labels that are added to every series.'),
  tls: tlsTrust.nullable().describe('How the server of the page proves itself; checking is never off.'),
  auth: ScrapeAuth.nullable()
    .meta({ secret: true })
    .describe('Who we are to it: a token, or a name and a password.'),
}

export const Scrape = z.object({
  id: z.number().int(),
  name: z.string(),
  url: z.string(),
  serverId: z.string().nullable(),
  foundServerId: z.string().nullable().describe('Whose page it was the last time.'),
  intervalSeconds: z.number().int(),
  timeoutSeconds: z.number(),
  labels: z.record(z.string(), z.string()),
  tls: z.object({ ca: z.string(), fingerprint: z.string(), clientCert: z.string() }).partial().nullable(),
  auth: z.enum(['token', 'password']).nullable().describe('How we say who we are; the secret is not shown.'),
  paused: z.boolean(),
  outcome: z.enum(['read', 'failed']).nullable(),
  outcomeSince: z.string().nullable(),
  message: z.string().nullable().describe('Why it could not be read, or what of it was not taken.'),
  samples: z.number().int().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number().int(),
})
export type Scrape = z.output<typeof Scrape>
