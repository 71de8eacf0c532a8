import { z } from 'zod'

/** How people name a device. */
export const DeviceKey = z.string().trim().min(1).max(300).describe('Id, name, address or MAC address.')
