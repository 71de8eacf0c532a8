import { randomUUID } from 'node:crypto'
import type { Clock } from '#kernel/clock.ts'
import { AppError, type ErrorCode } from '#kernel/errors.ts'
import { withRetries } from '#kernel/retry.ts'
import type { Execute } from '#surfaces/cli/execute.ts'
import { apiRoot, requestOf } from '#surfaces/operation-request.ts'
import { errorOfProblem } from '#surfaces/problem.ts'

/** Asks the operations of another Rollcall over HTTP. */
export function createRemoteExecute(parts: {
  server: string
  token: string | undefined
  clock: Clock
}): Execute {
  const root = rootOf(parts.server)
  return async ({ operation, input }, signal) => {
    const { method, target, body } = requestOf(operation, input)
    const headers: Record<string, string> = { accept: 'application/json' }
    if (parts.token !== undefined) headers.authorization = `Bearer ${parts.token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    // The key lets a request be sent again when its answer was lost on the way.
    if (method === 'POST') headers['idempotency-key'] = randomUUID()
    const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const repeatable = method === 'GET' || method === 'POST' || method === 'PUT'
    const tries = repeatable ? 3 : 1
    const url = `${root}${apiRoot}${target}`
    const { status, text } = await withRetries(parts.clock, tries, signal, () =>
      send(url, root, request, signal),
    )
    const answer = parsed(text)
    // Health tells of an unhealthy server with 503 and its own answer, which is no problem document.
    const good = (status >= 200 && status < 300) || (operation.name === 'system.health' && status === 503)
    const problem = errorOfProblem(answer)
    if (problem) throw problem
    if (!good || (answer === undefined && text !== '')) throw strange(root, status)
    return answer
  }
}

function rootOf(server: string): string {
  const address = /^https?:\/\//.test(server) ? server : `http://${server}`
  if (URL.canParse(address)) return address.replace(/\/+$/, '')
  throw new AppError('INPUT_INVALID', 'The address of the server cannot be used', {
    complaints: [
      { path: '--server', value: server, expected: 'an address such as https://rollcall.example.net' },
    ],
  })
}

interface RawAnswer {
  status: number
  text: string
}

/** Throws SERVER_UNREACHABLE when no answer came; only that is worth another try here. */
async function send(
  url: string,
  root: string,
  request: RequestInit,
  signal: AbortSignal,
): Promise<RawAnswer> {
  try {
    const response = await fetch(url, { ...request, signal, redirect: 'error' })
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    signal.throwIfAborted()
    throw new AppError('SERVER_UNREACHABLE', `The server at ${root} did not answer`, {
      hint: 'Is it running, and is the address of --server or ROLLCALL_URL right?',
      cause,
    })
  }
}

function strange(root: string, status: number): AppError {
  const code: ErrorCode =
    status === 502 || status === 503 || status === 504 ? 'SERVER_UNREACHABLE' : 'INTERNAL'
  return new AppError(code, `${root} answered ${status} in a way that Rollcall does not`, {
    hint: 'Is the address that of a Rollcall server, and not of something before it?',
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
