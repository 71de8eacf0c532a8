import { useNavigate, useSearch } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { HardDrive } from 'lucide-react'
import type { ArraySum, VolumeItem } from '#features/volumes/volume-shapes.ts'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import { usePaged, type Paged } from '../paged.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { ArraySums } from './array-sums.tsx'
import { VolumeFilter, type VolumesAskedFor } from './volume-filter.tsx'
import { VolumeTable } from './volume-table.tsx'

const sumsQuery = {
  queryKey: ['volumes', 'sum'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<{ arrays: ArraySum[] }>('/volumes/sum', {}, signal).then(({ arrays }) => arrays),
}

/** Where there is space, and where it runs out. */
export function VolumesPage() {
  const search = useSearch({ from: '/shell/volumes' })
  const navigate = useNavigate({ from: '/volumes' })
  const { q, type, array, over, status, sort, device } = search
  const filter = (next: Partial<VolumesAskedFor>) => {
    const all = Object.entries({ ...search, ...next }).filter(([, value]) => value !== undefined)
    void navigate({ search: Object.fromEntries(all), replace: true })
  }
  const sums = useQuery(sumsQuery)
  const volumes = usePaged<VolumeItem>(
    'volumes',
    '/volumes',
    { q, type, array, usedOver: over, status, sort, device },
    { limit: 100, thenLimit: 500 },
  )
  const isFiltered = [q, type, array, over, status, device].some((value) => value !== undefined)
  return (
    <Page
      title="Volumes"
      lead={
        volumes.total === undefined ? null : (
          <span className="text-muted">{counted(volumes.total, 'volume')}</span>
        )
      }
    >
      {isFiltered ? null : <ArraySums arrays={sums.data ?? []} onArray={(name) => filter({ array: name })} />}
      <VolumeFilter
        filter={{ q, type, array, over, status, sort }}
        arrays={sums.data ?? []}
        onFilter={filter}
      />
      <Panel>
        <Listing volumes={volumes} isFiltered={isFiltered} onAll={() => void navigate({ search: {} })} />
      </Panel>
      {volumes.hasNextPage ? (
        <Button
          className="self-center"
          busy={volumes.isFetchingNextPage}
          onClick={() => void volumes.fetchNextPage()}
        >
          Show more
        </Button>
      ) : null}
    </Page>
  )
}

interface ListingProps {
  volumes: Paged<VolumeItem>
  isFiltered: boolean
  onAll(): void
}

function Listing({ volumes, isFiltered, onAll }: ListingProps) {
  const { items } = volumes
  if (items === undefined) {
    if (volumes.isError) return <ErrorState error={volumes.error} onRetry={() => void volumes.refetch()} />
    return <Skeleton lines={12} />
  }
  if (items.length > 0) return <VolumeTable volumes={items} />
  if (isFiltered)
    return (
      <EmptyState
        icon={HardDrive}
        title="No volume is like that"
        action={<Button onClick={onAll}>Show all volumes</Button>}
      />
    )
  return (
    <EmptyState icon={HardDrive} title="No volumes are known">
      Sources of storage (Huawei OceanStor, NetApp ONTAP) and of virtual machines (vCenter, Proxmox VE) tell
      of them.
    </EmptyState>
  )
}
