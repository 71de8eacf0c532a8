import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { AlertRow } from '../alerts/alert-row.tsx'
import type { AlertItem } from '../alerts/alert-words.ts'
import { api, type Page } from '../api.ts'
import { Panel } from '../ui/page.tsx'

const shown = 5

/** What is wrong with a server at present; nothing where nothing is. */
export function ServerAlerts({ id }: { id: string }) {
  const page = useQuery({
    queryKey: ['alerts', 'of-server', id],
    queryFn: ({ signal }) =>
      api.get<Page<AlertItem>>('/alerts', { server: id, open: true, grouped: false, limit: shown }, signal),
  }).data
  if (!page || page.items.length === 0) return null
  return (
    <Panel
      title={`Open alerts (${page.total ?? page.items.length})`}
      actions={
        <Link to="/alerts" className="text-xs text-accent hover:underline">
          All alerts
        </Link>
      }
    >
      <ul aria-label="Open alerts of this server" className="divide-y">
        {page.items.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
    </Panel>
  )
}
