import { useRef, useState, type DragEvent } from 'react'
import { useQuery } from '@tanstack/react-query'
import { FileUp, TriangleAlert } from 'lucide-react'
import type { UploadLook } from '#features/previews/look-at-upload.ts'
import { api } from '../api.ts'
import { formatBytes, formatValue } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, SelectField, TextField } from '../ui/field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Fold } from './fold.tsx'
import type { RowsDraft } from './rows-draft.ts'
import { uploadFile, type UploadedFile } from './upload-file.ts'

interface FileRowsProps {
  draft: RowsDraft
  onDraft(draft: Partial<RowsDraft>): void
}

/** A file of rows: dropped or chosen, sent, looked at, and how it is to be read. */
export function FileRows({ draft, onDraft }: FileRowsProps) {
  const [file, setFile] = useState<UploadedFile>()
  const [share, setShare] = useState<number>()
  const [error, setError] = useState<unknown>()
  const stop = useRef<AbortController>(undefined)
  const send = async (chosen: File) => {
    stop.current?.abort()
    const stopping = new AbortController()
    stop.current = stopping
    setError(undefined)
    setShare(0)
    onDraft({ upload: '', sheet: '', key: [], dates: '', delimiter: '', encoding: '' })
    try {
      const kept = await uploadFile(chosen, setShare, stopping.signal)
      setFile(kept)
      onDraft({ upload: kept.id, sheet: '', key: [], dates: '', delimiter: '', encoding: '' })
    } catch (thrown) {
      if (!stopping.signal.aborted) setError(thrown)
    } finally {
      if (stop.current === stopping) setShare(undefined)
    }
  }
  return (
    <div className="flex flex-col gap-3">
      <DropZone share={share} onFile={(chosen) => void send(chosen)} onStop={() => stop.current?.abort()}>
        {shownFile(draft.upload, file)}
      </DropZone>
      <ErrorLine error={error} />
      {draft.upload === '' ? null : <Look draft={draft} onDraft={onDraft} />}
    </div>
  )
}

/** What is said of the file that is there; undefined without one. */
function shownFile(upload: string, file: UploadedFile | undefined): string | undefined {
  if (upload === '') return undefined
  return file?.id === upload
    ? `${file.name}, ${formatBytes(file.bytes)}`
    : 'The file that was uploaded before'
}

interface DropZoneProps {
  share: number | undefined
  onFile(file: File): void
  onStop(): void
  children: string | undefined
}

function DropZone({ share, onFile, onStop, children }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file) onFile(file)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping is one more way beside the button
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`flex min-h-24 flex-wrap items-center justify-center gap-3 rounded-lg border border-dashed px-4 py-4 ${
        over ? 'border-accent bg-accent-soft' : 'border-line-strong'
      }`}
    >
      <FileUp size={20} strokeWidth={1.5} className="text-muted" aria-hidden />
      {share === undefined ? (
        <>
          <span className={children === undefined ? 'text-muted' : 'font-medium'}>
            {children ?? 'Drop a CSV, Excel or JSON Lines file here, or'}
          </span>
          <Button onClick={() => input.current?.click()}>
            {children === undefined ? 'Choose a file' : 'Choose another'}
          </Button>
        </>
      ) : (
        <>
          <progress
            className="h-1.5 w-48 accent-accent"
            aria-label="Sending the file"
            max={1}
            value={share}
          />
          <span className="w-10 text-muted">{Math.floor(share * 100)}%</span>
          <Button look="quiet" onClick={onStop}>
            Stop
          </Button>
        </>
      )}
      <input
        ref={input}
        type="file"
        aria-label="File of rows"
        accept=".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          if (file) onFile(file)
          // The same file can be chosen again after it was mended.
          event.target.value = ''
        }}
      />
    </div>
  )
}

const dateReadings = [
  { value: '', label: 'as they are' },
  { value: 'iso', label: '2026-12-31' },
  { value: 'day-first', label: '31/12/2026: day first' },
  { value: 'month-first', label: '12/31/2026: month first' },
]

function Look({ draft, onDraft }: FileRowsProps) {
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
