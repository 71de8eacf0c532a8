import type { JsonObject } from '#kernel/json.ts'
import type { DeviceType } from '#model/record.ts'

/** What a machine says of itself, from whichever system tells it. */
export interface Machine {
  hostname: string
  /** The installation's own id: 32 hexadecimal digits (machine-id). */
  machineId?: string | undefined
  /** The firmware's id, lower case; absent in a container, whose firmware is its host's. */
  uuid?: string | undefined
  serial?: string | undefined
  vendor?: string | undefined
  model?: string | undefined
  os?: string | undefined
  deviceType: DeviceType
  /** Lasting facts: kernel, cpu, memory, disks, filesystems. */
  facts: JsonObject
  volatile: JsonObject
  warnings: string[]
}

/** What makers leave in fields that they did not fill. */
const placeholders =
  /^(to be filled.*|default string|not (specified|applicable|available|present)|none|unknown|n\/?a|o\.?e\.?m\.?|system (serial number|manufacturer|product name|version)|empty|invalid|0+|x+|1234567890?|0123456789|\.+|-+)$/i

/** A firmware string that says something; undefined for the usual placeholders. */
export const meaningful = (text: string | undefined): string | undefined =>
  text === undefined || placeholders.test(text.trim()) ? undefined : text.trim()

/** Ids that a whole production run of boards carries. */
const sharedUuids = new Set(['03000200-0400-0500-0006-000700080009', '12345678-1234-5678-90ab-cddeefaabbcc'])

/** A firmware UUID that names one machine, lower case; undefined for zeros, ones and known repeated ones. */
export function usableUuid(text: string | undefined): string | undefined {
  const uuid = text?.trim().toLowerCase()
  if (uuid === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) return undefined
  return new Set(uuid.replaceAll('-', '')).size === 1 || sharedUuids.has(uuid) ? undefined : uuid
}
