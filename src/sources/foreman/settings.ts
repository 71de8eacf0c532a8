import { z } from 'zod'
import { factSettings } from '#sources/facter-settings.ts'
import { httpSettings } from '#sources/http-settings.ts'

const id = z.number().int().positive().optional()

/** How to reach one Foreman, and what to take of it. */
export const foremanSettings = z
  .strictObject({
    ...httpSettings.shape,
    username: z.string().min(1).optional().describe('The login of a user.'),
    password: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true })
      .describe('A personal access token of that user, or the password.'),
    organizationId: id.describe('Only hosts of this organization, by its number.'),
    locationId: id.describe('Only hosts of this location, by its number.'),
    search: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('Only hosts that this search finds, in Foreman’s own words.'),
    interfaces: z
      .boolean()
      .default(true)
      .describe('Read the interfaces of every host, which costs a request each.'),
    ...factSettings.shape,
    activeHours: z
      .number()
      .positive()
      .max(8760)
      .default(24)
      .describe('A host that reported within so many hours is active; of others nothing is known.'),
    hostsPerPage: z.number().int().min(1).max(1000).default(250).describe('Hosts asked for at a time.'),
    parallel: z.number().int().min(1).max(8).default(2).describe('Requests at the same time.'),
  })
  .refine(({ username, password, replay }) => replay || (username && password))
  .meta({ expected: 'username and password' })
export type ForemanSettings = z.output<typeof foremanSettings>
