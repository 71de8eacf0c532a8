import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import type { Freshness } from './prefix-types.ts'

/** When each source was last read to its end: what is free is only as free as that. */
export function FreshnessPanel({ freshness }: { freshness: readonly Freshness[] }) {
  return (
    <Panel title="How fresh this is">
      {freshness.length === 0 ? (
        <p className="px-4 py-2.5 text-muted">No source was read yet.</p>
      ) : (
        <ul aria-label="Sources" className="flex flex-col gap-0.5 px-4 py-2.5">
          {freshness.map(({ source, completeAt, status }) => (
            <li key={source} className="flex items-baseline gap-2">
              <span className="min-w-0 truncate">{source}</span>
              <span className="ml-auto text-xs whitespace-nowrap text-muted">
                {completeAt === null ? 'never read whole' : <TimeAgo at={completeAt} />}
                {status === 'failed' ? <span className="text-bad"> · failed since</span> : null}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
