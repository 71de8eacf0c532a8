import type { JobActionShape, RowsFrom } from '#features/jobs/job-shapes.ts'

export type RowKind = RowsFrom['kind']

/** Where the rows come from, as it is filled in: every way keeps what was written while another is tried. */
export interface RowsDraft {
  kind: RowKind
  q: string
  ids: readonly number[]
  sources: readonly string[]
  upload: string
  delimiter: string
  encoding: string
  sheet: string
  key: readonly string[]
  dates: '' | 'day-first' | 'month-first' | 'iso'
  database: string
  sql: string
  sqlKey: string
}

export const noRowsYet: RowsDraft = {
  kind: 'query',
  q: '',
  ids: [],
  sources: [],
  upload: '',
  delimiter: '',
  encoding: '',
  sheet: '',
  key: [],
  dates: '',
  database: '',
  sql: '',
  sqlKey: '',
}

export const kindLabels: Record<RowKind, string> = {
  query: 'A query',
  ids: 'Chosen ones',
  sources: 'Sources',
  file: 'A file',
  sql: 'Another database',
}

/** From where the rows of an action can come here. */
export function kindsOf(
  { subject }: Pick<JobActionShape, 'subject'>,
  { ids, databases }: { ids: readonly number[]; databases: readonly string[] },
): RowKind[] {
  if (subject === 'none') return []
  if (subject === 'source') return ['sources']
  const rest: RowKind[] = [
    ...(ids.length > 0 ? (['ids'] as const) : []),
    'file',
    ...(databases.length > 0 ? (['sql'] as const) : []),
  ]
  return ['query', ...rest]
}

/** Filled in as the server takes it; null for an action without rows. */
export function rowsFromOf(draft: RowsDraft, kinds: readonly RowKind[]): RowsFrom | null {
  if (kinds.length === 0) return null
  const kind = kinds.includes(draft.kind) ? draft.kind : kinds[0]!
  switch (kind) {
    case 'query':
      return { kind, q: draft.q.trim() }
    case 'ids':
      return { kind, ids: [...draft.ids] }
    case 'sources':
      return { kind, names: [...draft.sources] }
    case 'file':
      return {
        kind,
        upload: draft.upload,
        ...(draft.delimiter === '' ? {} : { delimiter: draft.delimiter }),
        ...(draft.encoding === '' ? {} : { encoding: draft.encoding }),
        ...(draft.sheet === '' ? {} : { sheet: draft.sheet }),
        ...(draft.key.length === 0 ? {} : { key: [...draft.key] }),
        ...(draft.dates === '' ? {} : { dates: draft.dates }),
      }
    case 'sql': {
      const key = draft.sqlKey.split(/[\s,]+/).filter(Boolean)
      return { kind, database: draft.database, sql: draft.sql, ...(key.length === 0 ? {} : { key }) }
    }
  }
}

/** A proposal's rows as a form that goes on from there. */
export function rowsDraftOf(from: RowsFrom | null): RowsDraft {
  if (from === null) return noRowsYet
  switch (from.kind) {
    case 'query':
      return { ...noRowsYet, kind: 'query', q: from.q }
    case 'ids':
      return { ...noRowsYet, kind: 'ids', ids: from.ids }
    case 'sources':
      return { ...noRowsYet, kind: 'sources', sources: from.names }
    case 'file':
      return {
        ...noRowsYet,
        kind: 'file',
        upload: from.upload,
        delimiter: from.delimiter ?? '',
        encoding: from.encoding ?? '',
        sheet: from.sheet ?? '',
        key: from.key ?? [],
        dates: from.dates ?? '',
      }
    case 'sql':
      return {
        ...noRowsYet,
        kind: 'sql',
        database: from.database,
        sql: from.sql,
        sqlKey: (from.key ?? []).join(', '),
      }
  }
}

/** What is still missing before the rows can be looked for. */
export function missingRows(draft: RowsDraft, kinds: readonly RowKind[]): string | undefined {
  const from = rowsFromOf(draft, kinds)
  if (from?.kind === 'file' && from.upload === '') return 'a file'
  if (from?.kind === 'sql' && (from.database === '' || from.sql.trim() === ''))
    return 'a database and its SQL'
  return undefined
}
