import type { Job } from '#features/jobs/job-shapes.ts'
import { formatDuration, formatNumber } from '../format.ts'
import { rateText } from './job-rate.ts'
import { useJobProgress } from './use-job-progress.ts'

type Counted = Parameters<typeof useJobProgress>[0] & Pick<Job, 'name' | 'waitingFor'>

const share = (part: number, total: number): string => `${total > 0 ? (100 * part) / total : 0}%`

/** One bar: what is done, what failed, what was skipped. */
function Bar({ job, tall = false }: { job: Counted; tall?: boolean }) {
  const { done, total, failed, skipped } = useJobProgress(job)
  const isPreparing = job.approval === 'preparing'
  const bad = isPreparing ? 0 : failed
  const left = isPreparing ? 0 : skipped
  const piece = 'h-full transition-[width] duration-500'
  return (
    <>
      <progress
        className="sr-only"
        aria-label={isPreparing ? `Preparing ${job.name}` : job.name}
        max={1}
        {...(total === null ? {} : { value: total > 0 ? Math.min(1, done / total) : 0 })}
      />
      <div
        className={`flex ${tall ? 'h-2.5' : 'h-1.5'} min-w-12 grow overflow-hidden rounded-full bg-sunken`}
        aria-hidden
      >
        {total === null ? (
          <div className="h-full w-1/3 animate-pulse rounded-full bg-accent" />
        ) : (
          <>
            <div
              className={`${piece} ${job.status === 'completed' ? 'bg-good' : 'bg-accent'}`}
              style={{ width: share(Math.max(0, done - bad - left), total) }}
            />
            <div className={`${piece} bg-bad`} style={{ width: share(bad, total) }} />
            <div className={`${piece} bg-line-strong`} style={{ width: share(left, total) }} />
          </>
        )}
      </div>
    </>
  )
}

/** A bar and a number, for lists. */
export function JobProgressBar({ job }: { job: Counted }) {
  const { done, total } = useJobProgress(job)
  return (
    <span className="flex items-center gap-2">
      <Bar job={job} />
      <span className="w-28 shrink-0 truncate text-xs text-muted">
        {formatNumber(done)}
        {total === null ? '' : ` of ${formatNumber(total)}`}
      </span>
    </span>
  )
}

/** The same with how fast it goes and how long it still takes, for the page of a job. */
export function JobProgressPanel({ job }: { job: Counted }) {
  const { done, total, rate, left, message } = useJobProgress(job)
  const percent = total === null || total === 0 ? undefined : Math.floor((100 * done) / total)
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center gap-3">
        <Bar job={job} tall />
        <span className="w-10 shrink-0 text-right font-medium">
          {percent === undefined ? '' : `${percent}%`}
        </span>
      </div>
      <p className="flex min-h-5 flex-wrap gap-x-4 text-xs text-muted">
        <span>
          {formatNumber(done)}
          {total === null ? ' rows so far' : ` of ${formatNumber(total)} rows`}
        </span>
        {rate === undefined ? null : <span>{rateText(rate)}</span>}
        {left === undefined ? null : <span>about {formatDuration(left)} left</span>}
        {message === null ? null : <span className="min-w-0 truncate">{message}</span>}
      </p>
      <Spoken percent={percent} />
    </div>
  )
}

/** Tells screen readers in steps of ten, and not with every row. */
function Spoken({ percent }: { percent: number | undefined }) {
  const step = percent === undefined ? undefined : Math.floor(percent / 10) * 10
  return (
    <p aria-live="polite" className="sr-only">
      {step === undefined ? '' : `${step}% done`}
    </p>
  )
}
