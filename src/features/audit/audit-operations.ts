import { z } from 'zod'
import { listAudit } from '#features/audit/audit-queries.ts'
import { Checkpoint } from '#features/audit/checkpoint-file.ts'
import { beginSeries, writeCheckpoint } from '#features/audit/checkpoints.ts'
import { newestCheckpoint } from '#features/audit/known-checkpoints.ts'
import { verdictText } from '#features/audit/verdict-text.ts'
import { verifyAudit } from '#features/audit/verify-audit.ts'
import type { AnyOperation } from '#features/operation.ts'
import { operation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { parseTimestamp } from '#kernel/clock.ts'

const Instant = z
  .string()
  .refine((text) => parseTimestamp(text) !== undefined, {
    error: 'expected a time such as 2026-11-22T10:00:00Z',
  })
  .transform((text) => parseTimestamp(text)!)

/** One line as lists show it. */
export const AuditLineShape = z.object({
  id: z.number().int(),
  at: z.string(),
  level: z.string(),
  eventType: z.string(),
  actor: z.string(),
  operation: z.string().nullable(),
  subject: z.string().nullable(),
  message: z.string(),
  details: z.record(z.string(), z.json()).nullable(),
  jobId: z.number().int().nullable(),
  rowNumber: z.number().int().nullable(),
  removedBy: z.number().int().nullable().describe('The line that tells who removed what this one said.'),
})

const Verdict = z.object({
  ok: z.boolean(),
  events: z.number().int().describe('Lines that were ever written.'),
  checked: z.number().int().describe('Lines that were read and hashed.'),
  firstBad: z
    .object({ id: z.number().int(), reason: z.string() })
    .nullable()
    .describe('The first line where something is wrong, and what.'),
  checkpoints: z.number().int().describe('Signed marks outside of the database that were compared.'),
  ranges: z.number().int().describe('Signed records of lines that retention removed.'),
  tail: z
    .enum(['proved', 'unproved'])
    .describe('unproved: lines after the newest checkpoint have only the word of the database.'),
  provedUntil: z.number().int().describe('The last line that a checkpoint vouches for.'),
  seconds: z.number(),
})

/** The trail of who did what. */
export const auditOperations: readonly AnyOperation[] = [
  operation({
    name: 'audit.list',
    summary: 'List who did what with Rollcall, newest first.',
    http: 'GET /audit',
    effect: 'read',
    permission: 'audit.read',
    paged: true,
    input: z.object({
      ...pageInput,
      actor: z.string().optional().describe('Who: ada@example.net, token:ci, cli:root, system:schedule.'),
      operation: z.string().optional().describe('What: user.create, session.create.'),
      subject: z.string().optional().describe('To whom or what: user:ada@example.net, token:7.'),
      jobId: z.coerce.number().int().positive().optional().describe('Lines of one job.'),
      from: Instant.optional().describe('From this time on.'),
      until: Instant.optional().describe('Before this time.'),
    }),
    output: pageOf(AuditLineShape),
    cli: { columns: ['at', 'actor', 'operation', 'subject', 'message'] },
    async run({ reports }, { limit, cursor, ...filter }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      return toPage(await listAudit(reports, filter, { before, limit: limit + 1 }), limit, (line) => [
        line.id,
      ])
    },
  }),
  operation({
    name: 'audit.verify',
    summary:
      'Check that the audit trail is whole: every line, its end, and the marks kept outside of the database.',
    http: 'POST /audit/verify',
    effect: 'read',
    permission: 'audit.read',
    input: z.object({
      from: z
        .number()
        .int()
        .min(0)
        .exactOptional()
        .describe('Only what follows the newest checkpoint at or before this line.'),
    }),
    output: Verdict,
    cli: { show: verdictText, isFailure: (verdict: z.infer<typeof Verdict>) => !verdict.ok },
    run: (context, input, signal) => verifyAudit(context, input, signal),
  }),
  operation({
    name: 'audit.checkpoint',
    summary: 'Write a signed mark of where the audit trail ends, outside of the database.',
    http: 'POST /audit/checkpoint',
    effect: 'change',
    permission: 'system.manage',
    auditsItself: true,
    input: z.object({
      restored: z
        .boolean()
        .default(false)
        .describe(
          'The database was replaced by an older one on purpose, such as from a backup: begin a new series.',
        ),
    }),
    output: Checkpoint,
    async run(context, { restored }, signal) {
      const entry = {
        actor: context.actor.name,
        operation: 'audit.checkpoint',
        message: restored
          ? `${context.actor.name} said that the database was restored on purpose`
          : `${context.actor.name} asked for a checkpoint`,
        details: { restored },
      }
      if (restored) return beginSeries(context, entry)
      await context.audit(entry)
      return (await writeCheckpoint(context)) ?? (await newestCheckpoint(context, signal))!
    },
  }),
]
