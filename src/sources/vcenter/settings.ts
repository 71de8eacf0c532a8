import { z } from 'zod'
import { httpSettings } from '#sources/http-settings.ts'

/** How to reach one vCenter, or one ESXi host that stands alone. */
export const vcenterSettings = z.strictObject({
  ...httpSettings.shape,
  username: z
    .string()
    .min(1)
    .describe(
      'Who signs in, as vCenter writes it: user@domain or DOMAIN\\user; on an ESXi host the bare user.',
    ),
  password: z.string().min(1).meta({ secret: true }).describe('The password of that user.'),
  seesPart: z
    .boolean()
    .default(false)
    .describe(
      'The login is meant to see a part of the inventory only: what leaves that part counts as gone.',
    ),
  snapshots: z.boolean().default(true).describe('Read snapshots and their sizes.'),
  tags: z.boolean().default(true).describe('Read the tags of machines, hosts, clusters and datastores.'),
  systemMachines: z
    .boolean()
    .default(false)
    .describe('Report the small machines that vSphere makes for its own clusters (vCLS), too.'),
  pageSize: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('Objects asked for at once; it is halved by itself while answers take too long.'),
})
export type VcenterSettings = z.output<typeof vcenterSettings>
