import { correlate } from '#features/identity/correlate.ts'
import type { Decision } from '#features/identity/correlate.ts'
import type { IdentityRecord } from '#features/identity/identity-record.ts'
import { traitsOf } from '#features/identity/record-traits.ts'
import type { ReportedDevice, ReportedSighting } from '#model/record.ts'

let ids = 0

/** Where a record stands with its source. */
interface Place {
  isHeld?: boolean
  former?: string[]
}

const put = (
  source: string,
  record: ReportedDevice | ReportedSighting,
  place: Place = {},
): IdentityRecord => ({
  ...traitsOf(record)!,
  id: (ids += 1),
  source,
  sourceId: record.sourceId,
  isHeld: place.isHeld ?? true,
  former: place.former ?? [],
  device: undefined,
})

/** What a source tells of a machine, as identity sees it. */
export const device = (
  source: string,
  sourceId: string,
  told: Partial<ReportedDevice> = {},
  place: Place = {},
): IdentityRecord => put(source, { kind: 'device', sourceId, name: '', deviceType: 'server', ...told }, place)

/** What was seen on the network, with a card or without. */
export const seen = (
  source: string,
  mac: string | undefined,
  told: Partial<ReportedSighting> = {},
): IdentityRecord =>
  put(source, {
    kind: 'sighting',
    sourceId: mac ?? `ip:${told.addresses?.[0]}`,
    mac,
    addresses: [],
    ...told,
  })

/** Who is together with whom, in words that do not depend on any order. */
export const groups = (records: readonly IdentityRecord[], decisions: readonly Decision[] = []): string[] =>
  correlate(records, decisions)
    .machines.map((machine) =>
      machine
        .map((each) => `${each.source}:${each.sourceId}`)
        .toSorted()
        .join(' '),
    )
    .toSorted()

/** Whether all are one machine. */
export const areOne = (...records: IdentityRecord[]): boolean => groups(records).length === 1
