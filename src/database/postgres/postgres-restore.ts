import { CompiledQuery } from 'kysely'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '#kernel/clock.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { invalidBackup } from '#database/backup-file.ts'
import type { BackupManifest } from '#database/backup-file.ts'
import { remakeSchema } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { BackupRow, BackupTable } from '#database/postgres/backup-lines.ts'
import { isRow, isTable, readLines } from '#database/postgres/backup-lines.ts'
import type { PlainClient } from '#database/postgres/plain-client.ts'
import { connectPlainly } from '#database/postgres/plain-client.ts'
import type { Transaction } from '#database/schema.ts'

/** Times that a connection gets 100 ms to be gone before it counts. */
const patience = 20
/** How old the last sign of life of a server may be for it to count as running. */
const aliveFor = 60_000
const rowsAtOnce = 1_000
const bytesAtOnce = 4_000_000

/** Throws CONFLICT while any process works on the database. */
export async function refuseRunning(url: string, clock: Clock): Promise<void> {
  const client = await connectPlainly(url, 'rollcall-restore')
  try {
    const sessions = await otherSessions(client)
    const [known] = await client.query<{ nodes: string | null }>(`select to_regclass('nodes')::text as nodes`)
    const alive = known?.nodes
      ? await client.query<{ hostname: string }>(
          'select hostname from nodes where heartbeat_at > $1 order by hostname',
          [shift(clock.now(), -aliveFor)],
        )
      : []
    if (alive.length === 0 && sessions === 0) return
    const where = alive.length > 0 ? ` on ${alive.map((node) => node.hostname).join(', ')}` : ''
    throw new AppError('CONFLICT', `Rollcall is running${where} on this database`, {
      hint: 'Stop every server and command that uses it, and restore again; one that was killed counts as running for a minute.',
    })
  } finally {
    await client.end()
  }
}

/** A server that was just stopped takes a moment to hang up. */
async function otherSessions(client: PlainClient): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const [sessions] = await client.query<{ count: string }>(
      `select count(*) as count from pg_stat_activity
       where datname = current_database() and application_name in ('rollcall', 'rollcall-restore', 'rollcall-changes')
         and pid <> pg_backend_pid()`,
    )
    if (sessions!.count === '0' || attempt === patience) return Number(sessions!.count)
    await wait(100)
  }
}

/** Empties our tables and fills them from a backup, in one transaction: all of it or nothing. */
export async function loadPostgresBackup(
  { url, file, clock, manifest }: { url: string; file: string; clock: Clock; manifest: BackupManifest },
  signal: AbortSignal,
): Promise<void> {
  const opened = await openDatabase({ url })
  try {
    await opened.db.transaction().execute(async (transaction) => {
      await remakeSchema(transaction, 'postgres', manifest.schema, clock)
      // Rows come in the order of table names, so keys to other tables are checked when all are there.
      const keys = await dropForeignKeys(transaction)
      await load(transaction, file, signal)
      for (const key of keys) await ask(transaction, key)
      signal.throwIfAborted()
    })
  } finally {
    await opened.close()
  }
}

async function ask<Row>(
  transaction: Transaction,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  return (await transaction.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]) as CompiledQuery<Row>))
    .rows
}

/** Gives the statements that make them again. */
async function dropForeignKeys(transaction: Transaction): Promise<string[]> {
  const keys = await ask<{ tab: string; name: string; definition: string }>(
    transaction,
    `select conrelid::regclass::text as tab, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace and conparentid = 0`,
  )
  for (const key of keys) await ask(transaction, `alter table ${key.tab} drop constraint "${key.name}"`)
  return keys.map((key) => `alter table ${key.tab} add constraint "${key.name}" ${key.definition}`)
}

async function load(transaction: Transaction, file: string, signal: AbortSignal): Promise<void> {
  let insert = ''
  let texts: string[] = []
  let size = 0
  const flush = async () => {
    if (texts.length > 0) await ask(transaction, insert, [`[${texts.join(',')}]`])
    texts = []
    size = 0
  }
  for await (const line of readLines(file, signal)) {
    if (isRow(line)) {
      const text = JSON.stringify(line satisfies BackupRow)
      texts.push(text)
      size += text.length
      if (texts.length >= rowsAtOnce || size > bytesAtOnce) await flush()
      continue
    }
    await flush()
    if (isTable(line)) insert = await prepareTable(transaction, file, line)
  }
}

/** Sets the table's sequence; gives the statement that inserts a list of its rows. */
async function prepareTable(transaction: Transaction, file: string, table: BackupTable): Promise<string> {
  const columns = await ask<{ name: string; type: string; identity: string }>(
    transaction,
    `select attname as name, format_type(atttypid, atttypmod) as type, attidentity as identity from pg_attribute
     where attrelid = to_regclass(quote_ident($1)) and attnum > 0 and not attisdropped`,
    [table.table],
  )
  const types = new Map(columns.map((column) => [column.name, column.type]))
  const unknown = table.columns.find((column) => !types.has(column))
  if (unknown !== undefined || table.columns.length !== columns.length)
    throw invalidBackup(file, `table ${table.table} does not have the columns of its schema`)
  const identity = columns.find((column) => column.identity !== '')
  if (identity && table.sequence !== null) {
    await ask(transaction, `select setval(pg_get_serial_sequence($1, $2), $3::text::bigint)`, [
      table.table,
      identity.name,
      table.sequence,
    ])
  }
  // A migration may have put its first row in.
  await ask(transaction, `delete from "${table.table}"`)
  const names = table.columns.map((column) => `"${column}"`).join(', ')
  const values = table.columns.map((column, index) => `(line->>${index})::${types.get(column)}`).join(', ')
  return `insert into "${table.table}" (${names}) select ${values} from json_array_elements($1::json) as given (line)`
}
