import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { presets, readRange, usualRange, type RangeText } from '../charts/time-range.ts'
import { isCompared, type ComparedMetric } from '../servers/metric-words.ts'

/** What a page that shows one metric of several servers shows, as its address says it. */
export function useStretch<Page extends 'compare' | 'heat'>(page: Page) {
  const search: Record<string, string | undefined> = useSearch({ from: `/shell/fleet/${page}` })
  const navigate = useNavigate()
  const { history } = useRouter()
  const go = (next: Record<string, string | undefined>, replace = false) => {
    const all = Object.entries(next).filter(([, value]) => value)
    void navigate({ to: `/fleet/${page}`, search: Object.fromEntries(all), replace })
  }
  const text: RangeText = { range: search['range'], from: search['from'], to: search['to'] }
  const { live, from, to } = readRange(text, 0)
  const length = presets.find(([name]) => name === (text.range ?? usualRange))?.[2]
  const { range: _range, from: _from, to: _to, ...others } = search
  return {
    search,
    text,
    metric: (isCompared(search['metric'])
      ? search['metric']
      : 'cpu_percent') satisfies ComparedMetric as ComparedMetric,
    /** As fleetMetricsQuery wants it. */
    stretch: live ? { length: length ?? to - from } : { from, to },
    isLive: live,
    go: (next: Record<string, string | undefined>, replace = false) => go({ ...search, ...next }, replace),
    onRange: (next: RangeText) => go({ ...others, ...next }),
    onBack: () => (search['from'] === undefined ? undefined : history.back()),
  }
}
