import { useState } from 'react'
import { CircleHelp } from 'lucide-react'
import type { JobDetail, JobRow } from '#features/jobs/job-shapes.ts'
import { counted, formatTime } from '../format.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { tellJob } from './job-query.ts'

/** Rows of which nobody can tell whether they were done: a person looks there and says it. */
export function UnclearRows({ job }: { job: JobDetail }) {
  const mayControl = useMay('jobs.control')
  const rows = usePaged<JobRow>('job-rows', `/jobs/${job.id}/rows`, { review: 'ambiguous' }, { limit: 200 })
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [comment, setComment] = useState('')
  const items = rows.items ?? []
  const meant = items.map(({ rowNumber }) => rowNumber).filter((number) => chosen.has(number))
  const resolve = useAction(async (outcome: 'done' | 'not_done') => {
    await tellJob(job, 'resolve', {
      rows: meant,
      outcome,
      ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
    })
    sayDone(`${counted(meant.length, 'row')}: ${outcome === 'done' ? 'done' : 'not done'}`)
    setChosen(new Set())
    setComment('')
  })
  const toggle = (number: number) => {
    const next = new Set(chosen)
    if (!next.delete(number)) next.add(number)
    setChosen(next)
  }
  const all = items.length > 0 && meant.length === items.length
  return (
    <Panel title="Were these done?">
      <p className="border-b px-4 py-2.5 text-muted">
        The other side may have done them although no answer came back. Doing them again could do them twice,
        so somebody has to look there. What was not done can be retried.
      </p>
      {mayControl ? (
        <div className="flex flex-wrap items-end gap-2 border-b px-4 py-2.5">
          <div className="min-w-52 grow">
            <TextField
              label="Comment"
              placeholder="Where you looked, what you found"
              maxLength={1000}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
            />
          </div>
          <Button disabled={meant.length === 0 || resolve.busy} onClick={() => void resolve.run('done')}>
            {meant.length > 0 ? `${counted(meant.length, 'row')} done` : 'Done'}
          </Button>
          <Button disabled={meant.length === 0 || resolve.busy} onClick={() => void resolve.run('not_done')}>
            {meant.length > 0 ? `${counted(meant.length, 'row')} not done` : 'Not done'}
          </Button>
        </div>
      ) : null}
      <ErrorLine error={resolve.error} />
      {mayControl && items.length > 1 ? (
        <label className="flex items-center gap-2.5 border-b px-4 py-1.5 text-muted">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={all}
            onChange={() => setChosen(new Set(all ? [] : items.map(({ rowNumber }) => rowNumber)))}
          />
          All {items.length} shown
        </label>
      ) : null}
      <Listing
        label="Rows with unclear outcomes"
        listing={rows}
        empty={<EmptyState icon={CircleHelp} title="No outcome is unclear any more" />}
        row={(row) => (
          <li key={row.rowNumber} className="flex items-start gap-2.5 px-4 py-2">
            {mayControl ? (
              <input
                type="checkbox"
                className="mt-0.5 size-4 shrink-0 accent-accent"
                aria-label={`Select ${row.device?.name ?? row.key}`}
                checked={chosen.has(row.rowNumber)}
                onChange={() => toggle(row.rowNumber)}
              />
            ) : null}
            <div className="min-w-0">
              <p className="font-medium break-all">{row.device?.name ?? row.key}</p>
              <p className="text-xs break-words text-muted">
                {row.errorMessage}
                {row.startedAt === null ? '' : ` · begun ${formatTime(row.startedAt)}`}
              </p>
            </div>
          </li>
        )}
      />
    </Panel>
  )
}
