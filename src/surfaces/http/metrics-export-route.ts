import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '#features/context.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { continued } from '#surfaces/http/continued.ts'
import { disconnectSignal } from '#surfaces/http/disconnect-signal.ts'
import { inputComplaints } from '#surfaces/input-complaints.ts'

const time = z.string().trim().min(1).max(40)
const Input = z.strictObject({
  id: z.string().min(1).max(100),
  from: time.default('24h'),
  to: time.optional(),
  /** Names, each in a parameter of its own: labels hold commas. */
  metrics: z
    .union([z.string().max(1_000), z.array(z.string().max(1_000)).max(200)])
    .transform((names) => [names].flat())
    .optional(),
})

/** Gives the text of a file piece by piece; the first piece comes only when the request is good. */
export type ExportMetrics = (
  call: Call,
  input: z.output<typeof Input> & { format: 'csv' | 'json' },
  signal: AbortSignal,
) => AsyncIterable<string>

/** `GET /api/v1/servers/:id/metrics.csv` and `.json`. Written by hand because it is a file of any length, streamed. */
export function addMetricsExport(
  server: FastifyInstance,
  context: Context,
  exportMetrics: ExportMetrics,
): void {
  for (const format of ['csv', 'json'] as const) {
    const config = { permission: 'monitoring.read' as const }
    server.get(`/api/v1/servers/:id/metrics.${format}`, { config }, async (request, reply) => {
      const given = { ...(request.query as object), ...(request.params as object) }
      const parsed = Input.safeParse(given)
      if (!parsed.success) {
        const complaints = inputComplaints(parsed.error, given, { secrets: new Set() })
        throw new AppError('INPUT_INVALID', 'The export cannot use this input', { complaints })
      }
      const call: Call = { ...context, actor: request.actor }
      const input = { ...parsed.data, format }
      const pieces = exportMetrics(call, input, disconnectSignal(reply))[Symbol.asyncIterator]()
      // The first piece is awaited here, so that an unknown server is a problem document and not half a file.
      const first = await pieces.next()
      void reply
        .header('content-disposition', `attachment; filename="metrics.${format}"`)
        .header('cache-control', 'no-store')
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8'
      return reply.type(type).send(Readable.from(continued(first, pieces)))
    })
  }
}
