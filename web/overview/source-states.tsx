import { Link } from '@tanstack/react-router'
import { counted } from '../format.ts'
import type { Source } from '../inventory-types.ts'
import { healthOf } from '../sources/source-health.ts'
import { Badge } from '../ui/badge.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** Whether one can rely on each source, those in trouble first. */
export function SourceStates({ sources }: { sources: readonly Source[] }) {
  const weight = { bad: 0, warn: 1, accent: 2, neutral: 3, good: 4 }
  const sorted = sources
    .map((source) => ({ source, health: healthOf(source) }))
    .toSorted(
      (left, right) =>
        weight[left.health.tone] - weight[right.health.tone] ||
        left.source.name.localeCompare(right.source.name),
    )
  return (
    <Panel
      title="Sources"
      actions={
        <Link to="/sources" className="px-1 text-xs text-accent hover:underline">
          All sources
        </Link>
      }
    >
      {sorted.length === 0 ? <NoSources /> : null}
      <ul className="divide-y">
        {sorted.map(({ source, health }) => (
          <li key={source.name} className="flex items-center gap-2 px-4 py-1.5">
            <Link
              to="/devices"
              search={{ q: `source:${source.name.includes(' ') ? `"${source.name}"` : source.name}` }}
              className="min-w-0 truncate font-medium hover:text-accent hover:underline"
            >
              {source.name}
            </Link>
            <Badge tone={health.tone}>{health.word}</Badge>
            <span className="ml-auto shrink-0 text-right text-xs whitespace-nowrap text-muted">
              {counted(source.records, 'record')}
            </span>
            <TimeAgo
              at={source.lastRun?.completedAt ?? source.lastRun?.startedAt ?? null}
              className="w-18 shrink-0 text-right text-xs whitespace-nowrap text-muted"
            />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function NoSources() {
  return (
    <div className="flex flex-col items-start gap-2 px-4 py-3.5 text-muted">
      <p>No system is read yet.</p>
      <Link to="/sources" search={{ add: 'choose' }} className={buttonClass()}>
        Add a source
      </Link>
    </div>
  )
}
