import { useDeferredValue } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { asApiError } from '../api.ts'
import { timesQuery } from './schedule-actions.ts'
import { timetableBody, type ScheduleDraft } from './schedule-draft.ts'
import { localWords } from './schedule-words.ts'

/** The next five times of what is entered. */
export function TimesPreview({ draft }: { draft: ScheduleDraft }) {
  const timetable = useDeferredValue(JSON.stringify(timetableBody(draft)))
  const times = useQuery({
    ...timesQuery(JSON.parse(timetable) as object),
    placeholderData: keepPreviousData,
  })
  return (
    <div className="rounded-md bg-sunken px-3 py-2" aria-live="polite">
      <p className="text-xs font-medium">Next times</p>
      {times.isError ? (
        <p className="text-xs text-bad">{firstComplaint(times.error)}</p>
      ) : (
        <ol aria-label="Next times" className="mt-1 min-h-20 text-xs tabular-nums">
          {(times.data?.items ?? []).map(({ at, local, note }) => (
            <li key={at} className="flex flex-wrap gap-x-3">
              <span>{localWords(local)}</span>
              <span className="text-muted">UTC{local.slice(19)}</span>
              {note === null ? null : <span className="text-warn">{note}</span>}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

function firstComplaint(error: unknown): string {
  const { message, complaints } = asApiError(error)
  const [first] = complaints
  return first ? `Expected ${first.expected}.` : message
}
