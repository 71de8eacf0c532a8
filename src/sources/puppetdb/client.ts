import type { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { clientSettings, createHttpClient, type HttpClient } from '#sources/http-client.ts'
import { version } from '#sources/puppetdb/answers.ts'
import type { PuppetdbSettings } from '#sources/puppetdb/settings.ts'
import type { SourceTools } from '#sources/source.ts'

/** A question in PuppetDB's own syntax. */
export interface Question {
  query: unknown
  /** Asks how many rows there are in all. */
  counts?: boolean
  limit?: number
}

export interface Rows<Row> {
  rows: Row[]
  /** Rows that could not be understood. */
  unreadable: number
  /** How many there are by the server's own count, where it was asked for and told. */
  total: number | undefined
}

/** Asks one PuppetDB. */
export interface PuppetdbClient {
  version(signal: AbortSignal): Promise<string>
  ask<Schema extends z.ZodType>(
    entity: 'nodes' | 'inventory' | 'factsets',
    schema: Schema,
    question: Question,
    signal: AbortSignal,
  ): Promise<Rows<z.output<Schema>>>
  close(): Promise<void>
}

/** The facts of a hundred machines, or the names of half a million, are large and come in one piece. */
const largestAnswer = 256 * 1_048_576

const apiBase = (url: string): string => url.replace(/\/+$/, '').replace(/\/pdb(\/.*)?$/, '')

const notItsOwn = (what: string): AppError =>
  new AppError('SOURCE_ANSWER_INVALID', `PuppetDB answered ${what} in a shape that is not its own`, {
    hint: 'Check that the address is that of PuppetDB (port 8081, or 8080 without TLS), not of the Puppet server or its dashboard.',
  })

/** What a person can do about an error that has a usual cause here. */
function advice({ url, tls, token }: PuppetdbSettings, { code, message }: AppError): string | undefined {
  if (code === 'SOURCE_FORBIDDEN')
    return 'Name the certificate in certificate-allowlist of PuppetDB, or give the token’s role the right to see node data.'
  // It ends the connection of those it does not know, without a word.
  const isDropped = code === 'SOURCE_UNREACHABLE' && message.includes('broke the connection')
  if (!url.startsWith('https:') || token !== undefined || !(isDropped || code === 'SOURCE_REJECTED_LOGIN'))
    return undefined
  return tls.clientCert === undefined
    ? 'PuppetDB asks for a certificate of the Puppet authority: set tls.clientCert and tls.clientKey.'
    : 'Check that tls.clientCert is a certificate of the same Puppet authority as PuppetDB’s own, and neither expired nor revoked.'
}

const explained = (settings: PuppetdbSettings, error: unknown): unknown => {
  if (!(error instanceof AppError)) return error
  const hint = advice(settings, error)
  return hint === undefined ? error : new AppError(error.code, error.message, { hint, cause: error })
}

function totalOf(headers: Readonly<Record<string, string>>): number | undefined {
  const told = headers['x-records']
  return told !== undefined && /^\d{1,12}$/.test(told) ? Number(told) : undefined
}

/** Opens a client; one request at a time, since PostgreSQL behind it is what bears the load. */
export function createPuppetdbClient(settings: PuppetdbSettings, tools: SourceTools): PuppetdbClient {
  const http: HttpClient = createHttpClient(
    {
      ...clientSettings(settings),
      baseUrl: apiBase(settings.url),
      headers: settings.token === undefined ? {} : { 'x-authentication': settings.token },
      secrets: settings.token === undefined ? [] : [settings.token],
      maxBodyBytes: largestAnswer,
      connections: 1,
    },
    tools,
  )
  const explain = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
    answer.catch((error: unknown) => {
      throw explained(settings, error)
    })
  return {
    async version(signal) {
      const { body } = await explain(http.json('GET', '/pdb/meta/v1/version', { signal }))
      const parsed = version.safeParse(body)
      if (!parsed.success) throw notItsOwn('/pdb/meta/v1/version')
      return parsed.data.version
    },
    async ask(entity, schema, { query, counts = false, limit }, signal) {
      const path = `/pdb/query/v4/${entity}`
      const question = {
        query,
        order_by: [{ field: 'certname' }],
        ...(counts ? { include_total: true } : {}),
        ...(limit === undefined ? {} : { limit }),
      }
      // In a body: hundreds of names are more than an address can hold.
      const request = { body: question, repeatable: true, signal }
      const { body, headers } = await explain(http.json('POST', path, request))
      if (!Array.isArray(body)) throw notItsOwn(path)
      const parsed = body.map((row) => schema.safeParse(row))
      const rows = parsed.filter((each) => each.success).map((each) => each.data)
      return { rows, unreadable: parsed.length - rows.length, total: totalOf(headers) }
    },
    close: () => http.close(),
  }
}
