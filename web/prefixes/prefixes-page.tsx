import { useNavigate, useSearch } from '@tanstack/react-router'
import { Network } from 'lucide-react'
import { counted } from '../format.ts'
import { usePaged, type Paged } from '../paged.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { PrefixFilter, type PrefixesAskedFor } from './prefix-filter.tsx'
import { PrefixTable } from './prefix-table.tsx'
import type { PrefixItem } from './prefix-types.ts'

/** The prefixes that anything tells of, and how full they are. */
export function PrefixesPage() {
  const search = useSearch({ from: '/shell/prefixes' })
  const navigate = useNavigate({ from: '/prefixes' })
  const { q, family, conflicts, sort } = search
  const filter = (next: Partial<PrefixesAskedFor>) => {
    const all = Object.entries({ ...search, ...next }).filter(([, value]) => value !== undefined)
    void navigate({ search: Object.fromEntries(all), replace: true })
  }
  const prefixes = usePaged<PrefixItem>(
    'prefixes',
    '/prefixes',
    { q, family, conflicts, sort },
    { limit: 200, thenLimit: 500 },
  )
  return (
    <Page
      title="Prefixes"
      lead={
        prefixes.total === undefined ? null : (
          <span className="text-muted">{counted(prefixes.total, 'prefix', 'prefixes')}</span>
        )
      }
    >
      <PrefixFilter filter={{ q, family, conflicts, sort }} onFilter={filter} />
      <Panel>
        <Listing
          prefixes={prefixes}
          isTree={sort === undefined}
          isFiltered={[q, family, conflicts].some((value) => value !== undefined)}
          onAll={() => void navigate({ search: {} })}
        />
      </Panel>
      {prefixes.hasNextPage ? (
        <Button
          className="self-center"
          busy={prefixes.isFetchingNextPage}
          onClick={() => void prefixes.fetchNextPage()}
        >
          Show more
        </Button>
      ) : null}
    </Page>
  )
}

interface ListingProps {
  prefixes: Paged<PrefixItem>
  isTree: boolean
  isFiltered: boolean
  onAll(): void
}

function Listing({ prefixes, isTree, isFiltered, onAll }: ListingProps) {
  const { items } = prefixes
  if (items === undefined) {
    if (prefixes.isError) return <ErrorState error={prefixes.error} onRetry={() => void prefixes.refetch()} />
    return <Skeleton lines={12} />
  }
  if (items.length > 0) return <PrefixTable label="Prefixes" prefixes={items} isTree={isTree} />
  if (isFiltered)
    return (
      <EmptyState
        icon={Network}
        title="No prefix is like that"
        action={<Button onClick={onAll}>Show all prefixes</Button>}
      />
    )
  return (
    <EmptyState icon={Network} title="No prefixes are known">
      Interfaces with addresses tell of them, and sources that keep a plan: NetBox, and Kea over its API.
    </EmptyState>
  )
}
