import { constants } from 'node:sqlite'
import type { DatabaseSync } from 'node:sqlite'
import type { OutsidePage } from '#database/outside-query.ts'
import type { OutsideAnswer, OutsideRequest } from '#database/outside-query-sqlite.ts'
import { DatabaseClass } from '#database/sqlite/sqlite-handle.ts'
import type { Json } from '#kernel/json.ts'

const rowsAtOnce = 1_000
/** No text or blob may be longer: a query could make one that takes all memory. In bytes. */
const longestValue = 16 * 1024 * 1024
/** A page is sent when it has so many characters of text, however few rows these are. */
const textAtOnce = 1_000_000

const { SQLITE_OK, SQLITE_DENY, SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE, SQLITE_FUNCTION } = constants
const allowed = new Set([SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE, SQLITE_FUNCTION])
/** Functions that reach beyond the tables; most builds have none of them. */
const reaching = new Set(['load_extension', 'readfile', 'writefile', 'edit', 'fts3_tokenizer', 'eval'])

let pages: Iterator<OutsidePage, void> | undefined
let next: IteratorResult<OutsidePage, void> | undefined

process.on('message', (message: OutsideRequest | 'next') => {
  let answer: OutsideAnswer
  try {
    if (message !== 'next') answer = begin(message)
    else answer = send()
  } catch (error) {
    answer = { refused: (error as Error).message }
  }
  process.send!(answer)
})
process.on('disconnect', () => process.exit(0))

function begin({ file, statement }: OutsideRequest): OutsideAnswer {
  let database: DatabaseSync
  try {
    database = new DatabaseClass(file, { readOnly: true, timeout: 5_000, limits: { length: longestValue } })
    database.exec('pragma query_only = on; pragma trusted_schema = off')
    database.prepare('select count(*) from sqlite_schema').get()
  } catch {
    return { refused: undefined, why: 'unreadable' }
  }
  database.setAuthorizer((action, _, name) =>
    allowed.has(action) && !(action === SQLITE_FUNCTION && reaching.has(`${name}`.toLowerCase()))
      ? SQLITE_OK
      : SQLITE_DENY,
  )
  const prepared = database.prepare(statement)
  // Only the first statement of a text is prepared; a second one would go by without a word.
  const rest = statement.slice(prepared.sourceSQL.length).replace(/--[^\n]*|\/\*[\s\S]*?\*\/|[\s;]/g, '')
  if (rest !== '') return { refused: undefined, why: 'more' }
  prepared.setReadBigInts(true)
  prepared.setReturnArrays(true)
  const columns = prepared.columns().map(({ name }) => name)
  pages = paged(columns, prepared.iterate() as unknown as Iterable<unknown[]>)
  next = pages.next()
  return send()
}

function send(): OutsideAnswer {
  const page = next!.value as OutsidePage
  next = pages!.next()
  return { page, isLast: next.done === true }
}

function* paged(columns: string[], rows: Iterable<unknown[]>): Generator<OutsidePage, void> {
  let page: Json[][] = []
  let text = 0
  let isFirst = true
  for (const row of rows) {
    const values = row.map(toJson)
    page.push(values)
    for (const value of values) if (typeof value === 'string') text += value.length
    if (page.length < rowsAtOnce && text < textAtOnce) continue
    yield { columns, rows: page }
    page = []
    text = 0
    isFirst = false
  }
  if (isFirst || page.length > 0) yield { columns, rows: page }
}

function toJson(value: unknown): Json {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : `${value}`
  }
  if (ArrayBuffer.isView(value))
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  if (typeof value === 'number') return Number.isFinite(value) ? value : `${value}`
  return value as Json
}
