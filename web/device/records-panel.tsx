import type { LinkedRecord } from '../inventory-types.ts'
import { formatValue } from '../format.ts'
import { factLabel } from '../changes/diff-lines.ts'
import { Badge } from '../ui/badge.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** What each source calls the device, and why it is believed to be the same thing. */
export function RecordsPanel({ records }: { records: readonly LinkedRecord[] }) {
  return (
    <Panel title={`Records (${records.length})`}>
      {records.length === 0 ? <p className="px-4 py-3 text-muted">No source tells of it.</p> : null}
      <ul className="divide-y">
        {records.map((record) => (
          <RecordItem key={record.id} record={record} />
        ))}
      </ul>
    </Panel>
  )
}

function RecordItem({ record }: { record: LinkedRecord }) {
  const { source, kind, sourceId, lastSeen, missingSince, evidence, decidedBy, volatile, volatileAt } = record
  return (
    <li className="flex flex-col gap-1 px-4 py-2.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 truncate font-medium">
          {source === 'manual' ? 'Entered by hand' : source}
        </span>
        {kind === 'device' ? null : <Badge>{kind}</Badge>}
        {missingSince === null ? null : <Badge tone="bad">missing</Badge>}
        <TimeAgo at={missingSince ?? lastSeen} className="ml-auto text-xs whitespace-nowrap text-muted" />
      </div>
      <p className="truncate font-mono text-xs text-muted" title={sourceId}>
        {sourceId}
      </p>
      {evidence.length > 0 ? (
        <p className="text-xs text-muted">
          Linked by{' '}
          {evidence.map((each, index) => (
            <span key={each}>
              {index > 0 ? ', ' : ''}
              <span className="font-mono text-ink/80">{each}</span>
            </span>
          ))}
          {/^(system|rule)/.test(decidedBy) ? null : ` · decided by ${decidedBy}`}
        </p>
      ) : null}
      {volatile === null || Object.keys(volatile).length === 0 ? null : (
        <Volatile facts={volatile} at={volatileAt} />
      )}
    </li>
  )
}

/** Facts that change at every reading: kept, without a history. */
function Volatile({ facts, at }: { facts: Record<string, unknown>; at: string | null }) {
  return (
    <details>
      <summary className="text-xs text-muted">
        Readings from <TimeAgo at={at} />
      </summary>
      <dl className="mt-1 grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs">
        {Object.entries(facts).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="truncate text-muted">{factLabel(name)}</dt>
            <dd className="min-w-0 break-words">{formatValue(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
