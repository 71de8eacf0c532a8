import { z } from 'zod'
import { httpSettings } from '#sources/http-settings.ts'

const tokenText = /^[^@\s!=]+@[^@\s!=]+![^@\s!=]+=[0-9a-f-]{36}$/i

/** How to reach one cluster, or one node that stands alone. */
export const proxmoxSettings = z
  .strictObject({
    ...httpSettings.shape,
    alternatives: z
      .array(httpSettings.shape.url)
      .default([])
      .describe('Other nodes of the same cluster, asked when the first does not answer.'),
    token: z
      .string()
      .regex(tokenText)
      .optional()
      .meta({
        secret: true,
        expected: 'a token such as rollcall@pve!inventory=xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
      })
      .describe('An API token: user@realm!name=secret.'),
    username: z
      .string()
      .regex(/^.+@.+$/)
      .optional()
      .meta({ expected: 'a user with its realm, such as rollcall@pve' })
      .describe('Instead of a token: a user with its realm.'),
    password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
    guestAgent: z
      .boolean()
      .default(true)
      .describe('Ask the guest agents for addresses and operating systems.'),
    snapshots: z.boolean().default(true).describe('Read the snapshots of guests.'),
    storage: z.boolean().default(true).describe('Report storages as volumes.'),
    parallel: z.number().int().min(1).max(32).default(4).describe('Requests at the same time.'),
  })
  .refine(({ token, username, password, replay }) => replay || token || (username && password))
  .meta({ expected: 'a token, or username and password' })
export type ProxmoxSettings = z.output<typeof proxmoxSettings>
