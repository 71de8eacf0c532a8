import { useId, useMemo, useState, type FormEvent } from 'react'
import { Link } from '@tanstack/react-router'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChartSpline, X } from 'lucide-react'
import { api, type Page as PageOf } from '../api.ts'
import type { ChartData } from '../charts/chart-data.ts'
import { RangeBar } from '../charts/range-bar.tsx'
import { TimeChart } from '../charts/time-chart.tsx'
import { drawnRange } from '../charts/time-range.ts'
import { fleetMetricsQuery, type FleetMetrics } from '../servers/fleet-metrics.ts'
import { comparedMetrics, metricWords, type ComparedMetric } from '../servers/metric-words.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { inputClass } from '../ui/field.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { comparedAtMost } from './fleet-bar.tsx'
import { MetricChoice } from './metric-choice.tsx'
import { useStretch } from './use-stretch.ts'

const noIds: readonly string[] = []

/** One metric of several servers, line over line. */
export function ComparePage() {
  const place = useStretch('compare')
  const { metric, text, stretch, isLive, search } = place
  const ids = useMemo(
    () => search['ids']?.split(',').filter(Boolean).slice(0, comparedAtMost) ?? noIds,
    [search],
  )
  const setIds = (next: readonly string[]) => place.go({ ids: next.join(',') }, true)
  const query = useQuery({
    ...fleetMetricsQuery({ ids, metric, points: 500, ...stretch }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? 30_000 : false,
  })
  return (
    <Page title="Compare servers">
      <div className="flex flex-wrap items-center gap-2">
        <MetricChoice metric={metric} onMetric={(next) => place.go({ metric: next }, true)} />
        <RangeBar text={text} onRange={place.onRange} />
      </div>
      <div className="flex flex-wrap items-center gap-1.5">
        {ids.map((id) => (
          <Chosen key={id} id={id} onDrop={() => setIds(ids.filter((each) => each !== id))} />
        ))}
        {ids.length < comparedAtMost ? (
          <AddToCompare onAdd={(id) => setIds([...new Set([...ids, id])])} />
        ) : (
          <span className="text-xs text-muted">More than {comparedAtMost} lines nobody can tell apart.</span>
        )}
      </div>
      {ids.length === 0 ? (
        <Panel>
          <EmptyState icon={ChartSpline} title="Which servers?">
            Add them above by their id, or select some in the list of servers.
          </EmptyState>
        </Panel>
      ) : (
        <QueryView query={query} lines={12}>
          {(shown) => (
            <TimeChart
              title={comparedMetrics.find(([name]) => name === metric)![1]}
              data={dataOf(shown, metric)}
              range={{ from: shown.from, to: shown.to, live: isLive }}
              syncKey="compare"
              height={380}
              onZoom={(from, to) => place.onRange(drawnRange(from, to, Date.now()))}
              onReset={place.onBack}
            />
          )}
        </QueryView>
      )}
    </Page>
  )
}

const dataOf = ({ times, step, servers }: FleetMetrics, metric: ComparedMetric): ChartData => ({
  times,
  step,
  unit: metricWords(metric).unit,
  series: servers.map(({ name, values }) => ({ name, avg: values })),
})

function Chosen({ id, onDrop }: { id: string; onDrop(): void }) {
  return (
    <span className="inline-flex h-7 items-center gap-1 rounded-md border bg-surface pl-2">
      <Link to="/servers/$id" params={{ id }} className="hover:text-accent hover:underline">
        {id}
      </Link>
      <button
        type="button"
        aria-label={`Leave out ${id}`}
        title={`Leave out ${id}`}
        onClick={onDrop}
        className="grid size-6 place-items-center rounded text-muted hover:text-ink"
      >
        <X size={13} aria-hidden />
      </button>
    </span>
  )
}

function AddToCompare({ onAdd }: { onAdd(id: string): void }) {
  const list = useId()
  const [text, setText] = useState('')
  const found = useQuery({
    queryKey: ['servers', 'named', text],
    queryFn: ({ signal }) => api.get<PageOf<ServerItem>>('/servers', { q: text, limit: 8 }, signal),
    enabled: text.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
  }).data?.items
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const meant = found?.find(({ id, name }) => id === text || name === text)?.id ?? found?.[0]?.id
    if (meant === undefined) return
    onAdd(meant)
    setText('')
  }
  return (
    <form onSubmit={submit} className="flex gap-1">
      <input
        aria-label="Add a server"
        placeholder="Add a server"
        list={list}
        className={`${inputClass} h-7 w-44!`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={list}>
        {found?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
      <Button type="submit" className="h-7" disabled={text.trim() === ''}>
        Add
      </Button>
    </form>
  )
}
