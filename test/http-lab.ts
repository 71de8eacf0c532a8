import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { AppError, type ErrorCode } from '#kernel/errors.ts'
import { createHttpClient, type HttpClient, type HttpClientSettings } from '#sources/http-client.ts'

/** A signal that never aborts. */
export const never = new AbortController().signal

/** Notes waits instead of waiting. */
export function impatientClock(): Clock & { waits: number[] } {
  const waits: number[] = []
  return { ...systemClock, waits, sleep: async (milliseconds) => void waits.push(milliseconds) }
}

/** Starts a server for the length of a test; its address. */
export async function listening(
  t: TestContext,
  server: Server,
  scheme: string,
  host = 'localhost',
): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `${scheme}://${host}:${(server.address() as AddressInfo).port}`
}

/** A server that answers so, and a client to it, for the length of a test. */
export async function serving(
  t: TestContext,
  listener: RequestListener,
  settings: Partial<HttpClientSettings> = {},
  clock: Clock = impatientClock(),
): Promise<HttpClient & { base: string }> {
  const base = await listening(t, createServer(listener), 'http')
  const client = createHttpClient({ baseUrl: base, ...settings }, { clock })
  t.after(() => client.close())
  return { ...client, base }
}

/** For assert.rejects: an error with this code whose message matches. */
export const failing =
  (code: ErrorCode, matching = /./) =>
  (error: unknown): true => {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, matching)
    return true
  }
