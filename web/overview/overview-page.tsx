import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Radar, RefreshCw } from 'lucide-react'
import { api } from '../api.ts'
import type { Overview } from '../inventory-types.ts'
import { useMay } from '../session.ts'
import { DiscoverDialog } from '../sources/discover-dialog.tsx'
import { syncNow } from '../sources/source-actions.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { AttentionPanel } from './attention-panel.tsx'
import { DeviceCounts, HostCounts, TypeCounts } from './counts.tsx'
import { FindingsPanel } from './findings-panel.tsx'
import { FirstSteps } from './first-steps.tsx'
import { MonitoringCard } from './monitoring-card.tsx'
import { NewestChanges } from './newest-changes.tsx'
import { NewestRuns } from './newest-runs.tsx'
import { OverviewSkeleton } from './overview-skeleton.tsx'
import { SourceStates } from './source-states.tsx'

const overviewQuery = {
  queryKey: ['overview'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Overview>('/overview', undefined, signal),
}

/** The whole inventory at one look. */
export function OverviewPage() {
  const { data, isError, error, refetch } = useQuery(overviewQuery)
  const [discovers, setDiscovers] = useState(false)
  const maySync = useMay('sync.run')
  return (
    <Page
      title="Overview"
      actions={
        maySync ? (
          <>
            <Button icon={Radar} onClick={() => setDiscovers(true)}>
              Discover
            </Button>
            <Button
              icon={RefreshCw}
              disabled={!data?.sources.some(({ enabled }) => enabled)}
              onClick={() => void syncNow([], 'All sources are being read')}
            >
              Sync all
            </Button>
          </>
        ) : null
      }
    >
      {data ? (
        <AtOneLook overview={data} onDiscover={() => setDiscovers(true)} />
      ) : isError ? (
        <Panel>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : (
        <OverviewSkeleton />
      )}
      {discovers ? <DiscoverDialog onClose={() => setDiscovers(false)} /> : null}
    </Page>
  )
}

function AtOneLook({ overview, onDiscover }: { overview: Overview; onDiscover(): void }) {
  const { devices, hosts, sources, runs, changes, findings, attention } = overview
  const maySeeSources = useMay('sources.read')
  const isEmpty = devices.total === 0 && changes.length === 0
  return (
    <>
      {isEmpty ? <FirstSteps overview={overview} onDiscover={onDiscover} /> : null}
      <div className="grid overflow-hidden rounded-lg border bg-surface md:grid-cols-[1fr_1fr_1.35fr]">
        <DeviceCounts devices={devices} />
        <HostCounts hosts={hosts} />
        <TypeCounts byType={devices.byType} />
      </div>
      <MonitoringCard />
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <AttentionPanel attention={attention} />
          <FindingsPanel open={findings} />
          <NewestChanges changes={changes} />
        </div>
        {maySeeSources ? (
          <div className="flex min-w-0 flex-col gap-3">
            <SourceStates sources={sources} />
            <NewestRuns runs={runs} />
          </div>
        ) : null}
      </div>
    </>
  )
}
