import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { CircleAlert, CircleHelp, Clock, Hand, TriangleAlert, Undo2 } from 'lucide-react'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { formatTime, formatValue } from '../format.ts'
import { useMay } from '../session.ts'
import { buttonClass } from '../ui/button.tsx'
import { useErrorHelp } from './error-help.ts'
import { adviceOf, otherJobWords } from './job-words.ts'

/** What the job waits for, or why it ended as it did, and what to do about it. */
export function JobBanner({ job }: { job: JobDetail }) {
  if (job.errorMessage !== null && (job.status === 'failed' || job.status === 'cancelled'))
    return <Ended job={job} />
  const advice = adviceOf(job)
  if (!advice) return null
  const tone = job.waitingFor === 'review' || job.waitingFor === 'budget' ? 'border-warn' : ''
  const Icon = icons[job.waitingFor ?? 'time'] ?? Clock
  return (
    <section
      aria-label="What it waits for"
      className={`flex flex-wrap items-start gap-3 rounded-lg border bg-surface px-4 py-3 ${tone}`}
    >
      <Icon size={18} className={`mt-0.5 shrink-0 ${tone ? 'text-warn' : 'text-muted'}`} aria-hidden />
      <div className="flex min-w-0 flex-1 basis-72 flex-col gap-0.5">
        <h2 className="font-semibold">{advice.title}</h2>
        <p>
          {advice.text}
          {job.waitingFor === 'time' && job.scheduledFor ? ` That is ${formatTime(job.scheduledFor)}.` : ''}
        </p>
        {job.waitingFor === 'jobs' ? <Needed job={job} /> : null}
      </div>
      <Way job={job} />
    </section>
  )
}

const icons: Partial<Record<NonNullable<JobDetail['waitingFor']>, typeof Clock>> = {
  review: CircleHelp,
  budget: TriangleAlert,
  canary: Hand,
  person: Hand,
}

function Way({ job }: { job: JobDetail }): ReactNode {
  const mayControl = useMay('jobs.control')
  if (job.waitingFor !== 'review' || !mayControl) return null
  return (
    <Link
      to="/jobs/$id"
      params={{ id: String(job.id) }}
      search={{ tab: 'unclear' }}
      replace
      className={buttonClass('primary')}
    >
      Say what became of them
    </Link>
  )
}

function Needed({ job }: { job: JobDetail }) {
  return (
    <ul className="mt-1 flex flex-col gap-0.5">
      {job.dependsOn.map(({ jobId, name, need, status }) => (
        <li key={jobId}>
          <Link
            to="/jobs/$id"
            params={{ id: String(jobId) }}
            className="font-medium hover:text-accent hover:underline"
          >
            {name}
          </Link>{' '}
          <span className="text-muted">
            is {otherJobWords(status).text} and has to be {need === 'completed' ? 'done' : 'over'}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Ended({ job }: { job: JobDetail }) {
  const isBad = job.status === 'failed'
  const maySubmit = useMay('jobs.submit')
  const Icon = isBad ? CircleAlert : Undo2
  return (
    <section
      aria-label="Why it ended"
      className={`flex flex-wrap items-start gap-3 rounded-lg border bg-surface px-4 py-3 ${isBad ? 'border-bad' : ''}`}
    >
      <Icon size={18} className={`mt-0.5 shrink-0 ${isBad ? 'text-bad' : 'text-muted'}`} aria-hidden />
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="font-semibold break-words whitespace-pre-wrap">{job.errorMessage}</h2>
        {job.errorCode === null ? null : <Remedy code={job.errorCode} />}
        <Complaints result={job.result} />
      </div>
      {maySubmit && job.approval === 'preparing' ? (
        <Link to="/jobs/new" search={{ like: String(job.id) }} className={buttonClass('primary', 'ml-auto')}>
          Correct it
        </Link>
      ) : null}
    </section>
  )
}

interface Complaint {
  path: string
  value?: unknown
  expected: string
}

/** What is wrong with which lines, where the rows could not be made. */
function Complaints({ result }: Pick<JobDetail, 'result'>) {
  const complaints = (result as { complaints?: Complaint[] } | null)?.complaints ?? []
  if (complaints.length < 2) return null
  return (
    <ul className="mt-2 flex list-disc flex-col gap-0.5 pl-4">
      {complaints.map(({ path, value, expected }) => (
        <li key={`${path}${expected}`} className="break-words">
          {path}: <q>{formatValue(value)}</q>, expected {expected}
        </li>
      ))}
    </ul>
  )
}

function Remedy({ code }: { code: string }) {
  const { title, remedy } = useErrorHelp(code)
  return (
    <p className="text-muted" title={title}>
      {remedy}
    </p>
  )
}
