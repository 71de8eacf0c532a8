import { hash } from 'node:crypto'
import { cleanRecord } from '#features/sync/clean-record.ts'
import { parseTimestamp } from '#kernel/clock.ts'
import { canonicalJson } from '#kernel/json.ts'
import { isIdentifyingMac } from '#model/mac.ts'
import type { ReportedRecord } from '#model/record.ts'

/** A reported record taken apart: what lasts, what changes at every reading, and what it can be known by. */
export interface RecordContent {
  record: ReportedRecord
  /** Canonical JSON of the lasting part. */
  normalized: string
  /** SHA-256 of it. */
  hash: string
  volatile: string | null
  /** Keys that decide identity (`uuid:...`, `mac:...`) and such that only find the record again (`nic:...`). */
  keys: string[]
}

export function contentOf(reported: ReportedRecord): RecordContent {
  const record = cleanRecord(reported)
  // The time a source itself saw something changes at every reading, like any volatile fact.
  const normalized = canonicalJson({
    ...record,
    volatile: undefined,
    seenAt: undefined,
    hidesRelationships: undefined,
  })
  return {
    record,
    normalized,
    hash: hash('sha256', normalized),
    volatile: volatileText(record),
    keys: keysOf(record),
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

function keysOf(record: ReportedRecord): string[] {
  if (record.kind === 'volume') return []
  const keys = new Set<string>()
  if (record.kind === 'sighting') {
    if (record.mac) keys.add(macKey(record.mac))
    return [...keys]
  }
  for (const id of record.nativeIds ?? []) if (isTelling(id)) keys.add(id.toLowerCase())
  for (const { mac } of record.interfaces ?? []) if (mac) keys.add(macKey(mac))
  return [...keys]
}

const macKey = (mac: string): string => `${isIdentifyingMac(mac) ? 'mac' : 'nic'}:${mac}`

/** Firmware that was never given an id tells zeros or ones, and so does that of other machines. */
const isTelling = (id: string): boolean => !/^[^:]*:?[0\-\s]*$|^[^:]*:[f\-\s]*$/i.test(id)
