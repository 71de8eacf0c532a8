import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api } from '../api.ts'
import { formatValue } from '../format.ts'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'

/** All that is known of one device. */
export function DevicePage() {
  const { id } = useParams({ from: '/shell/devices/$id' })
  const { at } = useSearch({ from: '/shell/devices/$id' })
  const query = useQuery({
    queryKey: ['device', id, at],
    queryFn: ({ signal }) => api.get<DeviceDetail>(`/devices/${encodeURIComponent(id)}`, { at }, signal),
  })
  return (
    <Page title={query.data?.name ?? 'Device'}>
      <Panel>
        <QueryView query={query}>
          {({ facts }) => (
            <dl className="p-4">
              {facts.map((fact) => (
                <div key={fact.name}>
                  <dt className="text-muted">{fact.name}</dt>
                  <dd>{formatValue(fact.value)}</dd>
                </div>
              ))}
            </dl>
          )}
        </QueryView>
      </Panel>
    </Page>
  )
}
