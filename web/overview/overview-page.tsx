import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import type { Overview } from '../inventory-types.ts'
import { useMay } from '../session.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { AttentionPanel } from './attention-panel.tsx'
import { CountTiles } from './count-tiles.tsx'
import { DeviceKinds } from './device-kinds.tsx'
import { FirstSteps } from './first-steps.tsx'
import { NewestChanges } from './newest-changes.tsx'
import { OverviewSkeleton } from './overview-skeleton.tsx'
import { RunsPanel } from './runs-panel.tsx'
import { SourcesPanel } from './sources-panel.tsx'

const overviewQuery = {
  queryKey: ['overview'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Overview>('/overview', undefined, signal),
}

/** The whole inventory at one look. */
export function OverviewPage() {
  const query = useQuery(overviewQuery)
  return (
    <Page title="Overview">
      {query.data ? (
        <Everything overview={query.data} />
      ) : query.isError ? (
        <Panel>
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </Panel>
      ) : (
        <OverviewSkeleton />
      )}
    </Page>
  )
}

function Everything({ overview }: { overview: Overview }) {
  const maySeeSources = useMay('sources.read')
  const isEmpty = overview.devices.total === 0 && overview.runs.length === 0
  return (
    <>
      {isEmpty ? <FirstSteps sources={overview.sources.length} /> : null}
      <CountTiles overview={overview} />
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
        <div className="flex min-w-0 flex-col gap-3">
          <AttentionPanel attention={overview.attention} />
          <NewestChanges changes={overview.changes} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          {maySeeSources ? <RunsPanel runs={overview.runs} /> : null}
          {maySeeSources ? <SourcesPanel sources={overview.sources} /> : null}
          <DeviceKinds devices={overview.devices} />
        </div>
      </div>
    </>
  )
}
