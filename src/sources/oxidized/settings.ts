import { z } from 'zod'
import { httpSettings } from '#sources/http-settings.ts'

/** How to reach one Oxidized, and its repository where it lies on this machine. */
export const oxidizedSettings = z
  .strictObject({
    ...httpSettings.shape,
    username: z
      .string()
      .min(1)
      .optional()
      .describe('A user of the proxy before it: Oxidized itself has none.'),
    password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
    configs: z.boolean().default(true).describe('Keep the configurations, and read interfaces from them.'),
    repository: z
      .string()
      .min(1)
      .optional()
      .meta({ path: true })
      .describe('Its bare Git repository on this machine: the whole history is taken from it.'),
    parallel: z
      .number()
      .int()
      .min(1)
      .max(4)
      .default(2)
      .describe('Configurations fetched at the same time; Oxidized answers one after the other.'),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined))
  .meta({ expected: 'username and password, or neither' })
export type OxidizedSettings = z.output<typeof oxidizedSettings>
