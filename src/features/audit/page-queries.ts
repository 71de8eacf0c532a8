import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { AuditLogsTable, Database } from '#database/schema.ts'
import { hashedColumns, noHash, textTag } from '#features/audit/line-hash.ts'

/** Where a line lies in the bytes of a page. */
export interface Place {
  id: number
  /** Bytes of its text; its hash follows, and a line feed. */
  textBytes: number
  hashBytes: number
  removedBy: number | null
}

/** Lines as one piece of bytes: for each its text, its hash and a line feed. So the input of every hash is in one piece. */
export interface ChainPage {
  bytes: Buffer
  places: Place[]
}

const nullable: ReadonlySet<string> = new Set(['job_id', 'details', 'row_number', 'operation', 'subject'])

const lineFeed = (engine: Engine): string => (engine === 'sqlite' ? 'char(10)' : 'chr(10)')

/** The SQL of lineText(). */
function textSql(engine: Engine): string {
  const parts = hashedColumns.map((column) => {
    const text = engine === 'sqlite' ? column : `${column}::text`
    const part = `octet_length(${text}) || ':' || ${text}`
    return nullable.has(column) ? `coalesce(${part}, '-')` : part
  })
  return `concat('${textTag}', ${[...parts, "''"].map((part) => `${lineFeed(engine)}, ${part}`).join(', ')})`
}

const pageSql: Record<Engine, { text: string; bytes: string; places: string }> = {
  sqlite: {
    text: textSql('sqlite'),
    bytes: `cast(group_concat(text || hash || char(10), '') as blob)`,
    places: `group_concat(id || ' ' || octet_length(text) || ' ' || octet_length(hash) || ' ' || coalesce(removed_by, ''), ',')`,
  },
  postgres: {
    text: textSql('postgres'),
    bytes: `string_agg(text || hash || chr(10), '' order by id)`,
    places: `string_agg(id || ' ' || octet_length(text) || ' ' || octet_length(hash) || ' ' || coalesce(removed_by::text, ''), ',' order by id)`,
  },
}

async function page(
  db: Database,
  engine: Engine,
  { text, condition, limit }: { text: RawBuilder<unknown>; condition: RawBuilder<unknown>; limit: number },
  signal: AbortSignal | undefined,
): Promise<ChainPage> {
  const { bytes, places } = pageSql[engine]
  const { rows } = await sql<{ bytes: Uint8Array | string | null; places: string | null }>`
    select ${sql.raw(bytes)} as bytes, ${sql.raw(places)} as places
    from (
      select id, removed_by, coalesce(hash, '') as hash, ${text} as text
      from audit_logs where ${condition} order by id limit ${sql.lit(limit)}
    ) as lines`.execute(db, { signal })
  const found = rows[0]
  return {
    bytes:
      typeof found?.bytes === 'string'
        ? Buffer.from(found.bytes)
        : asBuffer(found?.bytes ?? new Uint8Array()),
    places: (found?.places ?? '').split(',').filter(Boolean).map(placeOf),
  }
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)

function placeOf(text: string): Place {
  const [id, textBytes, hashBytes, removedBy] = text.split(' ')
  return {
    id: Number(id),
    textBytes: Number(textBytes),
    hashBytes: Number(hashBytes),
    removedBy: removedBy ? Number(removedBy) : null,
  }
}

/**
 * Lines after an id and up to another, in order. The end is left to us: PostgreSQL, where it knows little of the table,
 * would read all lines up to it for each page.
 */
export async function readPage(
  db: Database,
  engine: Engine,
  { after, until, limit }: { after: number; until: number; limit: number },
  signal?: AbortSignal,
): Promise<ChainPage> {
  const text = sql.raw(pageSql[engine].text)
  const { bytes, places } = await page(db, engine, { text, condition: sql`id > ${after}`, limit }, signal)
  return { bytes, places: places.filter(({ id }) => id <= until) }
}

/** The hash of the line before, also where retention removed that line. */
export const previousHash = sql<string>`coalesce(
  (select before.hash from audit_logs as before where before.id = audit_logs.id - 1),
  (select last_hash from audit_ranges where last_id = audit_logs.id - 1), ${sql.lit(noHash)})`

/**
 * Lines whose words a purge took: those of one line that tells of it, after an id and up to another. Each text stands
 * behind the hash of the line before and a line feed.
 */
export const readPurged = (
  db: Database,
  engine: Engine,
  { removedBy, after, until, limit }: { removedBy: number; after: number; until: number; limit: number },
  signal?: AbortSignal,
): Promise<ChainPage> =>
  page(
    db,
    engine,
    {
      text: sql`concat(${previousHash}, ${sql.raw(lineFeed(engine))}, ${sql.raw(pageSql[engine].text)})`,
      condition: sql`removed_by = ${removedBy} and id > ${after} and id <= ${until}`,
      limit,
    },
    signal,
  )

/** Lines as rows, from an id on. */
export const readLines = (db: Database, from: number, limit: number): Promise<AuditLogsTable[]> =>
  db.selectFrom('audit_logs').selectAll().where('id', '>=', from).orderBy('id').limit(limit).execute()

/** Purges that are told of after an id and took words from lines up to it. */
export async function purgesAcross(db: Database, id: number): Promise<number[]> {
  const rows = await db
    .selectFrom('audit_logs')
    .select('removed_by')
    .distinct()
    .where('removed_by', '>', id)
    .where('id', '<=', id)
    .execute()
  return rows.map((row) => row.removed_by!)
}

/** One line; undefined where there is none. */
export const readLine = (db: Database, id: number): Promise<AuditLogsTable | undefined> =>
  db.selectFrom('audit_logs').selectAll().where('id', '=', id).executeTakeFirst()

/** Removed beginnings of the chain, in order. */
export const readRanges = (db: Database) =>
  db.selectFrom('audit_ranges').selectAll().orderBy('first_id').execute()
