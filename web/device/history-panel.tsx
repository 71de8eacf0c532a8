import { History } from 'lucide-react'
import type { Change } from '#features/inventory/device-shapes.ts'
import { changeWords } from '../changes/change-words.ts'
import { Origin } from '../changes/change-row.tsx'
import { DiffView } from '../changes/diff-view.tsx'
import { formatTime } from '../format.ts'
import type { Paged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

interface HistoryPanelProps {
  history: Paged<Change>
  /** Shows the device as it was at a time. */
  onAt(at: string): void
}

/** What happened to the device, newest first, with before and after. */
export function HistoryPanel({ history, onAt }: HistoryPanelProps) {
  return (
    <Panel title="History">
      <Listing
        listing={history}
        label="Changes, newest first"
        row={(change) => <Moment key={change.id} change={change} onAt={onAt} />}
        empty={
          <EmptyState icon={History} title="No history">
            Changes are kept for the time that the settings say.
          </EmptyState>
        }
      />
    </Panel>
  )
}

function Moment({ change, onAt }: { change: Change; onAt(at: string): void }) {
  const { word, tone } = changeWords[change.operation]
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-3 md:grid-cols-[10rem_minmax(0,1fr)]">
      <div className="flex flex-col items-start gap-0.5 text-xs text-muted">
        <button
          type="button"
          onClick={() => onAt(change.at)}
          className="text-left text-ink hover:text-accent hover:underline"
          title="Show the device as it was then"
        >
          {formatTime(change.at)}
        </button>
        <TimeAgo at={change.at} />
      </div>
      <div className="flex min-w-0 flex-col gap-1">
        <div className="flex items-center gap-2">
          <Badge tone={tone}>{word}</Badge>
          <Origin change={change} />
        </div>
        <DiffView before={change.before} after={change.after} atFirst={8} />
      </div>
    </li>
  )
}
