import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { classNames } from '../ui/class-names.ts'

interface DayCost {
  day: string
  currency: string
  cents: number
}

const dayLength = 86_400_000
const periods = [
  [30, '30 days'],
  [90, '90 days'],
  [365, '1 year'],
] as const

/** What all servers cost on each day, a line for each currency. */
export function CostChart() {
  const [length, setLength] = useState<number>(30)
  const [zoom, setZoom] = useState<{ from: number; to: number }>()
  const [now] = useState(() => Date.now())
  const from = new Date(now - (length - 1) * dayLength).toISOString().slice(0, 10)
  const query = useQuery({
    queryKey: ['cost', 'days', from],
    queryFn: ({ signal }) =>
      api.get<{ days: DayCost[]; missing: number }>('/cost', { from, daily: true }, signal),
  })
  const choices = (
    <fieldset aria-label="Days that are shown" className="flex gap-1">
      {periods.map(([days, label]) => (
        <button
          key={days}
          type="button"
          aria-pressed={days === length}
          onClick={() => {
            setLength(days)
            setZoom(undefined)
          }}
          className={classNames(
            'h-7 rounded-md px-2 text-xs',
            days === length ? 'bg-accent-soft text-accent' : 'text-muted hover:text-ink',
          )}
        >
          {label}
        </button>
      ))}
    </fieldset>
  )
  if (query.data === undefined)
    return (
      <Panel title="Cost by day" actions={choices}>
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton lines={5} />
        )}
      </Panel>
    )
  const { days } = query.data
  const names = [...new Set(days.map(({ day }) => day))].sort()
  const cents = new Map(days.map((each) => [`${each.day} ${each.currency}`, each.cents]))
  const currencies = [...new Set(days.map(({ currency }) => currency))].sort()
  return (
    <TimeChart
      title="Cost by day"
      actions={choices}
      data={{
        times: names.map((day) => Date.parse(day)),
        step: dayLength,
        unit: 'number',
        series: currencies.map((currency) => ({
          name: currency,
          avg: names.map((day) => {
            const spent = cents.get(`${day} ${currency}`)
            return spent === undefined ? null : spent / 100
          }),
        })),
      }}
      range={{ ...(zoom ?? { from: Date.parse(from), to: now }), live: false }}
      syncKey="cost"
      onZoom={(begin, end) => setZoom({ from: begin, to: end })}
      onReset={() => setZoom(undefined)}
    />
  )
}
