import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Pencil, Plus, Trash2 } from 'lucide-react'
import type { Tariff } from '#features/cost/tariff.ts'
import { api } from '../api.ts'
import { short } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { sayFailed } from '../ui/toaster.tsx'
import { TariffDialog } from './tariff-dialog.tsx'

/** What a kilowatt-hour costs, when and for whom. */
export function TariffsPanel() {
  const mayChange = useMay('settings.change')
  const [edited, setEdited] = useState<Tariff | 'new'>()
  const query = useQuery({
    queryKey: ['tariffs'],
    queryFn: ({ signal }) => api.get<{ items: Tariff[] }>('/tariffs', {}, signal),
  })
  const remove = async ({ id }: Tariff) => {
    await api.delete(`/tariffs/${id}`).catch(sayFailed)
    for (const name of ['tariffs', 'cost']) await queryClient.invalidateQueries({ queryKey: [name] })
  }
  const columns: Column<Tariff>[] = [
    { header: 'Tariff', cell: ({ name }) => <span className="font-medium">{name}</span> },
    {
      header: 'Per kWh',
      className: 'text-right',
      cell: ({ centsPerKwh, currency }) => `${short(centsPerKwh)} cents ${currency}`,
    },
    { header: 'Hours of their own', className: 'text-right', cell: ({ bands }) => bands.length },
    { header: 'For', cell: ({ tags, sites }) => [...tags, ...sites].join(', ') || 'all others' },
    {
      header: 'Actions',
      className: 'w-px',
      cell: (tariff) =>
        mayChange ? (
          <span className="flex">
            <IconButton label={`Edit ${tariff.name}`} icon={Pencil} onClick={() => setEdited(tariff)} />
            <IconButton label={`Delete ${tariff.name}`} icon={Trash2} onClick={() => void remove(tariff)} />
          </span>
        ) : null,
    },
  ]
  return (
    <Panel
      title="Tariffs"
      actions={
        mayChange ? (
          <Button icon={Plus} onClick={() => setEdited('new')}>
            New tariff
          </Button>
        ) : null
      }
    >
      <QueryView query={query} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 py-4 text-muted">
              There is no tariff. The price of the configuration counts where there is one; else power is not
              priced.
            </p>
          ) : (
            <Table label="Tariffs" columns={columns} rows={items} rowKey={({ id }) => id} />
          )
        }
      </QueryView>
      {edited ? (
        <TariffDialog tariff={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      ) : null}
    </Panel>
  )
}
