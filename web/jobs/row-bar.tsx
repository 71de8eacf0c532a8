import { useState } from 'react'
import { CircleSlash, RotateCcw, RotateCw } from 'lucide-react'
import type { JobDetail, JobRow } from '#features/jobs/job-shapes.ts'
import { targets } from '../list/selection.ts'
import type { useSelection } from '../list/use-selection.ts'
import { counted, formatNumber } from '../format.ts'
import type { Paged } from '../paged.ts'
import { Button } from '../ui/button.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { tellJob } from './job-query.ts'
import type { ListedRow } from './row-columns.tsx'
import { SkipDialog } from './skip-dialog.tsx'

interface RowBarProps {
  job: JobDetail
  rows: readonly ListedRow[]
  choice: ReturnType<typeof useSelection<number>>
  choosable: boolean
  listing: Paged<JobRow>
}

/** What can be done with the chosen rows, and how far the list is read. */
export function RowBar({ job, rows, choice, choosable, listing }: RowBarProps) {
  const chosen = choice.selection.chosen.size
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-t bg-surface px-3 py-1.5">
      {choosable && chosen > 0 ? (
        <Chosen job={job} rows={rows} choice={choice} />
      ) : (
        <p className="hidden text-xs text-muted md:block">
          {choosable ? 'Select rows to retry or skip them.' : 'Choose a row to see all of it.'}
        </p>
      )}
      <div className="ml-auto flex items-center gap-2 text-xs text-muted">
        {listing.isOld ? (
          <Button
            look="quiet"
            icon={RotateCw}
            className="text-accent"
            onClick={() => void listing.readAgain()}
          >
            Rows changed: read them again
          </Button>
        ) : null}
        {listing.hasNextPage ? <span>{formatNumber(rows.length)} read, more follow</span> : null}
      </div>
    </div>
  )
}

function Chosen({ job, rows, choice }: Pick<RowBarProps, 'job' | 'rows' | 'choice'>) {
  const [asks, setAsks] = useState(false)
  const [busy, setBusy] = useState(false)
  const ids = new Set(targets(choice.selection))
  const chosen = rows.filter(({ id }) => ids.has(id))
  const known = chosen.filter(({ review }) => review !== 'ambiguous')
  const failed = known.filter(({ status }) => status === 'failed').map(({ id }) => id)
  const skippable = known
    .filter(({ status }) => status === 'failed' || status === 'pending')
    .map(({ id }) => id)
  const retry = async () => {
    setBusy(true)
    try {
      await tellJob(job, 'retry', { rows: failed })
      sayDone(`${counted(failed.length, 'row')} will be tried again`)
      choice.chooseAll(false)
    } catch (error) {
      sayFailed(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button icon={RotateCcw} busy={busy} disabled={failed.length === 0} onClick={() => void retry()}>
        Retry {failed.length > 0 ? formatNumber(failed.length) : ''}
      </Button>
      <Button icon={CircleSlash} disabled={skippable.length === 0} onClick={() => setAsks(true)}>
        Skip {skippable.length > 0 ? formatNumber(skippable.length) : ''}
      </Button>
      <output className="text-muted">{formatNumber(chosen.length)} selected</output>
      <Button look="quiet" onClick={() => choice.chooseAll(false)}>
        Clear
      </Button>
      {asks ? <SkipDialog job={job} rows={skippable} onClose={() => setAsks(false)} /> : null}
    </>
  )
}
