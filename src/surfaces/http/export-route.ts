import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Context } from '#features/context.ts'
import type { Call } from '#features/operation.ts'

/** Opens a file that an export wrote, for whoever may have it; throws NOT_FOUND. */
export type OpenExport = (
  call: Call,
  name: string,
) => Promise<{ stream: Readable; bytes: number; name: string }>

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
  json: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
}

/** `GET /api/v1/exports/:name`. Written by hand because it is a file of any length, streamed. */
export function addExportRoute(server: FastifyInstance, context: Context, openExport: OpenExport): void {
  server.get<{ Params: { name: string } }>(
    '/api/v1/exports/:name',
    { config: { permission: 'jobs.read' } },
    async (request, reply) => {
      const call: Call = { ...context, actor: request.actor }
      const { stream, bytes, name } = await openExport(call, request.params.name)
      void reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('content-length', bytes)
        .header('cache-control', 'no-store')
      const ending = name.split('.').at(-1) ?? ''
      return reply.type(types[ending] ?? 'application/octet-stream').send(stream)
    },
  )
}
