import { useNavigate, useSearch } from '@tanstack/react-router'
import { History } from 'lucide-react'
import type { Change } from '#features/inventory/device-shapes.ts'
import { usePaged } from '../paged.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { queryComplaintOf } from '../query/query-complaint.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { ChangeRow } from './change-row.tsx'
import { ChangeFilter } from './change-filter.tsx'

/** The newest changes, of the devices, sources, people and times one asks for. */
export function ChangeFeed() {
  const { source, by, from, to, q } = useSearch({ from: '/shell/changes' })
  const navigate = useNavigate({ from: '/changes' })
  const filter = { source, by, from, to, q }
  const setFilter = (next: Partial<typeof filter>) => {
    const entries = Object.entries({ ...filter, ...next }).filter(([, value]) => value)
    void navigate({ search: Object.fromEntries(entries) as Record<string, string>, replace: true })
  }
  const listing = usePaged<Change>('changes', '/changes', filter, { limit: 50 })
  const isFiltered = Object.values(filter).some(Boolean)
  return (
    <>
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-64 grow">
          <QueryBar
            subject="device"
            label="Query of the devices whose changes are shown"
            placeholder="Changes of which devices: site:Graz, type:vm… (all)"
            q={q ?? ''}
            error={listing.error}
            onQuery={(next) => setFilter({ q: next })}
          />
        </div>
        <ChangeFilter filter={filter} onFilter={setFilter} />
      </div>
      <Panel>
        {queryComplaintOf(listing.error) ? (
          <EmptyState icon={History} title="This query cannot be read">
            Above stands where and why.
          </EmptyState>
        ) : (
          <Listing
            listing={listing}
            label="Changes, newest first"
            lines={10}
            row={(change) => <ChangeRow key={change.id} change={change} />}
            empty={
              <EmptyState
                icon={History}
                title={isFiltered ? 'No change is like that' : 'Nothing changed yet'}
                action={
                  isFiltered ? (
                    <Button onClick={() => void navigate({ search: {} })}>Show all changes</Button>
                  ) : null
                }
              >
                {isFiltered ? null : 'Whatever sources and people change in the inventory is kept here.'}
              </EmptyState>
            }
          />
        )}
      </Panel>
    </>
  )
}
