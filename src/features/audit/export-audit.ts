import { readHead } from '#features/audit/chain-queries.ts'
import { noHash } from '#features/audit/line-hash.ts'
import { readLine, readLines, readRanges } from '#features/audit/page-queries.ts'
import { lastBefore } from '#features/audit/removal-queries.ts'
import type { Context } from '#features/context.ts'
import type { AuditLogsTable } from '#database/schema.ts'
import type { Timestamp } from '#kernel/clock.ts'

const pageLines = 500

/**
 * The trail as JSON Lines, in order and without gaps, so that anybody can compute its hashes again: a head that names
 * the hash before the first line, the lines as they are stored (details as their text), and an end. `from` and `until`
 * are times; what was written between them is given.
 */
export async function* exportAudit(
  { reports, clock }: Pick<Context, 'reports' | 'clock'>,
  { from, until }: { from?: Timestamp | undefined; until?: Timestamp | undefined },
  signal: AbortSignal,
): AsyncGenerator<string> {
  const head = await readHead(reports)
  const first =
    from === undefined ? (head.firstLine ?? 1) : ((await lastBefore(reports, from, signal)) ?? head.id) + 1
  const last = until === undefined ? head.id : ((await lastBefore(reports, until, signal)) ?? head.id)
  const hashBefore = await hashAt(reports, first - 1)
  yield lineOf({
    rollcall: 'audit',
    format: 1,
    database: head.databaseId,
    exportedAt: clock.now(),
    hashBefore,
  })
  let count = 0
  let lastHash = hashBefore
  for (let next = first; next <= last;) {
    signal.throwIfAborted()
    const rows = (await readLines(reports, next, pageLines)).filter((row) => row.id <= last)
    if (rows.length === 0) break
    yield rows.map((row) => lineOf(shown(row))).join('')
    count += rows.length
    lastHash = rows.at(-1)!.hash
    next = rows.at(-1)!.id + 1
  }
  yield lineOf({ end: true, lines: count, lastHash })
}

async function hashAt(reports: Context['reports'], id: number): Promise<string> {
  if (id <= 0) return noHash
  const line = await readLine(reports, id)
  return line?.hash ?? (await readRanges(reports)).find((range) => range.last_id === id)?.last_hash ?? noHash
}

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`

const shown = (row: AuditLogsTable): object => ({
  id: row.id,
  jobId: row.job_id,
  timestamp: row.timestamp,
  level: row.level,
  eventType: row.event_type,
  message: row.message,
  details: row.details,
  rowNumber: row.row_number,
  actor: row.actor,
  operation: row.operation,
  subject: row.subject,
  hash: row.hash,
  removedBy: row.removed_by,
})
