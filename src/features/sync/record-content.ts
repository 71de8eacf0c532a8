import { createHash } from 'node:crypto'
import { parseTimestamp } from '#kernel/clock.ts'
import { canonicalJson } from '#kernel/json.ts'
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
  const record = shortened(clean(reported))
  const { volatile: _, ...rest } = record
  // The time a source itself saw something changes at every reading, like any volatile fact.
  const lasting = 'seenAt' in rest ? { ...rest, seenAt: undefined } : rest
  const normalized = canonicalJson(lasting)
  return {
    record,
    normalized,
    hash: createHash('sha256').update(normalized).digest('hex'),
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

/** Every MAC that the record says belongs to the machine. */
export function macsOf(record: ReportedRecord): Mac[] {
  if (record.kind === 'sighting') return record.mac ? [record.mac] : []
  if (record.kind === 'volume') return []
  return [...new Set((record.interfaces ?? []).flatMap((each) => (each.mac ? [each.mac] : [])))]
}

/** Indexes of PostgreSQL take some 2,700 bytes; nobody reads names and ids that are longer than this. */
const textLimit = 500

/** A text that is too long to be indexed, cut; ids stay apart by a hash of the whole. */
const cutName = (text: string): string =>
  text.length <= textLimit ? text : text.slice(0, textLimit).toWellFormed()
const cutId = (text: string): string =>
  text.length <= textLimit
    ? text
    : `${text.slice(0, 400).toWellFormed()}~${createHash('sha256').update(text).digest('hex')}`

function shortened(record: ReportedRecord): ReportedRecord {
  const sourceId = cutId(record.sourceId)
  if (record.kind === 'sighting') return { ...record, sourceId }
  if (record.kind === 'volume') return { ...record, sourceId, name: cutName(record.name) }
  const { name, serial, nativeIds } = record
  return {
    ...record,
    sourceId,
    name: cutName(name),
    ...(serial === undefined ? {} : { serial: cutName(serial) }),
    ...(nativeIds === undefined ? {} : { nativeIds: nativeIds.map(cutId) }),
  }
}

function keysOf(record: ReportedRecord): string[] {
  const macs = macsOf(record).map((mac) => `${isIdentifyingMac(mac) ? 'mac' : 'nic'}:${mac}`)
  const natives = record.kind === 'device' ? (record.nativeIds ?? []).map((id) => id.toLowerCase()) : []
  return [...new Set([...natives, ...macs])]
}

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
