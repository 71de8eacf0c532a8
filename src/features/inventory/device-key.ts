import { z } from 'zod'

/** How people name a device; programs may give the id as the number that it is. */
export const DeviceKey = z
  .union([z.string().trim().min(1).max(300), z.number().int().positive().transform(String)])
  .describe('Id, name, address or MAC address.')
