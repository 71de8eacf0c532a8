import pg from 'pg'
import type { OutsideDatabase, OutsidePage } from '#database/outside-query.ts'
import {
  refusedLogin,
  refusedQuery,
  tookTooLong,
  tooLarge,
  unreachable,
} from '#database/outside-query-errors.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'

const rowsAtOnce = 1_000
/** What so many rows may be together; all of it is in memory at once. In bytes. */
const largestPage = 64 * 1024 * 1024

/**
 * Reads the rows of a statement through a cursor: in one read-only transaction of a connection of its own, with what the
 * role of the URL may see. A cursor is declared for a query only, and by a protocol that takes one statement only.
 */
export async function* readOutsidePostgres(
  database: OutsideDatabase,
  statement: string,
  signal: AbortSignal,
): AsyncGenerator<OutsidePage> {
  const milliseconds = Math.ceil(database.timeoutSeconds * 1000)
  const client = new pg.Client({
    connectionString: database.url,
    application_name: 'rollcall rows',
    connectionTimeoutMillis: Math.min(milliseconds, 10_000),
    types: { getTypeParser: parserOf as never },
    options: [
      '-c default_transaction_read_only=on',
      `-c statement_timeout=${milliseconds}`,
      `-c idle_in_transaction_session_timeout=${milliseconds}`,
      // What nobody waits for any more ends by itself, whatever the query does to the timeout.
      '-c client_connection_check_interval=1000',
      '-c datestyle=ISO',
      '-c timezone=UTC',
    ].join(' '),
  })
  // A lost connection fails the query that runs; without an ear here it would end the process.
  client.on('error', () => {})
  const late = AbortSignal.timeout(milliseconds)
  const stop = AbortSignal.any([signal, late])
  const cut = () => stream(client).destroy()
  let received = 0
  stop.addEventListener('abort', cut, { once: true })
  try {
    await client.connect()
    stream(client).on('data', ({ length }) => {
      received += length
      if (received > largestPage) cut()
    })
    await client.query('begin transaction isolation level repeatable read read only')
    await client.query(extended(`declare job_rows no scroll cursor for ${statement}`))
    for (let isFirst = true; ; isFirst = false) {
      received = 0
      const { fields, rows } = await client.query(extended(`fetch ${rowsAtOnce} from job_rows`))
      const page = { columns: fields.map(({ name }) => name), rows: rows as unknown as Json[][] }
      if (isFirst || page.rows.length > 0) yield page
      if (page.rows.length < rowsAtOnce) return
    }
  } catch (error) {
    signal.throwIfAborted()
    if (received > largestPage) throw tooLarge(database)
    throw late.aborted ? tookTooLong(database) : translated(database, error)
  } finally {
    stop.removeEventListener('abort', cut)
    // Nothing is to be kept, so the connection may end as it is.
    await Promise.race([client.end().catch(() => undefined), closed(client)])
  }
}

const extended = (text: string) => ({ text, rowMode: 'array', queryMode: 'extended' }) as pg.QueryArrayConfig

interface Socket {
  destroy(): void
  destroyed: boolean
  once(name: 'close', done: () => void): void
  on(name: 'data', take: (chunk: { length: number }) => void): void
}
const stream = (client: pg.Client): Socket =>
  (client as unknown as { connection: { stream: Socket } }).connection.stream

const closed = (client: pg.Client): Promise<void> =>
  new Promise((resolve) => {
    if (stream(client).destroyed) resolve()
    else stream(client).once('close', resolve)
  })

function translated(database: OutsideDatabase, error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const code = String((error as { code?: unknown }).code ?? '')
  if (code === '57014') return tookTooLong(database)
  if (code.startsWith('28') || code === '3D000') return refusedLogin(database)
  if (/^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|53)/.test(code)) return refusedQuery(database, error.message)
  return unreachable(database)
}

const asText = (value: string): Json => value
const parsers: Readonly<Record<number, (value: string) => Json>> = {
  16: (value) => value === 't',
  // An int8 that a number cannot hold stays text.
  20: (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value),
  21: Number,
  23: Number,
  114: (value) => JSON.parse(value) as Json,
  700: numberOrText,
  701: numberOrText,
  3802: (value) => JSON.parse(value) as Json,
}

function numberOrText(value: string): Json {
  const number = Number(value)
  return Number.isFinite(number) ? number : value
}

const parserOf = (type: number): ((value: string) => Json) => parsers[type] ?? asText
