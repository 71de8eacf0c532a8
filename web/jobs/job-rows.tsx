import { useCallback, useMemo, useState } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Keyboard, ListX } from 'lucide-react'
import type { JobDetail, JobRow } from '#features/jobs/job-shapes.ts'
import { chooseKeys, moveKeys } from '../list/move-keys.ts'
import { useKeys } from '../list/use-keys.ts'
import { useSelection } from '../list/use-selection.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { KeysDialog } from '../ui/keys-dialog.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { classNames } from '../ui/class-names.ts'
import { Grid } from './grid.tsx'
import { rowKeys } from './job-keys.ts'
import { isOver } from './job-words.ts'
import { RowBar } from './row-bar.tsx'
import { narrowRowColumns, rowColumnsOf, type ListedRow } from './row-columns.tsx'
import { RowDetail } from './row-detail.tsx'
import { RowFilters } from './row-filters.tsx'
import { runOf } from './row-run.ts'
import { useFreshRows } from './use-fresh-rows.ts'
import { useNarrow } from './use-narrow.ts'

const noRows: readonly JobRow[] = []

/** Every row of a job: what it changes, what became of it, and what can be done about it. */
export function JobRows({ job }: { job: JobDetail }) {
  const { status, code, key } = useSearch({ from: '/shell/jobs/$id' })
  const navigate = useNavigate({ from: '/jobs/$id' })
  const mayControl = useMay('jobs.control')
  const [help, setHelp] = useState(false)
  const query = status === 'unclear' ? { review: 'ambiguous', code, key } : { status, code, key }
  const listing = usePaged<JobRow>('job-rows', `/jobs/${job.id}/rows`, query, { limit: 100, thenLimit: 500 })
  const { isFetchingNextPage, fetchNextPage } = listing
  const read = listing.items ?? noRows
  const { action, result } = job
  const rows = useMemo(
    () => read.map((row): ListedRow => ({ ...row, id: row.rowNumber, run: runOf({ action, result }, row) })),
    [read, action, result],
  )
  const choice = useSelection(rows, `${job.id} ${status} ${code} ${key}`)
  const { startedAt, estimatedCostCents, totalCostCents } = job
  const isNarrow = useNarrow()
  const columns = useMemo(() => {
    const all = rowColumnsOf({ startedAt, estimatedCostCents, totalCostCents })
    return isNarrow ? narrowRowColumns(all, { startedAt }) : all
  }, [startedAt, estimatedCostCents, totalCostCents, isNarrow])
  const current = rows.find(({ id }) => id === choice.selection.cursor)
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [isFetchingNextPage, fetchNextPage])
  const onOpen = useCallback(
    (id: number) => {
      const row = rows.find((each) => each.id === id)
      if (row?.device) void navigate({ to: '/devices/$id', params: { id: String(row.device.id) } })
      else if (row?.run) void navigate({ to: '/runs/$id', params: { id: String(row.run) } })
    },
    [rows, navigate],
  )
  const isEmpty =
    listing.items !== undefined && rows.length === 0 && !listing.isPlaceholderData && !listing.hasNextPage
  useFreshRows(job, listing)
  const choosable = mayControl && (job.approval === null || job.approval === 'approved')
  useKeys({
    ...moveKeys(choice, rows.length),
    ...(choosable ? chooseKeys(choice) : {}),
    '?': () => setHelp(true),
    Enter: () => {
      if (choice.selection.cursor !== null) onOpen(choice.selection.cursor)
    },
  })
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className={classNames('flex flex-wrap items-center gap-2', job.totalRows === 0 && 'hidden')}>
        <RowFilters job={job} />
        <IconButton
          label="Keys of this page (?)"
          icon={Keyboard}
          className="ml-auto"
          onClick={() => setHelp(true)}
        />
      </div>
      <div
        className={classNames(
          'flex overflow-hidden rounded-lg border bg-surface',
          !isEmpty && 'h-[min(34rem,75vh)] min-h-64',
        )}
      >
        <div className="flex min-w-0 grow flex-col">
          {listing.items === undefined ? (
            listing.isError ? (
              <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />
            ) : (
              <Skeleton lines={8} />
            )
          ) : isEmpty ? (
            <NoRows
              job={job}
              filtered={Boolean(status ?? code ?? key)}
              onAll={() => void navigate({ search: {}, replace: true })}
            />
          ) : (
            <Grid
              label="Rows"
              rows={rows}
              columns={columns}
              nameOf={(row) => row.device?.name ?? row.key}
              selection={choice.selection}
              choosable={choosable}
              more={listing.hasNextPage}
              onMore={onMore}
              onPress={choice.onPress}
              onToggle={choice.onToggle}
              onOpen={onOpen}
              onChooseAll={choice.chooseAll}
            />
          )}
          {isEmpty ? null : (
            <RowBar job={job} rows={rows} choice={choice} choosable={choosable} listing={listing} />
          )}
        </div>
        {current ? <RowDetail row={current} className="hidden w-80 shrink-0 border-l xl:block" /> : null}
      </div>
      {current ? <RowDetail row={current} className="rounded-lg border bg-surface xl:hidden" /> : null}
      {help ? <KeysDialog groups={rowKeys} onClose={() => setHelp(false)} /> : null}
    </div>
  )
}

function NoRows({ job, filtered, onAll }: { job: JobDetail; filtered: boolean; onAll(): void }) {
  if (filtered)
    return (
      <EmptyState
        icon={ListX}
        title="No row is like that"
        action={<Button onClick={onAll}>Show all rows</Button>}
      />
    )
  if (job.approval === 'preparing' && !isOver(job))
    return <EmptyState icon={ListX} title="The rows are being found" />
  if (job.status === 'failed') return <EmptyState icon={ListX} title="No rows were made" />
  return (
    <EmptyState icon={ListX} title="Nothing fits what was asked for">
      So it has no rows, and nothing was to be done.
    </EmptyState>
  )
}
