import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '#kernel/log.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import { problemOf } from '#surfaces/problem.ts'

/** Answers with a problem document. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: AppError,
  status?: number,
): FastifyReply {
  const [instance] = request.url.split('?')
  const problem = problemOf(error, { instance: instance!, ...(status === undefined ? {} : { status }) })
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="rollcall"')
  if (problem.status === 429 || problem.status === 503) {
    void reply.header('retry-after', String(error.retryAfterSeconds ?? 30))
  }
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem))
}

/** Every thrown thing becomes a problem document; strangers' errors are logged and never shown. */
export function answerErrorsAsProblems(server: FastifyInstance, log: Log): void {
  server.setErrorHandler((thrown: FastifyError, request, reply) => {
    if (reply.raw.destroyed) {
      log.debug({ method: request.method, route: request.routeOptions.url }, 'caller left before the answer')
      return reply.hijack()
    }
    // A path that climbs out of the folder of the page's files.
    const file = request.routeOptions.config.anonymous === true
    if (file && (thrown.statusCode ?? 500) < 500) return sendNoRoute(request, reply, [])
    const refused = refusedByFastify(thrown)
    if (refused) return sendProblem(request, reply, refused, statusOf(thrown))
    const error = toAppError(thrown)
    if (error.code === 'INTERNAL') {
      const cause: unknown = error.cause ?? error
      log.error({ err: cause, method: request.method, route: request.routeOptions.url }, 'request failed')
    }
    return sendProblem(request, reply, error)
  })
}

// 413 and 415 say more than 422; everything else that is wrong with a body is bad input.
const statusOf = ({ statusCode }: FastifyError): number | undefined =>
  statusCode === 413 || statusCode === 415 ? statusCode : undefined

/** Fastify's own refusals of a request, before any operation sees it. */
function refusedByFastify(thrown: FastifyError): AppError | undefined {
  if (
    thrown instanceof AppError ||
    !thrown.code?.startsWith('FST_ERR_') ||
    (thrown.statusCode ?? 500) >= 500
  ) {
    return undefined
  }
  if (thrown.statusCode === 413) return new AppError('INPUT_INVALID', 'The body of the request is too large')
  if (thrown.statusCode === 415) {
    return new AppError('INPUT_INVALID', 'The body of the request must be JSON', {
      hint: 'Send the header `Content-Type: application/json`.',
    })
  }
  return new AppError('INPUT_INVALID', 'The body of the request is not valid JSON', {
    complaints: [{ path: '', expected: 'JSON text' }],
  })
}

/** Answers addresses that do not exist, or that exist for another method. */
export function sendNoRoute(
  request: FastifyRequest,
  reply: FastifyReply,
  methods: readonly string[],
): FastifyReply {
  const [path] = request.url.split('?')
  if (methods.length === 0) {
    const error = new AppError('NOT_FOUND', `There is nothing at ${path}`, {
      hint: '/api/docs lists what there is.',
    })
    return sendProblem(request, reply, error)
  }
  const error = new AppError('NOT_FOUND', `${path} does not answer ${request.method}`, {
    hint: `It answers ${methods.join(', ')}.`,
  })
  return sendProblem(request, reply.header('allow', methods.join(', ')), error, 405)
}
