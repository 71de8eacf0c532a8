import { Link } from '@tanstack/react-router'
import { formatNumber } from '../format.ts'
import type { Source } from '../inventory-types.ts'
import { buttonClass } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

const dots: Record<string, string> = {
  complete: 'bg-good',
  running: 'bg-accent',
  partial: 'bg-warn',
  failed: 'bg-bad',
  cancelled: 'bg-line-strong',
}

/** How the last reading of a source ended, in a word. */
const stateOf = ({ enabled, lastRun }: Source): string =>
  enabled ? (lastRun?.status ?? 'never read') : 'switched off'

/** Each source with how its last reading went. */
export function SourcesPanel({ sources }: { sources: readonly Source[] }) {
  return (
    <Panel
      title="Sources"
      actions={
        <Link to="/sources" className={buttonClass('quiet', 'h-7')}>
          All sources
        </Link>
      }
    >
      {sources.length === 0 ? <p className="px-4 py-5 text-muted">None yet.</p> : null}
      <ul className="divide-y">
        {sources.slice(0, 8).map((source) => (
          <li key={source.name} className="flex items-center gap-2 px-4 py-1.5">
            <span
              className={`size-2 shrink-0 rounded-full ${dots[stateOf(source)] ?? 'border border-line-strong'}`}
              aria-hidden
            />
            <Link
              to="/runs"
              search={{ source: source.name }}
              className="min-w-0 truncate font-medium hover:text-accent hover:underline"
            >
              {source.name}
            </Link>
            <span className="truncate text-xs text-muted">{stateOf(source)}</span>
            <span className="ml-auto text-xs whitespace-nowrap text-muted">
              {formatNumber(source.records)} {source.records === 1 ? 'record' : 'records'}
              {source.lastRun ? (
                <>
                  {' · '}
                  <TimeAgo at={source.lastRun.completedAt ?? source.lastRun.startedAt} />
                </>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
