import type { z } from 'zod'
import type { AnyOperation } from '#features/operation.ts'
import { errorCatalogue } from '#kernel/errors.ts'
import { SchemaCollector } from '#surfaces/http/schema-hoist.ts'
import { type FieldSchema, inputFields } from '#surfaces/input-fields.ts'
import { addressOf, apiRoot } from '#surfaces/operation-request.ts'

type Part = Record<string, unknown>

/** An OpenAPI 3.1 document of every operation. */
export interface OpenApiDocument extends Part {
  openapi: string
  paths: Record<string, Record<string, Part>>
}

/** A route that is written by hand and belongs into the document all the same. */
export interface DescribedRoute {
  readonly method: string
  readonly url: string
  readonly operationId: string
  readonly summary: string
  readonly permission: string
  /** Of a body that is JSON. */
  readonly input?: z.ZodType
  /** Of one that is not: its content types, and what they hold. */
  readonly body?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Undefined where nothing is answered but that it is done. */
  readonly output?: z.ZodType
}

/** Builds the document from the operations, and from what routes written by hand tell of themselves. */
export function openApiDocument(
  operations: readonly AnyOperation[],
  version: string,
  described: readonly DescribedRoute[] = [],
): OpenApiDocument {
  const schemas = new SchemaCollector()
  const paths: OpenApiDocument['paths'] = {}
  for (const operation of operations) {
    const { method, path } = addressOf(operation)
    const url = apiRoot + path.replaceAll(/:([A-Za-z0-9_]+)/g, '{$1}')
    paths[url] ??= {}
    paths[url][method.toLowerCase()] = operationPart(operation, schemas)
  }
  for (const route of described) {
    paths[route.url] ??= {}
    paths[route.url]![route.method.toLowerCase()] = describedPart(route, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rollcall',
      version,
      description: 'Everything Rollcall can be asked to do. Errors are RFC 9457 problem documents.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(nounOf))].map((name) => ({ name })),
    security: [{ token: [] }, { session: [] }],
    paths,
    components: { schemas: { ...schemas.components, Problem: problemSchema }, securitySchemes, responses },
  }
}

function describedPart(route: DescribedRoute, schemas: SchemaCollector): Part {
  const { operationId, summary, permission, input, body = {}, query = {}, output } = route
  const json = (schema: unknown) => ({ 'application/json': { schema } })
  const others = Object.entries(body).map(([type, description]) => [type, { schema: { description } }])
  return {
    operationId,
    summary,
    tags: [operationId.split('.')[0]!],
    'x-permission': permission,
    parameters: Object.entries(query).map(([name, description]) =>
      parameter(name, 'query', { type: 'string', description }),
    ),
    requestBody: {
      required: true,
      content: input
        ? json(schemas.schemaOf(input, 'input', operationId))
        : (Object.fromEntries(others) as Part),
    },
    responses: {
      ...(output
        ? {
            '200': {
              description: 'The answer.',
              content: json(schemas.schemaOf(output, 'output', operationId)),
            },
          }
        : { '204': { description: 'What was good of it is on disk.' } }),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

const nounOf = (operation: AnyOperation): string => operation.name.split('.')[0]!

function operationPart(operation: AnyOperation, schemas: SchemaCollector): Part {
  const { inQuery, parameters } = addressOf(operation)
  const input = schemas.schemaOf(operation.input, 'input', operation.name) as FieldSchema
  const body = inQuery ? undefined : bodyPart(operation, input, parameters)
  return {
    operationId: operation.name,
    summary: operation.summary,
    tags: [nounOf(operation)],
    'x-effect': operation.effect,
    'x-permission': operation.permission,
    ...(operation.permission === 'open' ? { security: [] } : {}),
    parameters: parameterParts(operation, input, parameters, inQuery),
    ...(body ? { requestBody: body } : {}),
    responses: { ...successPart(operation, schemas), default: { $ref: '#/components/responses/Problem' } },
  }
}

function parameterParts(
  operation: AnyOperation,
  input: FieldSchema,
  inPath: readonly string[],
  inQuery: boolean,
) {
  const parts: Part[] = inPath.map((name) => ({
    ...parameter(name, 'path', input.properties?.[name] ?? {}),
    required: true,
  }))
  for (const field of inputFields(operation.input)) {
    if (!inQuery || inPath.includes(field.name)) continue
    const part = parameter(field.name, 'query', input.properties?.[field.name] ?? {})
    parts.push(field.required ? { ...part, required: true } : part)
  }
  const text = { type: 'string' }
  if (inputFields(operation.input).some((field) => field.name === 'expectedVersion')) {
    parts.push({ ...parameter('If-Match', 'header', text), description: 'The ETag of what is being edited.' })
  }
  if (operation.http.startsWith('POST ') && operation.permission !== 'open') {
    parts.push({
      ...parameter('Idempotency-Key', 'header', text),
      description: 'The same key and request get the same answer for 24 hours.',
    })
  }
  return parts
}

function parameter(name: string, place: string, schema: FieldSchema): Part {
  const { description, ...rest } = schema
  return { name, in: place, ...(description === undefined ? {} : { description }), schema: rest }
}

function bodyPart(operation: AnyOperation, input: FieldSchema, inPath: readonly string[]): Part | undefined {
  const properties = Object.fromEntries(
    Object.entries(input.properties ?? {}).filter(([name]) => !inPath.includes(name)),
  )
  if (Object.keys(properties).length === 0) return undefined
  const required = (input.required ?? []).filter((name) => !inPath.includes(name))
  const schema = {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: input.additionalProperties ?? false,
  }
  return { required: required.length > 0, content: { 'application/json': { schema } } }
}

function successPart(operation: AnyOperation, schemas: SchemaCollector): Part {
  const schema = schemas.schemaOf(operation.output, 'output', operation.name)
  const content = { 'application/json': { schema } }
  const etag = { ETag: { description: 'For If-Match and If-None-Match.', schema: { type: 'string' } } }
  if (!operation.job) return { '200': { description: 'The answer.', headers: etag, content } }
  const location = { Location: { description: 'The job.', schema: { type: 'string' } } }
  return { '202': { description: 'The work has become a job.', headers: location, content } }
}

const securitySchemes = {
  token: { type: 'http', scheme: 'bearer', description: 'A token that begins with rc_.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'rollcall.session_token',
    description: 'A sign-in on the web page.',
  },
}

const problemSchema = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errorCatalogue) },
    detail: { type: 'string' },
    hint: { type: 'string' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'expected'],
        properties: { path: { type: 'string' }, value: {}, expected: { type: 'string' } },
      },
    },
  },
}

const responses = {
  Problem: {
    description: 'What went wrong, and what to do about it.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
}
