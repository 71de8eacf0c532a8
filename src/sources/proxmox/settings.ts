import { z } from 'zod'
import { httpSettings } from '#sources/http-settings.ts'

const tokenText = /^[^@\s!=]+@[^@\s!=]+![^@\s!=]+=[0-9a-f-]{36}$/i

/** How to reach one cluster, or one node that stands alone. */
export const proxmoxSettings = z
  .strictObject({
    ...httpSettings.shape,
    /** Other nodes of the same cluster, asked when the first does not answer. */
    alternatives: z.array(httpSettings.shape.url).default([]),
    /** An API token: `user@realm!name=secret`. */
    token: z.string().regex(tokenText).optional().meta({
      secret: true,
      expected: 'a token such as rollcall@pve!inventory=xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
    }),
    /** Instead of a token: a user with its realm, `rollcall@pve`. */
    username: z
      .string()
      .regex(/^.+@.+$/)
      .optional()
      .meta({ expected: 'a user with its realm, such as rollcall@pve' }),
    password: z.string().min(1).optional().meta({ secret: true }),
    /** Ask the guest agents for addresses and operating systems. */
    guestAgent: z.boolean().default(true),
    snapshots: z.boolean().default(true),
    /** Report storages as volumes. */
    storage: z.boolean().default(true),
    /** Requests at the same time. */
    parallel: z.number().int().min(1).max(32).default(4),
  })
  .refine(({ token, username, password, replay }) => replay || token || (username && password))
  .meta({ expected: 'a token, or username and password' })
export type ProxmoxSettings = z.output<typeof proxmoxSettings>
