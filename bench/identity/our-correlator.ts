import { correlate } from '#features/identity/correlate.ts'
import type { IdentityRecord } from '#features/identity/identity-record.ts'
import { traitsOf } from '#features/identity/record-traits.ts'
import { cleanRecord } from '#features/sync/clean-record.ts'
import type { EstateRecord } from './estate.ts'
import type { Outcome } from './score.ts'

/** The rules of this project, as a batch of all records would meet them in an empty database. */
export function ourCorrelator(records: readonly EstateRecord[]): Outcome {
  const { machines, unplaced, undecided } = correlate(toIdentityRecords(records))
  const ref = ({ id }: { id: number }): string => records[id - 1]!.ref
  return {
    clusters: [...machines.map((machine) => machine.map(ref)), ...unplaced.map((each) => [ref(each)])],
    review: undecided.map(({ left, right }) => [ref(left), ref(right)]),
  }
}

/** Their ids count from 1 in the order given. */
export const toIdentityRecords = (records: readonly EstateRecord[]): IdentityRecord[] =>
  records.map(({ source, record, isHeld }, index) => ({
    ...traitsOf(cleanRecord(record))!,
    id: index + 1,
    source: `${source.system}/${source.name}`,
    sourceId: record.sourceId,
    isHeld,
    former: [],
    device: undefined,
  }))
