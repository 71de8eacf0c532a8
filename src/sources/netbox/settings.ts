import { z } from 'zod'
import { deviceTypes } from '#model/record.ts'
import { httpSettings } from '#sources/http-settings.ts'

/** How to read one NetBox. */
export const netboxSettings = z
  .strictObject({
    ...httpSettings.shape,
    token: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true })
      .describe('An API token that need not write: nbt_... (version 2), or 40 digits (version 1).'),
    sites: z
      .array(z.string().min(1))
      .default([])
      .describe('Slugs of the sites to read; all of them where it is empty.'),
    roles: z
      .record(z.string(), z.enum(deviceTypes))
      .default({})
      .describe('What kind of device a role stands for, by the slug of the role: { edge: network_device }.'),
    pageSize: z.number().int().min(10).max(1000).default(200).describe('Devices asked for at once.'),
  })
  .refine(({ replay, token }) => replay || token)
  .meta({ expected: 'a token' })
export type NetboxSettings = z.output<typeof netboxSettings>
