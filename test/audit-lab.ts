import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenDatabase } from '#database/open.ts'
import { appendAudit } from '#features/audit/append-audit.ts'
import { signAuditWith } from '#features/audit/chain-head.ts'
import { writeCheckpoint } from '#features/audit/checkpoints.ts'
import { removeLines } from '#features/audit/remove-lines.ts'
import { removeOldLines } from '#features/audit/retain-audit.ts'
import { verifyAudit } from '#features/audit/verify-audit.ts'
import type { AuditVerdict } from '#features/audit/verify-audit.ts'
import type { AuditEntry } from '#features/context.ts'
import type { Database } from '#database/schema.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'
import type { TestContext } from '#test/test-context.ts'

const never = new AbortController().signal

/** A signed trail on a database of its own, with a checkpoint file in a folder of its own. */
export interface AuditLab {
  context: TestContext
  url: string
  file: string
  append(...entries: Partial<AuditEntry>[]): Promise<void>
  verify(from?: number, db?: Database): Promise<AuditVerdict>
  /** Removes the folder. */
  clear(): void
}

export function auditLab(opened: OpenDatabase): AuditLab {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-audit-'))
  const file = join(folder, 'audit-checkpoints.jsonl')
  const config = testConfig({ audit: { checkpointFile: file } })
  const context = testContext(opened, { config })
  signAuditWith(opened.db, context.secrets)
  return {
    context,
    url: opened.url,
    file,
    append: (...entries) => appendAudit(context.db, context.clock, entries.map(entryOf)),
    verify: (from, db = opened.reports) => verifyAudit({ ...context, reports: db }, { from }, never),
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const entryOf = (given: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: 'ada@example.net',
  operation: 'tag.add',
  message: 'ada@example.net asked for tag.add',
  ...given,
})

/** Lines of several jobs, of which the first went by retention and those of one job by a purge, with checkpoints. */
export async function fillTrail({ context, append }: AuditLab, lines = 40): Promise<void> {
  const { db, clock, secrets, reports } = context
  for (let number = 1; number <= lines; number += 1) {
    await append({
      jobId: number % 5 === 0 ? 7 : 8,
      rowNumber: number,
      subject: `device:${number}`,
      message: `Row ${number} was completed`,
      details: { key: `device-${number}`, attempt: 1 },
    })
    if (number === 8) clock.advance(86_400_000)
    if (number % 15 === 0) await writeCheckpoint(context)
  }
  await db
    .transaction()
    .execute((transaction) => removeLines(transaction, clock, { jobId: 7, by: 'cli:root' }))
  const before = clock.now()
  await removeOldLines({ db, reports, clock, secrets }, { before, by: 'system:maintain' }, never)
  await append({ message: 'the last but one' }, { message: 'the last' })
  await writeCheckpoint(context)
}
