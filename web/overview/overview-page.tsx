import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import type { Overview } from '../inventory-types.ts'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'

const overviewQuery = {
  queryKey: ['overview'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Overview>('/overview', undefined, signal),
}

/** The whole inventory at one look. */
export function OverviewPage() {
  const query = useQuery(overviewQuery)
  return (
    <Page title="Overview">
      <Panel>
        <QueryView query={query}>
          {({ devices }) => <p className="p-4">{counted(devices.total, 'device')}</p>}
        </QueryView>
      </Panel>
    </Page>
  )
}
