import { z } from 'zod'
import { httpSettings } from '#sources/http-settings.ts'

/** How to reach one array. */
export const oceanstorSettings = z
  .strictObject({
    ...httpSettings.shape,
    url: httpSettings.shape.url.describe(
      'The address of DeviceManager, such as https://dorado1.example.net:8088.',
    ),
    alternatives: z
      .array(httpSettings.shape.url)
      .default([])
      .describe('Other management addresses of the same array, asked when the first does not answer.'),
    username: z.string().min(1).describe('A user with the role Monitor (read only).'),
    password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
    ldap: z.boolean().default(false).describe('The user is one of the directory, not of the array itself.'),
    filesystems: z.boolean().default(true).describe('Read file systems and quota trees.'),
    vstores: z
      .boolean()
      .default(true)
      .describe('Read what belongs to vStores; off for releases that do not know them.'),
    mappings: z
      .boolean()
      .default(true)
      .describe('Read which hosts LUNs are mapped to: one request for each host.'),
    quotas: z
      .boolean()
      .default(true)
      .describe('Read how full quota trees are: one request for each that has a quota.'),
    snapshots: z.boolean().default(false).describe('Report snapshots of LUNs as volumes too.'),
  })
  .refine(({ password, replay }) => replay || password)
  .meta({ expected: 'username and password' })
export type OceanstorSettings = z.output<typeof oceanstorSettings>
