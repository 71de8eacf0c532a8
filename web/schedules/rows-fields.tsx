import { SelectField, TextAreaField, TextField } from '../ui/field.tsx'
import type { RowsDraft } from './schedule-draft.ts'
import type { JobAction, Schedule } from './schedule-types.ts'

interface RowsFieldsProps {
  subject: JobAction['subject']
  rows: RowsDraft
  /** Where rows come from that this form doesn't show. */
  kept: Schedule['rowsFrom']
  error: string | undefined
  onRows(rows: RowsDraft): void
}

/** Where the rows of each job come from: asked anew each time. */
export function RowsFields({ subject, rows, kept, error, onRows }: RowsFieldsProps) {
  if (subject === 'none') return null
  if (subject === 'source')
    return (
      <TextField
        label="Sources"
        value={rows.sources}
        error={error}
        hint="Their names, by commas; every enabled one when there is none."
        onChange={(event) => onRows({ ...rows, sources: event.target.value })}
      />
    )
  const isOther = kept?.kind === 'ids' || kept?.kind === 'file'
  return (
    <div className="flex flex-col gap-3.5">
      <SelectField
        label="Rows from"
        value={rows.kind}
        error={rows.kind === 'kept' ? error : undefined}
        options={[
          { value: 'query', label: subject === 'host' ? 'hosts, by a query' : 'devices, by a query' },
          { value: 'sql', label: 'a database, by SQL' },
          ...(isOther ? [{ value: 'kept', label: `as before (${kept.kind})` }] : []),
        ]}
        onChange={(event) => onRows({ ...rows, kind: event.target.value as RowsDraft['kind'] })}
      />
      {rows.kind === 'query' ? (
        <TextField
          label="Query"
          className="font-mono"
          spellCheck={false}
          placeholder="type:server status:active"
          value={rows.q}
          error={error}
          hint="It is asked anew each time. Empty means all."
          onChange={(event) => onRows({ ...rows, q: event.target.value })}
        />
      ) : null}
      {rows.kind === 'sql' ? (
        <>
          <TextField
            label="Database"
            value={rows.database}
            hint="A name of jobs.databases in the configuration."
            onChange={(event) => onRows({ ...rows, database: event.target.value })}
          />
          <TextAreaField
            label="SQL"
            className="font-mono text-xs"
            spellCheck={false}
            value={rows.sql}
            error={error}
            onChange={(event) => onRows({ ...rows, sql: event.target.value })}
          />
        </>
      ) : null}
    </div>
  )
}
