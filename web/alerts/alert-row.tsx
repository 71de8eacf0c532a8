import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { api, type Page } from '../api.ts'
import { counted } from '../format.ts'
import type { useSelection } from '../list/use-selection.ts'
import { Badge } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { TimeAgo } from '../ui/time-ago.tsx'
import { stateText, suppressionWords, valueText, type AlertItem } from './alert-words.ts'
import { SeverityMark } from './severity-mark.tsx'

interface AlertRowProps {
  alert: AlertItem
  choice?: ReturnType<typeof useSelection<number>> | undefined
}

/** One alert in a list, with what follows from it folded below. */
export function AlertRow({ alert, choice }: AlertRowProps) {
  const [open, setOpen] = useState(false)
  const isCurrent = choice?.selection.cursor === alert.id
  return (
    <li
      aria-current={isCurrent ? 'true' : undefined}
      className={classNames(
        'border-l-2',
        isCurrent ? 'border-l-accent bg-accent-soft' : 'border-l-transparent',
      )}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
        {choice ? (
          <input
            type="checkbox"
            aria-label={`Select ${alert.title}`}
            checked={choice.selection.chosen.has(alert.id)}
            onChange={() => undefined}
            onClick={(event) => choice.onToggle(alert.id, event)}
          />
        ) : null}
        <span className="w-21 shrink-0">
          <SeverityMark severity={alert.severity} quiet={alert.state === 'resolved'} />
        </span>
        <Link
          to="/alerts/$id"
          params={{ id: String(alert.id) }}
          className="min-w-0 font-medium break-words hover:text-accent hover:underline"
        >
          {alert.title}
        </Link>
        <AlertBadges alert={alert} />
        <span className="ml-auto flex items-center gap-3 text-xs text-muted">
          {valueText(alert)}
          <TimeAgo at={alert.startedAt} className="whitespace-nowrap" />
        </span>
      </div>
      {alert.affected > 0 ? (
        <>
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex items-center gap-1 pb-2 pl-10 text-xs text-accent hover:underline"
          >
            <ChevronRight size={13} className={classNames(open && 'rotate-90')} aria-hidden />
            {counted(alert.affected, 'consequence')}
          </button>
          {open ? <Consequences id={alert.id} /> : null}
        </>
      ) : null}
    </li>
  )
}

export function AlertBadges({ alert }: { alert: AlertItem }) {
  const { state, suppressedBy, acknowledgedBy, flapping } = alert
  return (
    <>
      {state === 'firing' ? null : (
        <Badge tone={state === 'resolved' ? 'good' : 'neutral'}>{stateText[state]}</Badge>
      )}
      {acknowledgedBy === null ? null : <Badge tone="accent">{acknowledgedBy} looks after it</Badge>}
      {suppressedBy === null || state === 'resolved' ? null : <Badge>{suppressionWords[suppressedBy]}</Badge>}
      {flapping ? <Badge tone="warn">comes and goes</Badge> : null}
    </>
  )
}

function Consequences({ id }: { id: number }) {
  const { data } = useQuery({
    queryKey: ['alerts', 'of-cause', id],
    queryFn: ({ signal }) => api.get<Page<AlertItem>>('/alerts', { cause: id, limit: 200 }, signal),
  })
  return (
    <ul aria-label="Consequences" className="mb-2 ml-10 border-l">
      {data?.items.map((alert) => (
        <AlertRow key={alert.id} alert={alert} />
      ))}
    </ul>
  )
}
