import { useNavigate, useSearch } from '@tanstack/react-router'
import { Activity } from 'lucide-react'
import { runStatuses } from '../inventory-words.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { capitalised } from '../format.ts'
import type { Source } from '../inventory-types.ts'
import { usePaged } from '../paged.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { inputClass } from '../ui/field.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { RunTable } from './run-table.tsx'

/** When each source was read, and what came of it. */
export function RunsPage() {
  const { source, status } = useSearch({ from: '/shell/runs' })
  const navigate = useNavigate({ from: '/runs' })
  const filter = (next: { source?: string | undefined; status?: string | undefined }) => {
    const { source: from, status: ended } = { source, status, ...next }
    void navigate({
      search: { ...(from ? { source: from } : {}), ...(ended ? { status: ended } : {}) },
      replace: true,
    })
  }
  const runs = usePaged<Run>('runs', '/runs', { source, status }, { limit: 100 })
  const sources = usePaged<Source>('sources', '/sources', {}, { limit: 500 })
  const names = new Set([...(sources.items ?? []).map(({ name }) => name), ...(source ? [source] : [])])
  return (
    <Page
      title="Runs"
      actions={
        <>
          <Choice
            label="Source"
            all="All sources"
            value={source}
            options={[...names]}
            onValue={(value) => filter({ source: value })}
          />
          <Choice
            label="How it ended"
            all="However they ended"
            value={status}
            options={runStatuses}
            onValue={(value) => filter({ status: value })}
          />
        </>
      }
    >
      <Panel>
        <Listing
          runs={runs}
          filtered={Boolean(source ?? status)}
          onAll={() => void navigate({ search: {} })}
        />
      </Panel>
      {runs.hasNextPage ? (
        <Button
          className="self-center"
          busy={runs.isFetchingNextPage}
          onClick={() => void runs.fetchNextPage()}
        >
          Show older runs
        </Button>
      ) : null}
    </Page>
  )
}

interface ListingProps {
  runs: ReturnType<typeof usePaged<Run>>
  filtered: boolean
  onAll(): void
}

function Listing({ runs, filtered, onAll }: ListingProps) {
  const { items } = runs
  if (items === undefined) {
    if (runs.isError) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />
    return <Skeleton lines={10} />
  }
  if (items.length > 0) return <RunTable runs={items} />
  if (filtered)
    return (
      <EmptyState
        icon={Activity}
        title="No run is like that"
        action={<Button onClick={onAll}>Show all runs</Button>}
      />
    )
  return (
    <EmptyState icon={Activity} title="Nothing was read yet">
      Each reading of a source is listed here: how it ended, what it found and what it changed.
    </EmptyState>
  )
}

interface ChoiceProps {
  label: string
  all: string
  value: string | undefined
  options: readonly string[]
  onValue(value: string | undefined): void
}

function Choice({ label, all, value, options, onValue }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      className={`${inputClass} h-8`}
      style={{ width: '12rem' }}
      value={value ?? ''}
      onChange={(event) => onValue(event.target.value || undefined)}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {label === 'Source' ? option : capitalised(option)}
        </option>
      ))}
    </select>
  )
}
