import type { JobActionShape } from '#features/jobs/job-shapes.ts'
import { counted } from '../format.ts'
import { SelectField, TextAreaField, TextField } from '../ui/field.tsx'
import { classNames } from '../ui/class-names.ts'
import { FileRows } from './file-rows.tsx'
import { QueryRows } from './query-rows.tsx'
import { kindLabels, type RowKind, type RowsDraft } from './rows-draft.ts'
import { SourceRows } from './source-rows.tsx'

interface RowsPickerProps {
  subject: JobActionShape['subject']
  kinds: readonly RowKind[]
  databases: readonly string[]
  draft: RowsDraft
  onDraft(draft: RowsDraft): void
}

/** Where the rows of a job come from. */
export function RowsPicker({ subject, kinds, databases, draft, onDraft }: RowsPickerProps) {
  const kind = kinds.includes(draft.kind) ? draft.kind : kinds[0]!
  const change = (next: Partial<RowsDraft>) => onDraft({ ...draft, kind, ...next })
  const noun = subject === 'host' ? 'host' : 'device'
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      {kinds.length > 1 ? (
        <nav aria-label="Where the rows come from" className="flex flex-wrap gap-0.5">
          {kinds.map((each) => (
            <button
              key={each}
              type="button"
              aria-current={each === kind ? 'true' : undefined}
              onClick={() => change({ kind: each })}
              className={classNames(
                'h-8 rounded-md px-2.5',
                each === kind ? 'bg-sunken font-medium text-ink' : 'text-muted hover:text-ink',
              )}
            >
              {kindLabels[each]}
            </button>
          ))}
        </nav>
      ) : null}
      {kind === 'query' ? <QueryRows subject={noun} q={draft.q} onQ={(q) => change({ q })} /> : null}
      {kind === 'ids' ? <p>{counted(draft.ids.length, noun)}, chosen one by one in the list.</p> : null}
      {kind === 'sources' ? (
        <SourceRows chosen={draft.sources} onChosen={(sources) => change({ sources })} />
      ) : null}
      {kind === 'file' ? <FileRows draft={draft} onDraft={change} /> : null}
      {kind === 'sql' ? <SqlRows databases={databases} draft={draft} onDraft={change} /> : null}
    </div>
  )
}

interface SqlRowsProps {
  databases: readonly string[]
  draft: RowsDraft
  onDraft(draft: Partial<RowsDraft>): void
}

function SqlRows({ databases, draft, onDraft }: SqlRowsProps) {
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label="Database"
          required
          value={draft.database}
          options={[
            { value: '', label: 'Choose one' },
            ...databases.map((name) => ({ value: name, label: name })),
          ]}
          onChange={(event) => onDraft({ database: event.target.value })}
        />
        <TextField
          label="Columns that name a row"
          hint="Several with commas. Empty: found by their names."
          spellCheck={false}
          value={draft.sqlKey}
          onChange={(event) => onDraft({ sqlKey: event.target.value })}
        />
      </div>
      <TextAreaField
        label="SQL"
        required
        rows={5}
        hint="It only reads; what would write is refused."
        placeholder="select name, site, rack from servers where retired = 0"
        spellCheck={false}
        className="font-mono text-xs leading-5"
        value={draft.sql}
        onChange={(event) => onDraft({ sql: event.target.value })}
      />
    </div>
  )
}
