import { z } from 'zod'
import { httpSettings } from '#sources/http-settings.ts'

/** How to reach one cluster. */
export const ontapSettings = z
  .strictObject({
    ...httpSettings.shape,
    url: httpSettings.shape.url.describe(
      'The address of the cluster management interface, such as https://cluster1.example.net.',
    ),
    // Lists of volumes are slow to make on a busy cluster.
    timeoutSeconds: httpSettings.shape.timeoutSeconds.default(120),
    username: z.string().min(1).optional().describe('A user with a read-only REST role.'),
    password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
    luns: z.boolean().default(true).describe('Read LUNs.'),
    qtrees: z.boolean().default(true).describe('Read qtrees, and their size from the quota reports.'),
    pageSize: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(500)
      .describe('How many entries one answer may have.'),
  })
  .refine(({ username, password, tls, replay }) => replay || (username && password) || tls.clientCert)
  .meta({ expected: 'username and password, or tls.clientCert and tls.clientKey' })
export type OntapSettings = z.output<typeof ontapSettings>
