import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import type { Amount } from '#features/cost/sum-days.ts'
import { api } from '../api.ts'
import { short } from '../format.ts'
import { usePaged } from '../paged.ts'
import { PagedList } from '../settings/paged-list.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { SelectField } from '../ui/field.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { sayFailed } from '../ui/toaster.tsx'
import { Coins } from 'lucide-react'
import { CostChart } from './cost-chart.tsx'
import { isForeseen, type CostForecast } from './cost-forecast.ts'
import { basisText, money } from './cost-words.ts'
import { TariffsPanel } from './tariffs-panel.tsx'

interface ServerCost extends Amount {
  id: string
  name: string
  basis: 'tdp' | 'guess' | 'host'
}

interface GroupCost extends Amount {
  group: string | null
  servers: number
}

const sorts = [
  { value: '-cents', label: 'Dearest first' },
  { value: 'cents', label: 'Cheapest first' },
  { value: '-kwh', label: 'Most power first' },
  { value: 'name', label: 'Name' },
]
const groupings = ['tag', 'site', 'rack', 'owner'].map((value) => ({ value, label: `By ${value}` }))

async function download(): Promise<void> {
  try {
    const { csv } = await api.get<{ csv: string }>('/cost/export')
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }))
    link.download = 'cost.csv'
    link.click()
    URL.revokeObjectURL(link.href)
  } catch (error) {
    sayFailed(error)
  }
}

/** What power costs, and how sure that is. */
export function CostPage() {
  return (
    <Page
      title="Cost"
      actions={
        <Button icon={Download} onClick={() => void download()}>
          Export CSV
        </Button>
      }
    >
      <ThisMonth />
      <CostChart />
      <Servers />
      <Groups />
      <TariffsPanel />
    </Page>
  )
}

function ThisMonth() {
  const query = useQuery({
    queryKey: ['cost', 'forecast'],
    queryFn: ({ signal }) => api.get<CostForecast>('/cost/forecast', {}, signal),
  })
  return (
    <Panel title="This month">
      <QueryView query={query} lines={2}>
        {({ items, missing }) => (
          <div className="flex flex-wrap gap-x-10 gap-y-3 px-4 py-3">
            {items.length === 0 ? (
              <p className="text-muted">
                Nothing is priced: servers tell nothing yet, or there is no tariff.
              </p>
            ) : null}
            {items.map((item) => (
              <dl key={item.currency} className="flex flex-wrap gap-x-8 gap-y-2">
                <div>
                  <dt className="text-xs text-muted">Spent</dt>
                  <dd className="text-lg font-semibold">{money(item.spentCents, item.currency)}</dd>
                </div>
                <div>
                  <dt className="text-xs text-muted">By the end of it</dt>
                  {isForeseen(item) ? (
                    <>
                      <dd className="text-lg font-semibold">{money(item.forecastCents, item.currency)}</dd>
                      <dd className="text-xs text-muted">
                        {money(item.lowCents, item.currency)} to {money(item.highCents, item.currency)}
                      </dd>
                    </>
                  ) : (
                    <dd>nothing more is foreseen yet</dd>
                  )}
                </div>
              </dl>
            ))}
            {missing > 0 ? <p className="text-warn">{missing} days are still being worked out.</p> : null}
          </div>
        )}
      </QueryView>
    </Panel>
  )
}

const amountColumns: Column<Amount>[] = [
  { header: 'kWh', className: 'text-right', cell: ({ kwh }) => short(kwh) },
  {
    header: 'Cost',
    className: 'text-right',
    cell: ({ cents, currency }) =>
      cents === null || currency === null ? 'no tariff' : money(cents, currency),
  },
  {
    header: 'Between',
    className: 'text-right text-muted',
    cell: ({ lowCents, highCents, currency }) =>
      lowCents === null || highCents === null || currency === null
        ? '—'
        : `${money(lowCents, currency)} – ${money(highCents, currency)}`,
  },
]

function Servers() {
  const [sort, setSort] = useState('-cents')
  const listing = usePaged<ServerCost>('cost', '/cost/servers', { sort })
  const columns: Column<ServerCost>[] = [
    {
      header: 'Server',
      cell: ({ id, name }) => (
        <Link to="/servers/$id" params={{ id }} className="font-medium text-accent hover:underline">
          {name}
        </Link>
      ),
    },
    ...amountColumns,
    { header: 'Rests on', cell: basisText },
  ]
  return (
    <Panel title="Servers, this month">
      <div className="w-48 px-3 py-2">
        <SelectField
          label="Order"
          options={sorts}
          value={sort}
          onChange={(event) => setSort(event.target.value)}
        />
      </div>
      <PagedList listing={listing} empty={<EmptyState icon={Coins} title="No servers yet" />}>
        {(items) => (
          <Table
            label="Cost of servers"
            columns={columns}
            rows={items}
            rowKey={({ id, currency }) => `${id} ${currency}`}
          />
        )}
      </PagedList>
    </Panel>
  )
}

function Groups() {
  const [by, setBy] = useState('site')
  const query = useQuery({
    queryKey: ['cost', 'groups', by],
    queryFn: ({ signal }) =>
      api.get<{ groups: { group: string | null; servers: number; amounts: Amount[] }[] }>(
        '/cost',
        { by },
        signal,
      ),
  })
  return (
    <Panel title="Groups, this month">
      <div className="w-48 px-3 py-2">
        <SelectField
          label="Group"
          options={groupings}
          value={by}
          onChange={(event) => setBy(event.target.value)}
        />
      </div>
      <QueryView query={query} lines={3}>
        {({ groups }) => (
          <Table<GroupCost>
            label="Cost of groups"
            columns={[
              { header: by, cell: ({ group }) => group ?? `no ${by}` },
              { header: 'Servers', className: 'text-right', cell: ({ servers }) => servers },
              ...amountColumns,
            ]}
            rows={groups.flatMap(({ amounts, ...group }) =>
              amounts.map((amount) => ({ ...group, ...amount })),
            )}
            rowKey={({ group, currency }) => `${group} ${currency}`}
          />
        )}
      </QueryView>
    </Panel>
  )
}
