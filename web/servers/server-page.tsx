import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { Gauge } from 'lucide-react'
import { api, asApiError } from '../api.ts'
import { RangeBar } from '../charts/range-bar.tsx'
import type { RangeText } from '../charts/time-range.ts'
import { useHeard } from '../fleet/use-heard.ts'
import { useKeys } from '../list/use-keys.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { AgentPanel } from './agent-panel.tsx'
import { ExportMenu } from './export-menu.tsx'
import { extraCharts } from './extra-charts.ts'
import { ServerActions } from './server-actions.tsx'
import { ServerAlerts } from './server-alerts.tsx'
import { coreCharts, ServerCharts } from './server-charts.tsx'
import { ServerLead } from './server-lead.tsx'
import { ServerNotes } from './server-notes.tsx'
import { serverPath, serverQuery } from './server-query.ts'
import { ServerSystem } from './server-system.tsx'
import type { ServerDetail } from './server-types.ts'

const tabs = [
  ['charts', 'Charts'],
  ['system', 'System'],
  ['agent', 'Agent'],
] as const
type Tab = (typeof tabs)[number][0]

/** One server: how it is now, how it was, and what runs on it. */
export function ServerPage() {
  const { id } = useParams({ from: '/shell/servers/$id' })
  const query = useQuery(serverQuery(id))
  useHeard(5_000, () => void query.refetch({ cancelRefetch: false }), id)
  const server = query.data
  if (server === undefined)
    return (
      <Page title={id}>
        <Panel>
          {!query.isError ? (
            <Skeleton lines={12} />
          ) : asApiError(query.error).status === 404 ? (
            <EmptyState icon={Gauge} title={`There is no server ${id}`}>
              It may have been removed. Whoever still reports as {id} is refused until it is added again.
            </EmptyState>
          ) : (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
        </Panel>
      </Page>
    )
  return <Known server={server} />
}

function Known({ server }: { server: ServerDetail }) {
  const search = useSearch({ from: '/shell/servers/$id' })
  const navigate = useNavigate({ from: '/servers/$id' })
  const { history } = useRouter()
  const tab = tabs.find(([name]) => name === search.tab)?.[0] ?? 'charts'
  const text: RangeText = { range: search.range, from: search.from, to: search.to }
  const go = (next: RangeText & { tab?: Tab | undefined }, replace = false) => {
    const all = Object.entries(next).filter(([name, value]) => value && value !== 'charts' && name !== '')
    void navigate({ search: Object.fromEntries(all), replace })
  }
  const onRange = (next: RangeText) => go({ ...next, tab })
  const onBack = () => (search.from === undefined ? undefined : history.back())
  useKeys({ Escape: onBack })
  return (
    <Page
      title={server.name}
      lead={<ServerLead server={server} />}
      actions={<ServerActions server={server} />}
    >
      <ServerNotes server={server} />
      <ServerAlerts id={server.id} />
      <Tabs<Tab>
        label="What is shown"
        value={tab}
        tabs={tabs}
        onValue={(next) => go({ ...text, tab: next }, true)}
      />
      {tab === 'system' ? (
        <ServerSystem server={server} />
      ) : tab === 'agent' ? (
        <AgentPanel server={server} />
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <RangeBar text={text} onRange={onRange} />
            <div className="ml-auto">
              <ExportMenu id={server.id} text={text} />
            </div>
          </div>
          <AllCharts server={server} text={text} onRange={onRange} onBack={onBack} />
        </>
      )}
    </Page>
  )
}

interface AllChartsProps {
  server: ServerDetail
  text: RangeText
  onRange(next: RangeText): void
  onBack(): void
}

/** What every server tells, and below what only this one does. */
function AllCharts({ server, ...rest }: AllChartsProps) {
  const series = useQuery({
    queryKey: ['server-series', server.id],
    queryFn: ({ signal }) =>
      api.get<{ series: { name: string }[] }>(`${serverPath(server.id)}/series`, {}, signal),
  }).data?.series
  const extra = extraCharts((series ?? []).map(({ name }) => name))
  const shared = { ...rest, id: server.id, intervalSeconds: server.intervalSeconds ?? undefined }
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <ServerCharts {...shared} plans={coreCharts} />
      {extra.length > 0 ? <ServerCharts {...shared} plans={extra} /> : null}
    </div>
  )
}
