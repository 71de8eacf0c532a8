import { nativeKey } from '#features/identity/record-traits.ts'
import type { ReportedRecord } from '#model/record.ts'

/** How the first of these records spells its UUIDs and its serial number, by the keys that identity makes of them. */
export function spellingsOf(records: Iterable<ReportedRecord>): Map<string, string> {
  const spelled = new Map<string, string>()
  for (const record of records) {
    if (record.kind !== 'device') continue
    const serial = record.serial === undefined ? [] : [`serial:${record.serial}`]
    for (const id of [...(record.nativeIds ?? []), ...serial]) {
      const key = nativeKey(id)
      if (key !== undefined && !spelled.has(key)) spelled.set(key, id.slice(id.indexOf(':') + 1))
    }
  }
  return spelled
}
