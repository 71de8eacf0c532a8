import { useState } from 'react'
import { ChevronRight } from 'lucide-react'
import { formatValue } from '../format.ts'
import { Badge } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { TimeAgo } from '../ui/time-ago.tsx'

export interface AuditEntry {
  id: number
  at: string
  level: string
  eventType: string
  actor: string
  operation: string | null
  subject: string | null
  message: string
  details: Record<string, unknown> | null
  jobId: number | null
  rowNumber?: number | null
}

/** One line of the trail; its details are a click away. */
export function AuditLine({ entry, tellsJob = true }: { entry: AuditEntry; tellsJob?: boolean }) {
  const [open, setOpen] = useState(false)
  const place = [
    ...(entry.jobId === null || !tellsJob ? [] : [`job ${entry.jobId}`]),
    ...(entry.rowNumber ? [`row ${entry.rowNumber}`] : []),
  ].join(', ')
  const details = Object.entries({
    operation: entry.operation,
    subject: entry.subject,
    job: entry.jobId,
    row: entry.rowNumber ?? null,
    ...entry.details,
  }).filter(([, value]) => value !== null)
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[1rem_6rem_minmax(0,1fr)] items-baseline gap-x-2 px-3 py-1.5 text-left hover:bg-sunken/60 lg:grid-cols-[1rem_6rem_13rem_minmax(0,1fr)]"
      >
        <ChevronRight
          size={14}
          className={classNames('self-center text-muted transition-transform', open && 'rotate-90')}
          aria-hidden
        />
        <TimeAgo at={entry.at} className="text-xs text-muted" />
        <span className="hidden truncate text-xs text-muted lg:block">{entry.actor}</span>
        <span className="min-w-0 break-words">
          {entry.message}
          {place === '' ? null : <span className="ml-2 text-xs text-muted">{place}</span>}
          {/^warn|^err/i.test(entry.level) ? (
            <Badge tone="warn" className="ml-2">
              {entry.level.toLowerCase()}
            </Badge>
          ) : null}
        </span>
      </button>
      {open ? (
        <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 bg-sunken/50 px-9 py-2 text-xs">
          {details.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="font-mono break-words">{formatValue(value)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </li>
  )
}
