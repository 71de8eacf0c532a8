import { randomUUID } from 'node:crypto'
import type { AuditEntry } from '#features/context.ts'
import { checkHead, signerOf, signHead } from '#features/audit/chain-head.ts'
import type { ChainHead } from '#features/audit/chain-head.ts'
import { claimPlaces, insertLines, moveHead } from '#features/audit/chain-queries.ts'
import { lineHash } from '#features/audit/line-hash.ts'
import type { AuditLine } from '#features/audit/line-hash.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { JsonObject } from '#kernel/json.ts'

/** Longer messages and details are cut: a line tells of a thing, it does not hold it. In UTF-16 code units. */
const longest = { message: 4_000, details: 32_000, name: 1_000 }

/**
 * Appends lines to the trail's chain, in a transaction of their own or as part of the given one. There it comes last:
 * until the commit nobody else can append. Lines are hashed as they are stored: NUL and lone surrogates, which
 * PostgreSQL and UTF-8 cannot keep, become U+FFFD before.
 */
export async function appendAudit(db: Database, clock: Clock, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  if (db.isTransaction) await append(db as Transaction, clock, entries)
  else await db.transaction().execute((transaction) => append(transaction, clock, entries))
}

/** The same, and gives the new end of the chain. */
export async function append(
  transaction: Transaction,
  clock: Clock,
  entries: readonly AuditEntry[],
): Promise<ChainHead> {
  const lines = entries.map(lineOf)
  const head = await claimPlaces(transaction, entries.length, randomUUID())
  const timestamp = clock.now()
  let { hash, id } = head
  for (const line of lines) {
    id += 1
    line.id = id
    line.timestamp = timestamp
    hash = lineHash(hash, line)
    line.hash = hash
  }
  await insertLines(transaction, lines)
  const end = { databaseId: head.databaseId, id, hash }
  const signed = { ...end, ...signatureAfter(transaction, head, end) }
  await moveHead(transaction, signed)
  appended.add(transaction.getExecutor().adapter)
  return signed
}

/** An end that was tampered with stays unsigned, however much is written after it: to sign on would bless it. */
function signatureAfter(
  db: Database,
  before: ChainHead,
  end: Omit<ChainHead, 'mac' | 'keyId'>,
): { mac: string; keyId: string } {
  const signer = signerOf(db)
  if (!signer || checkHead(signer, before) !== 'good') return { mac: '', keyId: '' }
  return signHead(signer, end)
}

const appended = new WeakSet<object>()

/** Whether this process has appended through this open database. */
export const hasAppended = (db: Database): boolean => appended.has(db.getExecutor().adapter)

/** Its place, time and hash are filled in when its turn is known. */
const lineOf = (entry: AuditEntry): AuditLine => ({
  id: 0,
  job_id: entry.jobId ?? null,
  timestamp: '',
  level: entry.level ?? 'INFO',
  event_type: entry.eventType ?? 'api_call',
  message: storable(entry.message, longest.message),
  details: entry.details === undefined ? null : detailsText(entry.details),
  row_number: entry.rowNumber ?? null,
  actor: storable(entry.actor, longest.name),
  operation: storable(entry.operation, longest.name),
  subject: entry.subject === undefined ? null : storable(entry.subject, longest.name),
  hash: '',
})

function storable(text: string, limit: number): string {
  const short = text.length > limit ? `${text.slice(0, limit - 1)}…` : text
  const whole = short.isWellFormed() ? short : short.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole
}

/** JSON writes NUL and lone surrogates as escapes, which PostgreSQL keeps and then cannot read. */
const unkeepable = /\\u(?:0000|d[89a-f])/

function detailsText(details: JsonObject): string {
  const text = JSON.stringify(details)
  if (text.length > longest.details) return JSON.stringify({ shortened: true, length: text.length })
  return unkeepable.test(text) ? JSON.stringify(keepable(details)) : text
}

function keepable(value: unknown): unknown {
  if (typeof value === 'string') return storable(value, longest.details)
  if (Array.isArray(value)) return value.map(keepable)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [storable(key, longest.details), keepable(each)]),
  )
}
