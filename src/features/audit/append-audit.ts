import { hash } from 'node:crypto'
import type { AuditEntry } from '#features/context.ts'
import { claimPlaces, insertLines, moveHead } from '#features/audit/chain-queries.ts'
import type { AuditLine } from '#features/audit/chain-queries.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Database, Transaction } from '#database/schema.ts'

/**
 * Appends lines to the trail's chain, in a transaction of their own or as part of the given one. There it comes last:
 * until the commit nobody else can append.
 */
export async function appendAudit(db: Database, clock: Clock, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  if (db.isTransaction) return append(db as Transaction, clock, entries)
  await db.transaction().execute((transaction) => append(transaction, clock, entries))
}

async function append(transaction: Transaction, clock: Clock, entries: readonly AuditEntry[]): Promise<void> {
  const head = await claimPlaces(transaction, entries.length)
  const timestamp = clock.now()
  let previous = head.hash
  const lines = entries.map((entry, index): AuditLine => {
    const line = lineOf(entry, head.id + index + 1, timestamp)
    previous = lineHash(previous, line)
    return { ...line, hash: previous }
  })
  await insertLines(transaction, lines)
  await moveHead(transaction, previous)
}

const lineOf = (entry: AuditEntry, id: number, timestamp: string): Omit<AuditLine, 'hash'> => ({
  id,
  job_id: entry.jobId ?? null,
  timestamp,
  level: entry.level ?? 'INFO',
  event_type: entry.eventType ?? 'api_call',
  message: storable(entry.message),
  details: entry.details === undefined ? null : JSON.stringify(entry.details),
  row_number: entry.rowNumber ?? null,
  actor: storable(entry.actor),
  operation: entry.operation,
  subject: entry.subject === undefined ? null : storable(entry.subject),
})

/** PostgreSQL keeps no NUL, and what is hashed must be what is kept. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

/** SHA-256 over the hash before and exactly what is stored, each part with its length. */
export function lineHash(previous: string, line: Omit<AuditLine, 'hash'>): string {
  let text = `rollcall-audit-1\n${previous}\n`
  for (const value of [
    line.id,
    line.job_id,
    line.timestamp,
    line.level,
    line.event_type,
    line.message,
    line.details,
    line.row_number,
    line.actor,
    line.operation,
    line.subject,
  ]) {
    const part = value === null ? '' : String(value)
    text += value === null ? '-\n' : `${part.length}:${part}\n`
  }
  return hash('sha256', text)
}
