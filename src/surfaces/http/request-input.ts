import type { FastifyRequest } from 'fastify'
import type { AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { coerceText } from '#surfaces/coerce-text.ts'
import { expectedVersion } from '#surfaces/http/entity-tag.ts'
import { inputFields } from '#surfaces/input-fields.ts'
import { addressOf } from '#surfaces/operation-request.ts'

type Given = Record<string, unknown>

/** What a request gives an operation: path, then query string (GET, DELETE) or body, then If-Match. Not validated. */
export function gatherInput(operation: AnyOperation, request: FastifyRequest): Given {
  const { parameters, inQuery } = addressOf(operation)
  const fields = new Map(inputFields(operation.input).map((field) => [field.name, field.schema]))
  const coerced = (given: Given): Given =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        coerceText(fields.get(name) ?? {}, value as string | string[]),
      ]),
    )
  const query = request.query as Given
  const input = inQuery ? coerced(query) : { ...bodyOf(operation, request, query) }
  for (const name of parameters) refuseTwice(operation, name, input)
  Object.assign(input, coerced(request.params as Given))
  return withExpectedVersion(operation, request, input, fields.has('expectedVersion'))
}

function bodyOf(operation: AnyOperation, request: FastifyRequest, query: Given): Given {
  const [name] = Object.keys(query)
  if (name !== undefined) {
    throw new AppError('INPUT_INVALID', `${operation.name} takes its input in the body`, {
      complaints: [{ path: name, expected: 'a field of the JSON body instead of the query string' }],
    })
  }
  const body = request.body ?? {}
  if (typeof body === 'object' && !Array.isArray(body)) return body as Given
  throw new AppError('INPUT_INVALID', `${operation.name} cannot use the body`, {
    complaints: [{ path: '', expected: 'a JSON object' }],
  })
}

function refuseTwice(operation: AnyOperation, name: string, input: Given): void {
  if (!(name in input)) return
  throw new AppError('INPUT_INVALID', `${operation.name} takes ${name} from the address`, {
    complaints: [{ path: name, expected: 'only in the address' }],
  })
}

function withExpectedVersion(
  operation: AnyOperation,
  request: FastifyRequest,
  input: Given,
  takes: boolean,
): Given {
  const header = request.headers['if-match']
  if (header === undefined) return input
  if (!takes) {
    throw new AppError('INPUT_INVALID', `${operation.name} does not take the header If-Match`, {
      complaints: [{ path: 'If-Match', expected: 'no such header: this has no versions' }],
    })
  }
  const version = expectedVersion(header)
  return version === undefined ? input : { ...input, expectedVersion: version }
}
