import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '#features/context.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { continued } from '#surfaces/http/continued.ts'
import { disconnectSignal } from '#surfaces/http/disconnect-signal.ts'
import { inputComplaints } from '#surfaces/input-complaints.ts'

const Input = z.strictObject({
  /** A query; without one, every device. */
  q: z.string().max(4_000).optional(),
  /** The order, as in device.list. */
  sort: z.string().max(100).optional(),
  /** Column names with commas. */
  columns: z
    .string()
    .transform((text) => text.split(','))
    .optional(),
})

/** Gives the text of a CSV file piece by piece; its first piece comes only when the query is good. */
export type ExportDevices = (
  call: Call,
  input: z.output<typeof Input>,
  signal: AbortSignal,
) => AsyncIterable<string>

/** `GET /api/v1/devices.csv?q=`. Written by hand because it is a file of any length, streamed. */
export function addDeviceExport(
  server: FastifyInstance,
  context: Context,
  exportDevices: ExportDevices,
): void {
  server.get('/api/v1/devices.csv', { config: { permission: 'inventory.read' } }, async (request, reply) => {
    const parsed = Input.safeParse(request.query)
    if (!parsed.success) {
      const complaints = inputComplaints(parsed.error, request.query, { secrets: new Set() })
      throw new AppError('INPUT_INVALID', 'The export cannot use this input', { complaints })
    }
    const call: Call = { ...context, actor: request.actor }
    const pieces = exportDevices(call, parsed.data, disconnectSignal(reply))[Symbol.asyncIterator]()
    // The first piece is awaited here, so that a bad query is a problem document and not half a file.
    const first = await pieces.next()
    void reply
      .header('content-disposition', 'attachment; filename="devices.csv"')
      .header('cache-control', 'no-store')
    return reply.type('text/csv; charset=utf-8').send(Readable.from(continued(first, pieces)))
  })
}
