import { hash } from 'node:crypto'
import { traitsOf } from '#features/identity/record-traits.ts'
import type { RecordTraits } from '#features/identity/record-traits.ts'
import { cleanRecord } from '#features/sync/clean-record.ts'
import { parseTimestamp } from '#kernel/clock.ts'
import { canonicalJson } from '#kernel/json.ts'
import type { ReportedRecord } from '#model/record.ts'

/** A reported record taken apart: what lasts, what changes at every reading, and what it can be known by. */
export interface RecordContent {
  record: ReportedRecord
  /** Canonical JSON of the lasting part. */
  normalized: string
  /** SHA-256 of it. */
  hash: string
  volatile: string | null
  /** What it can be known by; undefined for a volume. Worked out when asked for: what is unchanged is not asked. */
  readonly traits: RecordTraits | undefined
  /** Keys that decide identity (`uuid:...`, `mac:...`) and such that only find the record again (`nic:...`). */
  readonly keys: readonly string[]
}

export function contentOf(reported: ReportedRecord): RecordContent {
  const record = cleanRecord(reported)
  // The time a source itself saw something changes at every reading, like any volatile fact.
  const normalized = canonicalJson({
    ...record,
    volatile: undefined,
    seenAt: undefined,
    unread: undefined,
  })
  let traits: RecordTraits | undefined | null = null
  return {
    record,
    normalized,
    hash: hash('sha256', normalized),
    volatile: volatileText(record),
    get traits() {
      if (traits === null) traits = traitsOf(record)
      return traits
    },
    get keys() {
      return this.traits?.keys ?? []
    },
  }
}

/** `seenAt` beside the volatile facts of a sighting is always a time of ours, never a fact of that name. */
function volatileText(record: ReportedRecord): string | null {
  if (record.kind !== 'sighting')
    return record.volatile === undefined ? null : JSON.stringify(record.volatile)
  if (record.volatile === undefined && record.seenAt === undefined) return null
  const { seenAt: _, ...facts } = record.volatile ?? {}
  const seenAt = record.seenAt === undefined ? undefined : parseTimestamp(record.seenAt)
  return JSON.stringify({ ...facts, ...(seenAt === undefined ? {} : { seenAt }) })
}
