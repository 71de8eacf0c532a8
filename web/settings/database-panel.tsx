import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { FactList } from './fact-list.tsx'

/** What the database is and how big it has become. */
export function DatabasePanel() {
  const status = useQuery({
    queryKey: ['db'],
    queryFn: ({ signal }) => api.get<Record<string, unknown>>('/db', undefined, signal),
    staleTime: 30_000,
  })
  return (
    <Panel title="Database">
      <QueryView query={status}>{(facts) => <FactList facts={facts} />}</QueryView>
    </Panel>
  )
}
