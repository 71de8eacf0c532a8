import { useQueries } from '@tanstack/react-query'
import { hostStatuses } from '../inventory-words.ts'
import type { Host } from '#features/hosts/host-shapes.ts'
import { api, type Page } from '../api.ts'
import { capitalised, formatNumber } from '../format.ts'
import { classNames } from '../ui/class-names.ts'

export const tabs = [...hostStatuses, 'all'] as const
export type Tab = (typeof tabs)[number]

/** What a tab asks the server for. */
export const statusOf = (tab: Tab): Host['status'] | undefined => (tab === 'all' ? undefined : tab)

const countQuery = (tab: Tab, q: string | undefined) => ({
  queryKey: ['hosts', 'count', tab, q],
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await api.get<Page<Host>>('/hosts', { q, status: statusOf(tab), limit: 1 }, signal)).total ?? null,
  retry: false,
})

/** The states of review, with how many hosts that match are in each. */
export function StatusTabs({ tab, q, onTab }: { tab: Tab; q: string | undefined; onTab(tab: Tab): void }) {
  const counts = useQueries({ queries: tabs.map((each) => countQuery(each, q)) })
  return (
    <nav aria-label="State of review" className="flex gap-0.5 overflow-x-auto">
      {tabs.map((each, index) => {
        const count = counts[index]?.data
        return (
          <button
            key={each}
            type="button"
            aria-current={tab === each ? 'true' : undefined}
            onClick={() => onTab(each)}
            className={classNames(
              'flex h-8 items-center gap-1.5 rounded-md px-2.5 text-sm',
              tab === each ? 'bg-sunken font-medium text-ink' : 'text-muted hover:text-ink',
            )}
          >
            {capitalised(each)}
            {typeof count === 'number' ? (
              <span
                className={classNames(
                  'rounded px-1 text-2xs',
                  each === 'pending' && count > 0 ? 'bg-warn-soft text-warn' : 'bg-sunken text-muted',
                )}
              >
                {formatNumber(count)}
              </span>
            ) : null}
          </button>
        )
      })}
    </nav>
  )
}
