import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import { counted } from '../format.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { queryComplaintOf } from '../query/query-complaint.ts'
import { useSettled } from './use-settled.ts'

interface QueryRowsProps {
  subject: 'device' | 'host'
  q: string
  onQ(q: string): void
}

interface Named {
  id: number
  name?: string | null
  hostname?: string | null
  mac?: string | null
}

/** A query, and how many it finds as it stands. */
export function QueryRows({ subject, q, onQ }: QueryRowsProps) {
  const asked = useSettled(q.trim(), 300)
  const found = useQuery({
    queryKey: [`${subject}s`, 'rows of a job', asked],
    queryFn: ({ signal }) => api.get<Page<Named>>(`/${subject}s`, { q: asked, limit: 5 }, signal),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const isCurrent = asked === q.trim()
  const error = isCurrent ? found.error : undefined
  const total = found.data?.total
  const names = (found.data?.items ?? []).map(
    ({ name, hostname, mac, id }) => name ?? hostname ?? mac ?? `#${id}`,
  )
  return (
    <div className="flex flex-col gap-2">
      <QueryBar
        subject={subject}
        label={`Which ${subject}s`}
        placeholder={
          subject === 'device' ? 'site:graz type:vm…   empty for every device' : 'status:pending vendor:…'
        }
        q={q}
        error={error}
        onQuery={onQ}
        onText={onQ}
      />
      <output className="min-h-5 text-muted">
        {error && queryComplaintOf(error) === undefined ? String(error.message) : null}
        {error || total === undefined ? null : (
          <>
            <span className={total === 0 ? 'text-warn' : 'font-medium text-ink'}>
              {counted(total, subject)}
            </span>
            {q.trim() === '' ? ': every one there is' : ''}
            {names.length > 0 ? `: ${names.join(', ')}${total > names.length ? '…' : ''}` : ''}
          </>
        )}
      </output>
    </div>
  )
}
