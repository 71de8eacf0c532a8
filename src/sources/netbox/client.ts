import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { clientSettings, createHttpClient, type HttpRequest } from '#sources/http-client.ts'
import { netboxPage, netboxStatus } from '#sources/netbox/answers.ts'
import type { NetboxSettings } from '#sources/netbox/settings.ts'
import type { SourceTools } from '#sources/source.ts'

type Query = NonNullable<HttpRequest['query']>

/** One page of a list. */
export interface Listed<Row> {
  rows: Row[]
  /** Entries that could not be understood. */
  unreadable: number
  /** How many there are in all, as NetBox says on this page. */
  count: number
}

/** Asks one NetBox; paths are below /api. */
export interface NetboxClient {
  /** The release: `4.6.8`. */
  version(signal: AbortSignal): Promise<string>
  /** A list to its end. Undefined where the token may not see it at all. */
  pages<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    query: Query,
    signal: AbortSignal,
  ): AsyncGenerator<Listed<z.output<Schema>>>
  close(): Promise<void>
}

/** Tokens of version 2 say so (NetBox 4.5 and later); the older ones are digits. */
const authorization = (token: string): string =>
  token.startsWith('nbt_') ? `Bearer ${token}` : `Token ${token}`

export function createNetboxClient(settings: NetboxSettings, tools: SourceTools): NetboxClient {
  const { token, url } = settings
  const http = createHttpClient(
    {
      ...clientSettings({ ...settings, url: `${url.replace(/\/+$/, '').replace(/\/api$/, '')}/api` }),
      ...(token === undefined
        ? {}
        : { headers: { authorization: authorization(token) }, secrets: [token, token.split('.').at(-1)!] }),
    },
    tools,
  )
  const get = async (path: string, query: Query, signal: AbortSignal): Promise<unknown> => {
    const { status, body } = await http.json('GET', path, { query, expect: [403], signal })
    if (status !== 403) return body
    throw refusal(url, path, body)
  }
  return {
    async version(signal) {
      const parsed = netboxStatus.safeParse(await get('/status/', {}, signal))
      if (parsed.success) return parsed.data['netbox-version']
      throw new AppError('SOURCE_ANSWER_INVALID', `${url} does not answer like a NetBox`, {
        hint: 'Check that the address is that of NetBox itself.',
      })
    },
    async *pages(path, schema, query, signal) {
      // Without an order of its own a list repeats and leaves out rows between pages.
      for (let offset = 0; ;) {
        const body = await get(path, { ...query, ordering: 'id', limit: settings.pageSize, offset }, signal)
        const page = netboxPage.safeParse(body)
        if (!page.success || page.data.count === undefined)
          throw new AppError('SOURCE_ANSWER_INVALID', `NetBox answered ${path} without a list`)
        const { results, count, next } = page.data
        const parsed = results.map((row) => schema.safeParse(row))
        const rows = parsed.filter((each) => each.success).map((each) => each.data)
        yield { rows, unreadable: parsed.length - rows.length, count }
        // Fewer may come than were asked for: NetBox has a limit of its own.
        offset += results.length
        if (results.length === 0 || (next === undefined && offset >= count)) return
      }
    },
    close: () => http.close(),
  }
}

/** NetBox says 403 to a token that it does not know, too. */
function refusal(url: string, path: string, body: unknown): AppError {
  const said = z.looseObject({ detail: z.string() }).safeParse(body).data?.detail ?? ''
  if (/token|credentials/i.test(said) || path === '/status/')
    return new AppError('SOURCE_REJECTED_LOGIN', `${url} refused the token`, {
      hint: 'Check the token, whether it has expired, and from which addresses it may be used.',
    })
  return new AppError('SOURCE_FORBIDDEN', `The token may not read ${path.slice(1, -1)} of ${url}`, {
    hint: `Give its user the permission to view ${path.slice(1, -1)}.`,
  })
}
