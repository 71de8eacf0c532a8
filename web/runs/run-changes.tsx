import type { Change } from '#features/inventory/device-shapes.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { changeWords } from '../changes/change-words.ts'
import { ChangedDevice } from '../changes/change-row.tsx'
import { DiffView } from '../changes/diff-view.tsx'
import { formatNumber } from '../format.ts'
import { usePaged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** What the run changed in the inventory, device by device. */
export function RunChanges({ run }: { run: Run }) {
  const changes = usePaged<Change>('changes', '/changes', { runId: run.id }, { limit: 50 })
  const { items, total } = changes
  return (
    <Panel title={total === undefined ? 'What changed' : `What changed (${formatNumber(total)})`}>
      {items === undefined ? (
        changes.isError ? (
          <ErrorState error={changes.error} onRetry={() => void changes.refetch()} />
        ) : (
          <Skeleton />
        )
      ) : items.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted">
          {run.status === 'running' ? 'Nothing yet.' : 'Nothing: every device is as it was.'}
        </p>
      ) : (
        <ul className="divide-y">
          {items.map((change) => (
            <ChangeRow key={change.id} change={change} />
          ))}
        </ul>
      )}
      {changes.hasNextPage ? (
        <div className="border-t p-2 text-center">
          <Button look="quiet" busy={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </Panel>
  )
}

function ChangeRow({ change }: { change: Change }) {
  const { word, tone } = changeWords[change.operation]
  return (
    <li className="grid gap-x-3 gap-y-1 px-4 py-2 sm:grid-cols-[5.5rem_14rem_minmax(0,1fr)]">
      <span>
        <Badge tone={tone}>{word}</Badge>
      </span>
      <span className="flex min-w-0 items-start">
        <ChangedDevice change={change} />
      </span>
      <DiffView before={change.before} after={change.after} atFirst={4} />
    </li>
  )
}
