import type { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import type { ForemanSettings } from '#sources/foreman/settings.ts'
import { listAnswer } from '#sources/foreman/answers.ts'
import { clientSettings, createHttpClient } from '#sources/http-client.ts'
import type { SourceTools } from '#sources/source.ts'

type Query = Record<string, string | number | undefined>

/** One page of a list. */
export interface ListPage<Row> {
  rows: Row[]
  /** Rows that could not be understood. */
  unreadable: number
  /** How many the whole list has. */
  subtotal: number
  total: number | undefined
}

/** Asks one Foreman. */
export interface ForemanClient {
  /** The answer below /api/v2; undefined where it says that the thing is not there (404). */
  get(path: string, query: Query, signal: AbortSignal): Promise<unknown>
  list<Schema extends z.ZodType>(
    path: string,
    row: Schema,
    query: Query,
    signal: AbortSignal,
  ): Promise<ListPage<z.output<Schema>>>
  close(): Promise<void>
}

const apiBase = (url: string): string => `${url.replace(/\/+$/, '').replace(/\/api(\/v2)?$/, '')}/api/v2`

export const notItsOwn = (path: string): AppError =>
  new AppError('SOURCE_ANSWER_INVALID', `Foreman answered ${path} in a shape that is not its own`, {
    hint: 'Check that the address is that of Foreman, Satellite or orcharhino.',
  })

/** Opens a client. */
export function createForemanClient(settings: ForemanSettings, tools: SourceTools): ForemanClient {
  const { username, password, parallel } = settings
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const http = createHttpClient(
    {
      ...clientSettings(settings),
      baseUrl: apiBase(settings.url),
      headers: {
        accept: 'application/json;version=2',
        ...(username === undefined ? {} : { authorization: `Basic ${basic}` }),
      },
      secrets: password === undefined ? [] : [password],
      connections: parallel,
    },
    tools,
  )
  const get: ForemanClient['get'] = async (path, query, signal) => {
    const { status, body } = await http
      .json('GET', path, { query, expect: [404], signal })
      .catch((error: unknown) => {
        throw explained(error)
      })
    return status === 404 ? undefined : body
  }
  return {
    get,
    async list(path, row, query, signal) {
      const parsed = listAnswer.safeParse(await get(path, query, signal))
      if (!parsed.success) throw notItsOwn(path)
      const { results, subtotal, total } = parsed.data
      const rows = results.map((each) => row.safeParse(each))
      const readable = rows.filter((each) => each.success).map((each) => each.data)
      return { rows: readable, unreadable: rows.length - readable.length, subtotal, total }
    },
    close: () => http.close(),
  }
}

/** Foreman names the right that is missing. */
function explained(error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  if (error.code === 'SOURCE_REJECTED_LOGIN')
    return new AppError(error.code, error.message, {
      hint: 'Check username and password. A personal access token takes the place of the password; where two-factor sign-in is on, only a token works.',
      cause: error,
    })
  const missing = /"missing_permissions":\s*\[([^\]]*)\]/.exec(error.message)?.[1]?.replaceAll(/["\s]/g, '')
  if (error.code !== 'SOURCE_FORBIDDEN' || missing === undefined || missing === '') return error
  return new AppError(error.code, error.message, {
    hint: `Give the user's role ${missing.replaceAll(',', ', ')}.`,
    cause: error,
  })
}
