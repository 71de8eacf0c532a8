import { hash } from 'node:crypto'
import { withFittingNumbers } from '#features/sync/clean-numbers.ts'
import type { ReportedRecord } from '#model/record.ts'

/**
 * A record that both engines can keep: they refuse U+0000 and lone surrogates in JSON, and PostgreSQL refuses long texts
 * in an index; sources do send them. The record itself when there is nothing to mend, as nearly always.
 */
export function cleanRecord(reported: ReportedRecord): ReportedRecord {
  const record = withFittingNumbers(cleanValue(reported))
  return isShort(record) ? record : shortened(record)
}

/** A value without what neither engine keeps in JSON: itself when there is nothing to mend. */
export const cleanValue = <T>(value: T): T => (isClean(value) ? value : clean(value))

const isCleanText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

function isClean(value: unknown): boolean {
  if (typeof value === 'string') return isCleanText(value)
  if (value === null || typeof value !== 'object') return value !== undefined
  if (Array.isArray(value)) return value.every(isClean)
  for (const key in value) {
    if (!isCleanText(key) || !isClean((value as Record<string, unknown>)[key])) return false
  }
  return true
}

function clean<T>(value: T): T {
  if (typeof value === 'string')
    return (isCleanText(value) ? value : value.toWellFormed().replaceAll('\0', '')) as T
  if (Array.isArray(value)) return value.map((item) => clean(item)) as T
  if (value === null || typeof value !== 'object') return value
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) copy[clean(key)] = clean(item)
  }
  return copy as T
}

/** Indexes of PostgreSQL take some 2,700 bytes; nobody reads names and ids that are longer than this. */
const textLimit = 500

function isShort(record: ReportedRecord): boolean {
  if (record.sourceId.length > textLimit) return false
  if (record.kind === 'sighting') return true
  if (record.name.length > textLimit) return false
  if (record.kind === 'volume') return true
  return (
    (record.serial?.length ?? 0) <= textLimit &&
    (record.nativeIds ?? []).every((id) => id.length <= textLimit)
  )
}

const cutName = (text: string): string =>
  text.length <= textLimit ? text : text.slice(0, textLimit).toWellFormed()

/** Ids that are cut stay apart by a hash of the whole. */
export const cutId = (text: string): string =>
  text.length <= textLimit ? text : `${text.slice(0, 400).toWellFormed()}~${hash('sha256', text)}`

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
