import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { capitalised, formatNumber } from '../format.ts'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { ApprovalPanel } from './approval-panel.tsx'
import { JobBanner } from './job-banner.tsx'
import { JobButtons } from './job-buttons.tsx'
import { JobCounts } from './job-counts.tsx'
import { JobErrors } from './job-errors.tsx'
import { JobFacts } from './job-facts.tsx'
import { JobProgressPanel } from './job-progress.tsx'
import { jobErrorsQuery, jobQuery } from './job-query.ts'
import { JobRows } from './job-rows.tsx'
import { JobState } from './job-state.tsx'
import { JobTrail } from './job-trail.tsx'
import { isOver, nounOf, stateWords } from './job-words.ts'
import { Findings, hasFindings } from './preview-findings.tsx'
import { UnclearRows } from './unclear-rows.tsx'

/** One job: what it does, how far it is, what became of each row, and what a person has to decide. */
export function JobPage() {
  const { id } = useParams({ from: '/shell/jobs/$id' })
  const job = useQuery(jobQuery(id))
  return (
    <Page
      title={`Job ${id}`}
      lead={job.data ? <JobState job={job.data} /> : null}
      actions={job.data ? <JobButtons job={job.data} /> : null}
    >
      <QueryView query={job}>{(shown) => <JobView key={shown.id} job={shown} />}</QueryView>
    </Page>
  )
}

function JobView({ job }: { job: JobDetail }) {
  const waits = job.status === 'pending' && (job.approval === 'waiting' || job.approval === 'expired')
  const isPreparing = job.approval === 'preparing' && !isOver(job)
  const neverBegan = isOver(job) && job.totalRows === 0
  return (
    <>
      <p aria-live="polite" className="sr-only">
        Job {job.id}: {stateWords(job).text}
      </p>
      <p className="max-w-4xl text-base break-words">{job.preview?.sentence || job.name}</p>
      <Decisions job={job} />
      <JobBanner job={job} />
      {waits ? <ApprovalPanel job={job} /> : null}
      {neverBegan && job.preview && hasFindings(job.preview) ? (
        <Panel>
          <Findings preview={job.preview} noun={nounOf(job)} />
        </Panel>
      ) : null}
      {isPreparing ? (
        <Panel title="Finding out what would happen" className="pb-3">
          <div className="px-4 pt-3">
            <JobProgressPanel job={job} />
            <p className="text-muted">
              Nothing is done yet. Once every row is known, this page shows what would become of it.
            </p>
          </div>
        </Panel>
      ) : null}
      {waits || isPreparing || neverBegan ? null : (
        <Panel>
          <div className="px-4 pt-3 pb-2">
            <JobProgressPanel job={job} />
          </div>
          <JobCounts job={job} />
        </Panel>
      )}
      <Parts job={job} />
    </>
  )
}

/** Who let it begin, or did not, and why. */
function Decisions({ job: { approvals } }: { job: JobDetail }) {
  if (approvals.length === 0) return null
  return (
    <ul className="-mt-1 flex flex-col gap-0.5 text-muted">
      {approvals.map(({ decision, by, at, comment }) => (
        <li key={`${at}${decision}`} className="break-words">
          {capitalised(decision)} by {by}, <TimeAgo at={at} />
          {comment === null ? '' : `: ${comment}`}
        </li>
      ))}
    </ul>
  )
}

type Part = 'rows' | 'errors' | 'unclear' | 'trail' | 'facts'

function Parts({ job }: { job: JobDetail }) {
  const search = useSearch({ from: '/shell/jobs/$id' })
  const navigate = useNavigate({ from: '/jobs/$id' })
  const errors = useQuery(jobErrorsQuery(job)).data
  const tabs: (readonly [Part, string, number?])[] = [
    ['rows', 'Rows', job.totalRows],
    ...(errors && errors.length > 0 ? [['errors', 'What went wrong', errors.length] as const] : []),
    ...(job.ambiguousRows > 0 ? [['unclear', 'Unclear outcomes', job.ambiguousRows] as const] : []),
    ['trail', 'Trail'],
    ['facts', 'Facts'],
  ]
  const part = tabs.find(([name]) => name === search.tab)?.[0] ?? 'rows'
  const go = (tab: Part, more: { code?: string; status?: string } = {}) =>
    void navigate({ search: { ...(tab === 'rows' ? {} : { tab }), ...more }, replace: true })
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="overflow-x-auto">
        <Tabs
          label="Parts of the job"
          value={part}
          tabs={tabs.map(([name, label, count]) => [
            name,
            count === undefined ? label : `${label} (${formatNumber(count)})`,
          ])}
          onValue={go}
        />
      </div>
      {part === 'rows' ? <JobRows job={job} /> : null}
      {part === 'errors' ? <JobErrors job={job} onShow={(code) => go('rows', { code })} /> : null}
      {part === 'unclear' ? <UnclearRows job={job} /> : null}
      {part === 'trail' ? <JobTrail job={job} /> : null}
      {part === 'facts' ? <JobFacts job={job} /> : null}
    </div>
  )
}
