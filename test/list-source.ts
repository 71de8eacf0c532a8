import type { ConfiguredOpenSource } from '#features/sync/run-source.ts'
import type { ReportedRecord, ReportedSighting } from '#model/record.ts'

/** A source that reports these records and nothing else, completely; `systems` of leases and scans prove no absence. */
export const listSource = (
  system: string,
  name: string,
  records: readonly ReportedRecord[],
): ConfiguredOpenSource => ({
  system,
  name,
  provesAbsence: !['dhcp', 'scan', 'local'].includes(system),
  source: {
    test: async () => ({ message: 'It is a list', warnings: [] }),
    async *read() {
      for (let from = 0; from < records.length; from += 1_000)
        yield { records: records.slice(from, from + 1_000) }
      return { complete: true }
    },
  },
})

/** A MAC seen with these addresses. */
export const sighting = (
  mac: string,
  addresses: string[],
  rest: Partial<ReportedSighting> = {},
): ReportedSighting => ({ kind: 'sighting', sourceId: mac, mac, addresses, ...rest })
