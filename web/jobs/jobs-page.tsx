import { useCallback, useMemo, useState } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import type { Job } from '#features/jobs/job-shapes.ts'
import { moveKeys } from '../list/move-keys.ts'
import { useKeys } from '../list/use-keys.ts'
import { useSelection } from '../list/use-selection.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { buttonClass } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { KeysDialog } from '../ui/keys-dialog.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Grid } from './grid.tsx'
import { jobColumns, narrowJobColumns } from './job-columns.tsx'
import { JobFilters, searchBoxId } from './job-filters.tsx'
import { jobKeys } from './job-keys.ts'
import { NoJobs } from './no-jobs.tsx'
import { states, useJobPlace } from './use-job-place.ts'
import { useNarrow } from './use-narrow.ts'

const noJobs: readonly Job[] = []

/** Long work: what there is, how far it is, and what waits for whom. */
export function JobsPage() {
  const place = useJobPlace()
  const maySubmit = useMay('jobs.submit')
  const navigate = useNavigate()
  const [help, setHelp] = useState(false)
  const isNarrow = useNarrow()
  const listing = usePaged<Job>('jobs', '/jobs', place.query, { limit: 100 })
  const { isFetchingNextPage, fetchNextPage } = listing
  const jobs = listing.items ?? noJobs
  const list = useMemo(() => JSON.stringify(place.query), [place.query])
  const choice = useSelection(jobs, list)
  const onOpen = useCallback(
    (id: number) => void navigate({ to: '/jobs/$id', params: { id: String(id) } }),
    [navigate],
  )
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [isFetchingNextPage, fetchNextPage])
  useKeys({
    ...moveKeys(choice, jobs.length),
    ...Object.fromEntries(states.map(({ name }, index) => [String(index + 1), () => place.setState(name)])),
    n: () => {
      if (maySubmit) void navigate({ to: '/jobs/new' })
    },
    '/': () => document.getElementById(searchBoxId)?.focus(),
    '?': () => setHelp(true),
    Enter: () => {
      if (choice.selection.cursor !== null) onOpen(choice.selection.cursor)
    },
  })
  return (
    <Page
      title="Jobs"
      full
      actions={
        maySubmit ? (
          <Link to="/jobs/new" className={buttonClass('primary')} title="n">
            <Plus size={15} aria-hidden /> New job
          </Link>
        ) : null
      }
    >
      <JobFilters place={place} onHelp={() => setHelp(true)} />
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border bg-surface">
        {listing.items === undefined ? (
          listing.isError ? (
            <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />
          ) : (
            <Skeleton lines={12} />
          )
        ) : jobs.length === 0 && !listing.isPlaceholderData && !listing.hasNextPage ? (
          <NoJobs filtered={place.isFiltered} onAll={place.clear} />
        ) : (
          <Grid
            label="Jobs"
            rows={jobs}
            columns={isNarrow ? narrowJobColumns : jobColumns}
            nameOf={({ name }) => name}
            selection={choice.selection}
            choosable={false}
            more={listing.hasNextPage}
            onMore={onMore}
            onPress={choice.onPress}
            onToggle={choice.onToggle}
            onOpen={onOpen}
            onChooseAll={choice.chooseAll}
          />
        )}
      </div>
      {help ? <KeysDialog groups={jobKeys} onClose={() => setHelp(false)} /> : null}
    </Page>
  )
}
