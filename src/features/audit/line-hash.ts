import { hash } from 'node:crypto'
import type { AuditLogsTable } from '#database/schema.ts'

/** What a line's hash covers: everything that is stored, but the mark of a purge. */
export type LineContent = Omit<AuditLogsTable, 'hash' | 'removed_by'>

/** A line as it is stored and hashed. */
export type AuditLine = Omit<AuditLogsTable, 'removed_by'>

/** The columns in the order in which they are hashed. */
export const hashedColumns = [
  'id',
  'job_id',
  'timestamp',
  'level',
  'event_type',
  'message',
  'details',
  'row_number',
  'actor',
  'operation',
  'subject',
] as const satisfies readonly (keyof LineContent)[]

/** The first line of a line's text: names what is hashed and how, so that no other text has the same hash. */
export const textTag = 'rollcall-audit-1'

/** What stands before the first line. */
export const noHash = '0'.repeat(64)

/** Each part as `LENGTH:TEXT` and a line feed, the length in bytes of UTF-8; `-` where there is none. */
export function lineText(line: LineContent): string {
  let text = `${textTag}\n`
  for (const column of hashedColumns) {
    const value = line[column]
    if (value === null) text += '-\n'
    else {
      const part = String(value)
      text += `${Buffer.byteLength(part)}:${part}\n`
    }
  }
  return text
}

/** SHA-256 over the hash of the line before, a line feed, and the line's text; 64 hexadecimal digits. */
export const lineHash = (previous: string, line: LineContent): string =>
  hash('sha256', `${previous}\n${lineText(line)}`)
