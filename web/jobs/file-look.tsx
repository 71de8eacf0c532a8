import { useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import type { UploadLook } from '#features/previews/look-at-upload.ts'
import { api } from '../api.ts'
import { formatValue } from '../format.ts'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, SelectField, TextField } from '../ui/field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Fold } from './fold.tsx'
import type { RowsDraft } from './rows-draft.ts'

interface FileLookProps {
  draft: RowsDraft
  onDraft(draft: Partial<RowsDraft>): void
}

const dateReadings = [
  { value: '', label: 'as they are' },
  { value: 'iso', label: '2026-12-31' },
  { value: 'day-first', label: '31/12/2026: day first' },
  { value: 'month-first', label: '12/31/2026: month first' },
]

/** How an uploaded file would be read, and what a person can say about that. */
export function FileLook({ draft, onDraft }: FileLookProps) {
  const { upload, sheet, delimiter, encoding } = draft
  const look = useQuery({
    queryKey: ['upload', upload, sheet, delimiter, encoding],
    queryFn: ({ signal }) =>
      api.get<UploadLook>(`/uploads/${upload}/look`, { sheet, delimiter, encoding }, signal),
    staleTime: Infinity,
    retry: false,
  })
  if (look.isError) return <ErrorLine error={look.error} />
  if (!look.data) return <Skeleton lines={4} />
  const { sheets, columns, warnings, format } = look.data
  return (
    <div className="flex flex-col gap-3">
      {warnings.map((warning) => (
        <p key={warning} className="flex items-start gap-2 text-warn">
          <TriangleAlert size={15} className="mt-0.5 shrink-0" aria-hidden /> {warning}
        </p>
      ))}
      <div className="grid gap-3 sm:grid-cols-2">
        {sheets.length > 1 ? (
          <SelectField
            label="Sheet"
            required
            value={sheet}
            options={[
              { value: '', label: 'Choose one' },
              ...sheets.map((name) => ({ value: name, label: name })),
            ]}
            onChange={(event) => onDraft({ sheet: event.target.value, key: [] })}
          />
        ) : null}
        {columns.length > 0 ? (
          <SelectField
            label="Dates are written"
            value={draft.dates}
            options={dateReadings}
            onChange={(event) => onDraft({ dates: event.target.value as RowsDraft['dates'] })}
          />
        ) : null}
      </div>
      {columns.length > 0 ? (
        <fieldset>
          <legend className="mb-1 text-xs font-medium">
            Columns that together name a row{' '}
            <span className="font-normal text-muted">(none: found by their names)</span>
          </legend>
          <div className="flex flex-wrap gap-x-4 gap-y-1">
            {columns.map((name) => (
              <CheckField
                key={name}
                label={name}
                checked={draft.key.includes(name)}
                onValue={(on) =>
                  onDraft({ key: on ? [...draft.key, name] : draft.key.filter((each) => each !== name) })
                }
              />
            ))}
          </div>
        </fieldset>
      ) : null}
      {columns.length > 0 ? <Sample look={look.data} /> : null}
      {format === 'csv' ? (
        <Fold title="It looks wrong: other characters, another delimiter">
          <div className="grid gap-3 sm:grid-cols-2">
            <SelectField
              label="Delimiter"
              value={delimiter}
              options={[
                { value: '', label: `found: ${delimiterName(look.data.delimiter)}` },
                { value: ',', label: 'comma' },
                { value: ';', label: 'semicolon' },
                { value: '\t', label: 'tab' },
                { value: '|', label: 'bar' },
              ]}
              onChange={(event) => onDraft({ delimiter: event.target.value })}
            />
            <TextField
              label="Encoding"
              placeholder={look.data.encoding ?? 'utf-8'}
              hint="Such as utf-8, windows-1252, utf-16le."
              value={encoding}
              onChange={(event) => onDraft({ encoding: event.target.value.trim() })}
            />
          </div>
        </Fold>
      ) : null}
    </div>
  )
}

const delimiterName = (delimiter: string | null): string =>
  delimiter === '\t'
    ? 'tab'
    : delimiter === ','
      ? 'comma'
      : delimiter === ';'
        ? 'semicolon'
        : (delimiter ?? 'none')

/** The first rows, as they are read. */
function Sample({ look: { columns, rows } }: { look: UploadLook }) {
  const shown = rows.slice(0, 8)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keys
    <section className="overflow-x-auto rounded-md border" tabIndex={0} aria-label="First rows">
      <table className="w-full text-left text-xs" aria-label="First rows of the file">
        <thead>
          <tr>
            {columns.map((name) => (
              <th
                key={name}
                scope="col"
                className="border-b px-2 py-1 font-medium whitespace-nowrap text-muted"
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {shown.map((cells, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows of a file are their places
            <tr key={index}>
              {cells.map((cell, place) => (
                <td key={columns[place]} className="max-w-60 truncate px-2 py-1">
                  {formatValue(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
