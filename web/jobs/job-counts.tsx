import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { formatDuration, formatNumber } from '../format.ts'
import { classNames } from '../ui/class-names.ts'
import { costText } from './job-words.ts'
import { useJobProgress } from './use-job-progress.ts'

/** Rows by what became of them, and what they cost. */
export function JobCounts({ job }: { job: JobDetail }) {
  const { done, failed, skipped } = useJobProgress(job)
  const { pending, processing } = job.rows
  const counts: readonly (readonly [string, string, tone?: string | undefined])[] = [
    ['Done', formatNumber(Math.max(0, done - failed - skipped))],
    ['Failed', formatNumber(failed), failed > 0 ? 'text-bad' : undefined],
    ['Skipped', formatNumber(skipped)],
    ['In work', formatNumber(processing)],
    ['To do', formatNumber(Math.max(0, Math.min(pending, job.totalRows - done)))],
    ['Cost', costText(job) ?? 'none'],
  ]
  return (
    <>
      <dl className="grid grid-cols-2 gap-px border-t bg-line sm:grid-cols-3 lg:grid-cols-6">
        {counts.map(([name, text, tone]) => (
          <div key={name} className="bg-surface px-4 py-2">
            <dt className="text-xs text-muted">{name}</dt>
            <dd
              className={classNames(
                'whitespace-nowrap sm:text-lg',
                text === '0' || text === 'none' ? 'text-muted' : 'font-semibold',
                tone,
              )}
            >
              {text}
            </dd>
          </div>
        ))}
      </dl>
      {job.startedAt !== null && job.completedAt !== null ? (
        <p className="border-t px-4 py-1.5 text-xs text-muted">
          It took {formatDuration(Date.parse(job.completedAt) - Date.parse(job.startedAt))}
          {job.run > 1 ? `, with ${job.run} runs` : ''}.
        </p>
      ) : null}
    </>
  )
}
