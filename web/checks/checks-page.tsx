import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { Plus, Radar } from 'lucide-react'
import { api } from '../api.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { formatPercent, short } from '../format.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { PagedList } from '../settings/paged-list.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { CheckDialog } from './check-dialog.tsx'
import { checkKindNames, CheckMark, type Check, type Trend } from './check-words.tsx'

/** How many checks one question tells the trends of. */
const trendsAtOnce = 200

/** Everything that is checked without an agent. */
export function ChecksPage() {
  const checks = usePaged<Check>('checks', '/checks')
  const mayChange = useMay('monitoring.change')
  const [adds, setAdds] = useState(false)
  const ids = (checks.items ?? []).slice(0, trendsAtOnce).map(({ id }) => id)
  const trends = useQuery({
    queryKey: ['check-trends', ids],
    queryFn: ({ signal }) =>
      api.get<{ items: Trend[] }>('/checks/trends', { ids: ids.map(String), from: '24h' }, signal),
    enabled: ids.length > 0,
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  }).data
  const trendOf = (id: number) => trends?.items.find((each) => each.id === id)
  const columns: Column<Check>[] = [
    { header: 'State', cell: (check) => <CheckMark check={check} /> },
    {
      header: 'Check',
      cell: ({ id, name, message }) => (
        <>
          <Link
            to="/checks/$id"
            params={{ id: String(id) }}
            className="font-medium text-accent hover:underline"
          >
            {name}
          </Link>
          {message === '' ? null : <span className="block text-xs text-muted">{message}</span>}
        </>
      ),
    },
    { header: 'Kind', cell: ({ kind }) => checkKindNames[kind] },
    {
      header: 'Target',
      cell: ({ target, device, q }) => target ?? device?.name ?? q ?? '',
      className: 'break-all',
    },
    { header: 'Answer, 24 h', cell: ({ id, name }) => <Latency name={name} trend={trendOf(id)} /> },
    {
      header: 'Up, 24 h',
      className: 'text-right',
      cell: ({ id }) => percentOrDash(trendOf(id)?.uptimePercent),
    },
    {
      header: 'Certificate',
      className: 'text-right',
      cell: ({ id }) => daysText(trendOf(id)?.certificateDays),
    },
    { header: 'Since', cell: ({ since }) => <TimeAgo at={since} /> },
  ]
  return (
    <Page
      title="Checks"
      actions={
        mayChange ? (
          <Button icon={Plus} look="primary" onClick={() => setAdds(true)}>
            New check
          </Button>
        ) : null
      }
    >
      <Panel>
        <PagedList
          listing={checks}
          empty={
            <EmptyState icon={Radar} title="No checks yet">
              A check asks what runs no agent: an address, a port, a web address, a name, a certificate.
            </EmptyState>
          }
        >
          {(items) => <Table label="Checks" columns={columns} rows={items} rowKey={({ id }) => id} />}
        </PagedList>
      </Panel>
      {adds ? <CheckDialog check={undefined} onClose={() => setAdds(false)} /> : null}
    </Page>
  )
}

const percentOrDash = (value: number | null | undefined): string =>
  value === null || value === undefined ? '—' : formatPercent(value)

export const daysText = (days: number | null | undefined): string =>
  days === null || days === undefined ? '—' : `${Math.floor(days)} d`

function Latency({ name, trend }: { name: string; trend: Trend | undefined }) {
  const told = trend?.latencyMs.filter((value) => value !== null) ?? []
  if (!trend || told.length === 0) return <span className="text-muted">—</span>
  const newest = told.at(-1)!
  return (
    <span className="flex items-center gap-2">
      <Sparkline values={trend.latencyMs} most={Math.max(...told)} label={`How fast ${name} answered`} />
      <span className="whitespace-nowrap">{short(newest)} ms</span>
    </span>
  )
}
