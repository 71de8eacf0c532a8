import { createHash } from 'node:crypto'
import { canonicalJson } from '#kernel/json.ts'
import type { JsonObject } from '#kernel/json.ts'
import { isIdentifyingMac } from '#model/mac.ts'
import type { Mac } from '#model/mac.ts'
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
  const record = clean(reported)
  const { volatile, ...rest } = record
  // The time a source itself saw something changes at every reading, like any volatile fact.
  const lasting = 'seenAt' in rest ? { ...rest, seenAt: undefined } : rest
  const normalized = canonicalJson(lasting)
  return {
    record,
    normalized,
    hash: createHash('sha256').update(normalized).digest('hex'),
    volatile: volatileText(volatile, 'seenAt' in record ? record.seenAt : undefined),
    keys: keysOf(record),
  }
}

function volatileText(volatile: JsonObject | undefined, seenAt: string | undefined): string | null {
  if (volatile === undefined && seenAt === undefined) return null
  return JSON.stringify({ ...volatile, ...(seenAt === undefined ? {} : { seenAt }) })
}

/** Every MAC that the record says belongs to the machine. */
export function macsOf(record: ReportedRecord): Mac[] {
  if (record.kind === 'sighting') return record.mac ? [record.mac] : []
  if (record.kind === 'volume') return []
  return [...new Set((record.interfaces ?? []).flatMap((each) => (each.mac ? [each.mac] : [])))]
}

function keysOf(record: ReportedRecord): string[] {
  const macs = macsOf(record).map((mac) => `${isIdentifyingMac(mac) ? 'mac' : 'nic'}:${mac}`)
  const natives = record.kind === 'device' ? (record.nativeIds ?? []).map((id) => id.toLowerCase()) : []
  return [...new Set([...natives, ...macs])]
}

/** Keys that may join two records into one device. */
export const identifyingKeys = (keys: readonly string[]): string[] =>
  keys.filter((key) => !key.startsWith('nic:'))

const isClean = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** Neither engine keeps U+0000 and lone surrogates in JSON; sources do send them. */
function clean<T>(value: T): T {
  if (typeof value === 'string')
    return (isClean(value) ? value : value.toWellFormed().replaceAll('\0', '')) as T
  if (Array.isArray(value)) return value.map((item) => clean(item)) as T
  if (value === null || typeof value !== 'object') return value
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) copy[clean(key)] = clean(item)
  }
  return copy as T
}
