import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Context } from '#features/context.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import { disconnectSignal } from '#surfaces/http/disconnect-signal.ts'
import { inputComplaints } from '#surfaces/input-complaints.ts'

/** Keeps a file that comes in pieces, and tells what became of it. */
export type StoreUpload = (
  context: Context,
  actor: Actor,
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
) => Promise<unknown>

const Query = z.strictObject({ name: z.string().min(1).max(300) })

/** `PUT /api/v1/uploads?name=rows.csv`: the body as it is. Written by hand because it is a file of any length. */
export function addUploadRoute(server: FastifyInstance, context: Context, store: StoreUpload): void {
  void server.register(async (scope) => {
    // The bytes are nobody's to understand here, whatever they are said to be.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const config = { permission: 'jobs.submit' as const, takesFile: true }
    const options = { config, bodyLimit: Number.MAX_SAFE_INTEGER }
    scope.put('/api/v1/uploads', options, async (request, reply) => {
      const parsed = Query.safeParse(request.query)
      if (!parsed.success) {
        const complaints = inputComplaints(parsed.error, request.query, { secrets: new Set() })
        throw new AppError('INPUT_INVALID', 'The upload cannot use this input', { complaints })
      }
      assertFits(request, context.config.jobs.uploadBytes)
      const signal = disconnectSignal(reply)
      const upload = await store(context, request.actor, parsed.data.name, bodyOf(request), signal)
      return reply.code(201).header('cache-control', 'no-store').send(upload)
    })
  })
}

/** Told before anything is read, where the caller says how long it is. */
function assertFits(request: FastifyRequest, most: number): void {
  const length = Number(request.headers['content-length'] ?? 0)
  if (length <= most) return
  throw new AppError('INPUT_INVALID', `The file is larger than ${most.toLocaleString('en')} bytes`, {
    complaints: [{ path: 'body', value: length, expected: `at most ${most.toLocaleString('en')} bytes` }],
    hint: 'jobs.uploadBytes says how large a file may be.',
  })
}

const bodyOf = (request: FastifyRequest): AsyncIterable<Uint8Array> => request.raw as Readable
