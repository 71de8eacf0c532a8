import { useEffect, useState } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { X } from 'lucide-react'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { formatNumber } from '../format.ts'
import { classNames } from '../ui/class-names.ts'
import { inputClass } from '../ui/field.tsx'

/** Rows by their state, by what names them, and by the error they ended with. */
export function RowFilters({ job }: { job: JobDetail }) {
  const search = useSearch({ from: '/shell/jobs/$id' })
  const navigate = useNavigate({ from: '/jobs/$id' })
  const { rows, totalRows, ambiguousRows } = job
  const tabs: readonly (readonly [string | undefined, string, number])[] = [
    [undefined, 'All', totalRows],
    ['pending', 'To do', rows.pending],
    ['processing', 'In work', rows.processing],
    ['completed', 'Done', rows.completed],
    ['failed', 'Failed', rows.failed],
    ['skipped', 'Skipped', rows.skipped],
    ['unclear', 'Unclear', ambiguousRows],
  ]
  const go = (next: { status?: string | undefined; code?: string | undefined; key?: string | undefined }) => {
    const { status, code, key } = { ...search, ...next }
    void navigate({
      search: { ...(status ? { status } : {}), ...(code ? { code } : {}), ...(key ? { key } : {}) },
      replace: true,
    })
  }
  return (
    <>
      <nav aria-label="State of rows" className="flex max-w-full gap-0.5 overflow-x-auto">
        {tabs.map(([name, label, count]) => (
          <button
            key={label}
            type="button"
            aria-current={search.status === name ? 'true' : undefined}
            onClick={() => go({ status: name })}
            className={classNames(
              'flex h-8 items-center gap-1.5 rounded-md px-2.5 text-sm whitespace-nowrap',
              search.status === name ? 'bg-sunken font-medium text-ink' : 'text-muted hover:text-ink',
            )}
          >
            {label}
            <span
              className={classNames(
                'rounded px-1 text-2xs',
                count > 0 && label === 'Failed' && 'bg-bad-soft text-bad',
                count > 0 && label === 'Unclear' && 'bg-warn-soft text-warn',
                !(count > 0 && (label === 'Failed' || label === 'Unclear')) && 'text-muted',
              )}
            >
              {formatNumber(count)}
            </span>
          </button>
        ))}
      </nav>
      <KeyBox value={search.key ?? ''} onValue={(key) => go({ key })} />
      {search.code === undefined ? null : (
        <button
          type="button"
          onClick={() => go({ code: undefined })}
          className="inline-flex h-8 items-center gap-1.5 rounded-md bg-accent-soft px-2.5 text-accent"
        >
          <span className="sr-only">Only rows with the error </span>
          <code className="font-mono text-xs">{search.code}</code>
          <X size={14} aria-label="Show others too" />
        </button>
      )}
    </>
  )
}

function KeyBox({ value, onValue }: { value: string; onValue(value: string): void }) {
  const [text, setText] = useState(value)
  useEffect(() => {
    if (text.trim() === value) return undefined
    const timer = setTimeout(() => onValue(text.trim()), 250)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react/exhaustive-deps -- only what is typed begins the wait
  }, [text])
  return (
    <input
      type="search"
      aria-label="Search by key"
      placeholder="Key of a row"
      autoComplete="off"
      className={classNames(inputClass, 'h-8')}
      style={{ width: '10rem' }}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  )
}
