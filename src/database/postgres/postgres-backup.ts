import { AppError } from '#kernel/errors.ts'
import type { BackupManifest } from '#database/backup-file.ts'
import { invalidBackup } from '#database/backup-file.ts'
import { ownTables } from '#database/own-tables.ts'
import type { BackupHead, BackupTable } from '#database/postgres/backup-lines.ts'
import { isEnd, isRow, isTable, readLines, writeLines } from '#database/postgres/backup-lines.ts'
import type { PlainClient } from '#database/postgres/plain-client.ts'
import { connectPlainly } from '#database/postgres/plain-client.ts'

const rowsAtOnce = 1_000

/** Writes everything of one moment into a file, without tools beside the server, and reads it back. */
export async function writePostgresBackup(
  url: string,
  target: string,
  about: Omit<BackupManifest, 'schema' | 'tables'>,
  signal: AbortSignal,
): Promise<BackupManifest> {
  const client = await connectPlainly(url, 'rollcall-backup')
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(`set local extra_float_digits = 1`)
    await client.query(`set local bytea_output = 'hex'`)
    await client.query('set local statement_timeout = 0')
    const [newest] = await client.query<{ name: string }>(
      'select name from schema_migrations order by name desc limit 1',
    )
    const schema = newest?.name ?? ''
    const head: BackupHead = { rollcall: 'backup', format: 1, ...about, schema }
    const tables = await writeLines(target, dump(client, head), signal)
    await compare(client, tables)
    const back = await readPostgresBackup(target, signal)
    return { ...about, schema, tables: back.tables }
  } finally {
    await client.end().catch(() => {})
  }
}

async function* dump(client: PlainClient, head: BackupHead): AsyncGenerator<string, Record<string, number>> {
  yield `${JSON.stringify(head)}\n`
  const counts: Record<string, number> = {}
  for (const table of await tablesOf(client)) {
    yield `${JSON.stringify(table)}\n`
    counts[table.table] = 0
    const texts = table.columns.map((column) => `"${column}"::text`).join(', ')
    await client.query(
      `declare rows no scroll cursor for select array_to_json(array[${texts}])::text as line from "${table.table}"`,
    )
    for (;;) {
      const rows = await client.query<{ line: string }>(`fetch ${rowsAtOnce} from rows`)
      if (rows.length === 0) break
      counts[table.table]! += rows.length
      yield `${rows.map((row) => row.line).join('\n')}\n`
    }
    await client.query('close rows')
  }
  return counts
}

/** Tables with columns and sequences as they are now, in the order of their names. */
async function tablesOf(client: PlainClient): Promise<BackupTable[]> {
  const own = ownTables('postgres')
  const rows = await client.query<{ name: string; columns: string; sequence: string | null }>(
    `select c.relname as name, json_agg(a.attname order by a.attnum)::text as columns,
       (select s.last_value::text from pg_sequences s
        where format('%I.%I', s.schemaname, s.sequencename) =
          case when bool_or(a.attidentity <> '')
            then pg_get_serial_sequence(c.oid::regclass::text, max(a.attname) filter (where a.attidentity <> '')) end
       ) as sequence
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     group by c.oid, c.relname order by c.relname collate "C"`,
  )
  return rows
    .filter((row) => own.has(row.name))
    .map((row) => ({
      table: row.name,
      columns: JSON.parse(row.columns) as string[],
      sequence: row.sequence,
    }))
}

/** Counts again in the same moment of the database, by another way. */
async function compare(client: PlainClient, tables: Record<string, number>): Promise<void> {
  for (const [table, rows] of Object.entries(tables)) {
    const [count] = await client.query<{ rows: string }>(`select count(*) as rows from "${table}"`)
    if (Number(count!.rows) !== rows)
      throw new AppError(
        'DATABASE_CORRUPT',
        `Table ${table} gave ${rows} rows where it counts ${count!.rows}`,
        {
          hint: 'An index may be damaged: run reindex on the server, and try again.',
        },
      )
  }
}

/** Reads a backup to its end and checks all of it; throws BACKUP_INVALID. */
export async function readPostgresBackup(file: string, signal: AbortSignal): Promise<BackupManifest> {
  let head: BackupHead | undefined
  for await (const line of readLines(file, signal)) {
    head ??= headOf(file, line)
    if (isEnd(line)) {
      const { takenAt, reason, schema, key } = head
      return { takenAt, reason: reason as BackupManifest['reason'], schema, key, tables: line.tables }
    }
  }
  throw invalidBackup(file, 'it is empty')
}

function headOf(file: string, line: object): BackupHead {
  const head = line as Partial<BackupHead>
  if (isRow(line as BackupTable) || isTable(line as BackupTable) || head.rollcall !== 'backup')
    throw invalidBackup(file, 'it does not begin like one')
  if (head.format !== 1)
    throw new AppError('DATABASE_NEWER', `${file} was written by a newer Rollcall`, {
      hint: 'Restore it with that version.',
    })
  return head as BackupHead
}
