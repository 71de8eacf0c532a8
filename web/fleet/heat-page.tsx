import { useState } from 'react'
import { RangeBar } from '../charts/range-bar.tsx'
import { heatGradient } from '../charts/heat-colours.ts'
import { formatIn } from '../charts/unit.ts'
import { counted } from '../format.ts'
import { usePaged } from '../paged.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { metricWords } from '../servers/metric-words.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { useIsDark } from '../theme.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { queryComplaintOf } from '../query/query-complaint.ts'
import { GroupChoice } from './group-choice.tsx'
import { HeatGroups } from './heat-groups.tsx'
import { HeatRows } from './heat-rows.tsx'
import { MetricChoice } from './metric-choice.tsx'
import { NoServers, ServerQueryExamples } from './no-servers.tsx'
import { isGrouping } from './use-fleet-place.ts'
import { useStretch } from './use-stretch.ts'

/** One metric of many servers over time, a strip each. */
export function HeatPage() {
  const place = useStretch('heat')
  const { metric, text, search } = place
  const q = search['q'] ?? ''
  const group = isGrouping(search['group']) ? search['group'] : undefined
  const listing = usePaged<ServerItem>(
    'servers',
    '/servers',
    { q },
    { limit: 200, thenLimit: 500, enabled: group === undefined },
  )
  // Percentages have an end; of everything else the highest that was seen is the hottest.
  const { unit } = metricWords(metric)
  const [seen, setSeen] = useState({ metric, most: 0 })
  const highest = unit === 'percent' ? 100 : seen.metric === metric ? seen.most : 0
  const onMost = (most: number) => {
    if (unit !== 'percent' && most > highest) setSeen({ metric, most })
  }
  const { items, total } = listing
  const onQuery = (next: string) => place.go({ q: next })
  return (
    <Page
      title="Heat map"
      full
      lead={<output className="text-muted">{total === undefined ? '' : counted(total, 'server')}</output>}
      actions={<Legend lowest={formatIn(unit, 0)} highest={formatIn(unit, highest)} />}
    >
      <div className="flex shrink-0 flex-wrap items-start gap-2">
        <MetricChoice metric={metric} onMetric={(next) => place.go({ metric: next }, true)} />
        <RangeBar text={text} onRange={place.onRange} />
        <GroupChoice group={group} onGroup={(next) => place.go({ group: next }, true)} />
        <div className="min-w-64 grow">
          <QueryBar
            subject="server"
            label="Query of servers"
            placeholder="Only servers that match: site:Graz, rack:b3, os:debian*…"
            q={q}
            error={listing.error}
            onQuery={onQuery}
          />
        </div>
      </div>
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border bg-surface">
        {queryComplaintOf(listing.error) ? (
          <ServerQueryExamples onQuery={onQuery} />
        ) : group !== undefined ? (
          <HeatGroups
            by={group}
            q={q}
            metric={metric}
            stretch={place.stretch}
            most={highest}
            onMost={onMost}
          />
        ) : items === undefined ? (
          listing.isError ? (
            <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />
          ) : (
            <Skeleton lines={14} />
          )
        ) : items.length === 0 ? (
          <NoServers q={q} onQuery={onQuery} />
        ) : (
          <HeatRows
            servers={items}
            metric={metric}
            stretch={place.stretch}
            most={highest}
            more={listing.hasNextPage}
            onMore={() => {
              if (!listing.isFetchingNextPage) void listing.fetchNextPage()
            }}
            onMost={onMost}
          />
        )}
      </div>
    </Page>
  )
}

function Legend({ lowest, highest }: { lowest: string; highest: string }) {
  const isDark = useIsDark()
  return (
    <span className="flex items-center gap-2 text-xs text-muted">
      {lowest}
      <span className="h-3 w-32 rounded" style={{ background: heatGradient(isDark) }} aria-hidden />
      {highest}
    </span>
  )
}
