import type { Settings } from '../sources/setting-draft.ts'
import type { JobAction, Schedule } from './schedule-types.ts'

type RowsFrom = NonNullable<Schedule['rowsFrom']>

/** Where rows come from, as it is entered; `kept` is what this form doesn't show. */
export interface RowsDraft {
  kind: 'query' | 'sql' | 'kept'
  q: string
  database: string
  sql: string
  /** Names of sources, by commas; empty for all. */
  sources: string
}

/** A schedule as it is entered. */
export interface ScheduleDraft extends Pick<
  Schedule,
  | 'name'
  | 'action'
  | 'cron'
  | 'timeZone'
  | 'dstGap'
  | 'dstOverlap'
  | 'windows'
  | 'catchUp'
  | 'overlap'
  | 'mode'
  | 'enabled'
> {
  catchUpHours: string
  description: string
  rows: RowsDraft
}

/** The form of a schedule, filled with one or with what is usual. */
export const scheduleDraft = (schedule: Schedule | undefined, timeZone: string): ScheduleDraft => ({
  name: schedule?.name ?? '',
  action: schedule?.action ?? '',
  cron: schedule?.cron ?? '0 3 * * *',
  timeZone: schedule?.timeZone ?? timeZone,
  dstGap: schedule?.dstGap ?? 'shift',
  dstOverlap: schedule?.dstOverlap ?? 'first',
  windows: schedule?.windows ?? [],
  catchUp: schedule?.catchUp ?? 'last',
  catchUpHours: String(schedule?.catchUpHours ?? 24),
  overlap: schedule?.overlap ?? 'skip',
  mode: schedule?.mode ?? 'confirm',
  enabled: schedule?.enabled ?? true,
  description: schedule?.description ?? '',
  rows: rowsDraft(schedule?.rowsFrom ?? null),
})

function rowsDraft(rowsFrom: RowsFrom | null): RowsDraft {
  const empty: RowsDraft = { kind: 'query', q: '', database: '', sql: '', sources: '' }
  switch (rowsFrom?.kind) {
    case undefined:
      return empty
    case 'query':
      return { ...empty, q: rowsFrom.q }
    case 'sql':
      return { ...empty, kind: 'sql', database: rowsFrom.database, sql: rowsFrom.sql }
    case 'sources':
      return { ...empty, sources: rowsFrom.names.join(', ') }
    case 'ids':
    case 'file':
      return { ...empty, kind: 'kept' }
  }
}

/** Whether an action has rows that somebody may look at first. */
export const hasRows = ({ subject }: Pick<JobAction, 'subject'>): boolean =>
  subject !== 'none' && subject !== 'source'

/** What the server is sent for what is entered. */
export function scheduleBody(
  draft: ScheduleDraft,
  action: Pick<JobAction, 'subject'>,
  parameters: Settings,
  stored: Schedule | undefined,
): Record<string, unknown> {
  const { rows: _, catchUpHours, description, name, cron, timeZone, ...rest } = draft
  const hours = Number(catchUpHours)
  return {
    ...rest,
    name: name.trim(),
    cron: cron.trim(),
    timeZone: timeZone.trim(),
    catchUpHours: catchUpHours.trim() !== '' && Number.isFinite(hours) ? hours : catchUpHours,
    description: description.trim() || null,
    mode: hasRows(action) ? draft.mode : 'auto',
    parameters,
    rowsFrom: rowsBody(draft.rows, action, stored),
  }
}

function rowsBody(
  { kind, q, database, sql, sources }: RowsDraft,
  { subject }: Pick<JobAction, 'subject'>,
  stored: Schedule | undefined,
): RowsFrom | null {
  if (subject === 'none') return null
  if (subject === 'source') return { kind: 'sources', names: namesOf(sources) }
  if (kind === 'kept') return stored?.rowsFrom ?? null
  if (kind === 'query') return { kind, q: q.trim() }
  const before = stored?.rowsFrom?.kind === 'sql' ? stored.rowsFrom : undefined
  return { ...before, kind, database: database.trim(), sql: sql.trim() }
}

const namesOf = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((name) => name.trim())
    .filter(Boolean)

/** What its times depend on, as the preview of them is asked. */
export const timetableBody = ({ cron, timeZone, dstGap, dstOverlap, windows }: ScheduleDraft) => ({
  cron: cron.trim(),
  timeZone: timeZone.trim(),
  dstGap,
  dstOverlap,
  windows,
})
