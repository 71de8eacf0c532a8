import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { RowsFrom } from '#features/jobs/job-shapes.ts'
import { openIdRows, openQueryRows } from '#features/previews/query-rows.ts'
import type { RowCall, RowSource, RowsFor } from '#features/previews/row-source.ts'
import { chosenSources } from '#features/previews/chosen-sources.ts'
import { openSqlTable } from '#features/previews/sql-table.ts'
import { openTableFile } from '#features/previews/table-file.ts'
import { openTableRows } from '#features/previews/table-rows.ts'
import { needUpload, uploadPath } from '#features/previews/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

/** Rows, and what has to be put away when they were read. */
export interface OpenRows extends RowSource {
  close(): Promise<void>
}

const nothingToClose = async (): Promise<void> => {}

/**
 * Opens what the rows of a job come from, as its requester may see it; null means the one row of an action that is about
 * nothing. Throws ROWS_INVALID, QUERY_INVALID, NOT_FOUND, POLICY_VIOLATED for too many rows, and what sources throw.
 */
export async function openRowSource(
  call: RowCall,
  action: RowsFor,
  rowsFrom: RowsFrom | null,
  signal: AbortSignal,
): Promise<OpenRows> {
  const { maxRows } = call.config.jobs.policy
  switch (rowsFrom?.kind) {
    case undefined:
      return { ...plainRows([{ key: '1', name: undefined }]), close: nothingToClose }
    case 'query':
      return { ...(await openQueryRows(call, action, rowsFrom.q, maxRows, signal)), close: nothingToClose }
    case 'ids':
      return { ...(await openIdRows(call, action, rowsFrom.ids)), close: nothingToClose }
    case 'sources': {
      const names = await chosenSources(call, rowsFrom.names)
      return { ...plainRows(names.map((name) => ({ key: name, name }))), close: nothingToClose }
    }
    case 'file': {
      const upload = await needUpload(call, call.actor, rowsFrom.upload)
      const file = await uploadPath(call, upload)
      const { table } = await openTableFile(file, upload.name, rowsFrom, signal)
      const options = { key: rowsFrom.key, dates: rowsFrom.dates, maxRows }
      return { ...(await openTableRows(call, action, table, options, signal)), close: nothingToClose }
    }
    case 'sql':
      return openSqlRows(call, action, rowsFrom, signal)
  }
}

async function openSqlRows(
  call: RowCall,
  action: RowsFor,
  { database: name, sql, key }: Extract<RowsFrom, { kind: 'sql' }>,
  signal: AbortSignal,
): Promise<OpenRows> {
  const { uploadDirectory, uploadBytes, policy } = call.config.jobs
  await mkdir(uploadDirectory, { recursive: true, mode: 0o700 })
  const spool = path.join(uploadDirectory, `${randomUUID()}.rows`)
  const database = needDatabase(call, name)
  const table = await openSqlTable({ database, sql, key }, { spool, mostBytes: uploadBytes }, signal)
  try {
    const rows = await openTableRows(call, action, table, { key, maxRows: policy.maxRows }, signal)
    return { ...rows, close: table.close }
  } catch (error) {
    await table.close()
    throw error
  }
}

/** A database of jobs.databases; NOT_FOUND for another name, FORBIDDEN for who sees only some devices. */
export function needDatabase({ config, actor }: Pick<RowCall, 'config' | 'actor'>, name: string) {
  // Somebody else's database knows nothing of our tags, so nothing there could be hidden from them.
  if (actor.tags !== undefined)
    throw new AppError('FORBIDDEN', 'Who sees only devices of some tags cannot take rows from a database')
  const { databases } = config.jobs
  const database = databases.find((each) => each.name === name)
  if (database) return database
  const names = databases.map((each) => each.name)
  const meant = suggest(name, names)
  throw new AppError('NOT_FOUND', `There is no database ${name} to take rows from`, {
    hint: meant === undefined ? 'Databases are named in jobs.databases.' : `Did you mean ${meant}?`,
    complaints: [
      { path: 'rowsFrom.database', value: name, expected: `one of ${names.join(', ') || 'none'}` },
    ],
  })
}

function plainRows(named: readonly { key: string; name: string | undefined }[]): RowSource {
  const rows = named.map(({ key, name }) => ({
    key,
    input: name === undefined ? {} : { source: name },
    deviceId: null,
    place: name === undefined ? 'row 1' : `source ${name}`,
  }))
  return {
    from: 'The rows',
    columns: [],
    total: rows.length,
    warnings: new Map(),
    excluded: new Map(),
    async *read() {
      yield rows
    },
  }
}
