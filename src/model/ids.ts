import { z } from 'zod'

/** Integer keys that say what they name, so that mixing them does not compile. */
export const DeviceId = z.number().int().positive().brand<'device'>()
export type DeviceId = z.infer<typeof DeviceId>
export const RecordId = z.number().int().positive().brand<'record'>()
export type RecordId = z.infer<typeof RecordId>
export const RunId = z.number().int().positive().brand<'run'>()
export type RunId = z.infer<typeof RunId>
export const HostId = z.number().int().positive().brand<'host'>()
export type HostId = z.infer<typeof HostId>
export const JobId = z.number().int().positive().brand<'job'>()
export type JobId = z.infer<typeof JobId>
export const UserId = z.string().min(1).brand<'user'>()
export type UserId = z.infer<typeof UserId>
