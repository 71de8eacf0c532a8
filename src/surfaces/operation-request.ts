import type { AnyOperation } from '#features/operation.ts'

/** An operation's method and address below /api/v1, taken apart. */
export interface Address {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/devices/:id` */
  path: string
  /** `['id']` */
  parameters: readonly string[]
  /** True when input travels in the query string: GET and DELETE. */
  inQuery: boolean
}

/** A request to be sent. `target` is below /api/v1 and includes the query string. */
export interface OperationRequest {
  method: Address['method']
  target: string
  body: Record<string, unknown> | undefined
}

export const apiRoot = '/api/v1'

/** Takes `GET /devices/:id` apart. */
export function addressOf(operation: Pick<AnyOperation, 'http'>): Address {
  const [method, path] = operation.http.split(' ') as [Address['method'], string]
  const parameters = [...path.matchAll(/:([A-Za-z0-9_]+)/g)].map((match) => match[1]!)
  return { method, path, parameters, inQuery: method === 'GET' || method === 'DELETE' }
}

/** The request that asks an operation with this input: path parameters, then query string or body. */
export function requestOf(
  operation: Pick<AnyOperation, 'http'>,
  input: Record<string, unknown>,
): OperationRequest {
  const { method, path, parameters, inQuery } = addressOf(operation)
  const filled = path.replaceAll(/:([A-Za-z0-9_]+)/g, (_, name: string) =>
    encodeURIComponent(String(input[name])),
  )
  const rest = Object.entries(input).filter(
    ([name, value]) => value !== undefined && !parameters.includes(name),
  )
  if (!inQuery) return { method, target: filled, body: Object.fromEntries(rest) }
  const query = new URLSearchParams()
  for (const [name, value] of rest) {
    for (const each of Array.isArray(value) ? value : [value]) query.append(name, textOf(each))
  }
  return { method, target: query.size > 0 ? `${filled}?${query.toString()}` : filled, body: undefined }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
