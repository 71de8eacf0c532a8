import { z } from 'zod'
import { listAudit } from '#features/access/audit-queries.ts'
import { operation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { parseTimestamp } from '#kernel/clock.ts'

const Instant = z
  .string()
  .refine((text) => parseTimestamp(text) !== undefined, {
    error: 'expected a time such as 2026-11-22T10:00:00Z',
  })
  .transform((text) => parseTimestamp(text)!)

/** The trail of who did what. */
export const auditOperations = [
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
      from: Instant.optional().describe('From this time on.'),
      until: Instant.optional().describe('Before this time.'),
    }),
    output: pageOf(
      z.object({
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
      }),
    ),
    cli: { columns: ['at', 'actor', 'operation', 'subject', 'message'] },
    async run({ reports }, { limit, cursor, ...filter }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      return toPage(await listAudit(reports, filter, { before, limit: limit + 1 }), limit, (line) => [
        line.id,
      ])
    },
  }),
]
