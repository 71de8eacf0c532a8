import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '#features/context.ts'
import type { Call } from '#features/operation.ts'
import { parseTimestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { disconnectSignal } from '#surfaces/http/disconnect-signal.ts'
import { inputComplaints } from '#surfaces/input-complaints.ts'

const Instant = z
  .string()
  .refine((text) => parseTimestamp(text) !== undefined, {
    error: 'expected a time such as 2026-11-22T10:00:00Z',
  })
  .transform((text) => parseTimestamp(text)!)

const Input = z.strictObject({
  /** From this time on. */
  from: Instant.optional(),
  /** Before this time. */
  until: Instant.optional(),
})

/** Gives the trail as JSON Lines, piece by piece. */
export type ExportAudit = (
  call: Call,
  input: z.output<typeof Input>,
  signal: AbortSignal,
) => AsyncIterable<string>

/** `GET /api/v1/audit.jsonl?from=&until=`. Written by hand because it is a file of any length, streamed. */
export function addAuditExport(server: FastifyInstance, context: Context, exportAudit: ExportAudit): void {
  server.get('/api/v1/audit.jsonl', { config: { permission: 'audit.read' } }, async (request, reply) => {
    const parsed = Input.safeParse(request.query)
    if (!parsed.success) {
      const complaints = inputComplaints(parsed.error, request.query, { secrets: new Set() })
      throw new AppError('INPUT_INVALID', 'The export cannot use this input', { complaints })
    }
    const call: Call = { ...context, actor: request.actor }
    const pieces = exportAudit(call, parsed.data, disconnectSignal(reply))
    void reply
      .header('content-disposition', 'attachment; filename="audit.jsonl"')
      .header('cache-control', 'no-store')
    return reply.type('application/jsonl; charset=utf-8').send(Readable.from(pieces))
  })
}
