import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { formatNumber, formatTime, formatValue } from '../format.ts'
import { labelOf } from '../sources/setting-fields.ts'
import { Badge } from '../ui/badge.tsx'
import { Panel } from '../ui/page.tsx'
import { actionTitle, useJobActions } from './job-actions-query.ts'
import { effectWords, formatMoney, otherJobWords, rowsFromText } from './job-words.ts'

/** What was asked for, by whom, who approved what, and when it happened. */
export function JobFacts({ job }: { job: JobDetail }) {
  const actions = useJobActions()
  const parameters = Object.entries(job.parameters)
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <Panel title="What was asked for">
        <dl className="flex flex-col gap-1.5 px-4 py-3">
          <Fact name="Action">{actionTitle(actions, job.action)}</Fact>
          {parameters.map(([name, value]) => (
            <Fact key={name} name={labelOf(name)}>
              <span className="break-words whitespace-pre-wrap">{formatValue(value)}</span>
            </Fact>
          ))}
          <Fact name="Rows from">
            <span className="break-words">{rowsFromText(job.rowsFrom)}</span>
          </Fact>
          {`${job.name}.` === job.preview?.sentence ? null : <Fact name="Name">{job.name}</Fact>}
          {job.description === null ? null : <Fact name="Description">{job.description}</Fact>}
          {job.originalCommand === '' ? null : (
            <Fact name="In words">
              <q>{job.originalCommand}</q>
            </Fact>
          )}
          <Fact name="Done twice?">{effectWords[job.effect]}</Fact>
        </dl>
      </Panel>
      <Panel title="How">
        <dl className="flex flex-col gap-1.5 px-4 py-3">
          <Fact name="Begins">
            {job.mode === 'auto' ? 'by itself when the rules allow it' : 'when somebody approves it'}
          </Fact>
          <Fact name="Priority">
            {job.priority === 0 ? 'usual' : `${job.priority > 0 ? '+' : ''}${job.priority}`}
          </Fact>
          <Options job={job} />
          <Fact name="Asked for by">{job.requestedBy}</Fact>
          <Fact name="Asked for">{formatTime(job.createdAt)}</Fact>
          {job.scheduledFor === null ? null : <Fact name="Not before">{formatTime(job.scheduledFor)}</Fact>}
          {job.startedAt === null ? null : <Fact name="Began">{formatTime(job.startedAt)}</Fact>}
          {job.completedAt === null ? null : <Fact name="Ended">{formatTime(job.completedAt)}</Fact>}
          {job.run > 1 ? <Fact name="Run">{job.run}</Fact> : null}
          {job.scheduleId === null ? null : (
            <Fact name="Schedule">
              <Link
                to="/schedules"
                search={{ edit: String(job.scheduleId) }}
                className="text-accent hover:underline"
              >
                Schedule {job.scheduleId}
              </Link>
            </Fact>
          )}
          {job.result === null ? null : (
            <Fact name="Result">
              <code className="font-mono text-xs break-words">{JSON.stringify(job.result)}</code>
            </Fact>
          )}
        </dl>
      </Panel>
      <Approvals job={job} />
      {job.dependsOn.length > 0 ? <Dependencies job={job} /> : null}
    </div>
  )
}

function Options({ job: { options } }: { job: JobDetail }) {
  const { concurrency, maxAttempts, maxCostCents, maxFailures, maxFailureShare, canary } = options
  return (
    <>
      {concurrency === undefined ? null : <Fact name="At the same time">{concurrency}</Fact>}
      {maxAttempts === undefined ? null : <Fact name="Tries of a row">{maxAttempts}</Fact>}
      {maxCostCents === undefined ? null : <Fact name="May cost">{formatMoney(maxCostCents)}</Fact>}
      {maxFailures === undefined ? null : <Fact name="May fail">{formatNumber(maxFailures)} rows</Fact>}
      {maxFailureShare === undefined ? null : (
        <Fact name="May fail">{Math.round(maxFailureShare * 100)}% of 20 rows or more</Fact>
      )}
      {canary === undefined ? null : (
        <Fact name="First rows">
          {formatNumber(canary.rows)},{' '}
          {canary.afterwards === 'wait'
            ? 'then it waits for a look at them'
            : 'then it goes on if they are good'}
        </Fact>
      )}
    </>
  )
}

function Approvals({ job: { approvals, approvalHash, approval } }: { job: JobDetail }) {
  if (approvals.length === 0 && approvalHash === null) return null
  return (
    <Panel title="Approval">
      <dl className="flex flex-col gap-1.5 px-4 py-3">
        {approvals.map(({ decision, by, at, comment }) => (
          <Fact key={`${at}${by}`} name={decision === 'approved' ? 'Approved by' : 'Rejected by'}>
            {by} <span className="text-muted">on {formatTime(at)}</span>
            {comment === null ? null : <q className="block text-muted">{comment}</q>}
          </Fact>
        ))}
        {approvals.length === 0 && approval === 'approved' ? (
          <Fact name="Approved by">nobody: it broke no rule and began by itself</Fact>
        ) : null}
        {approvalHash === null ? null : (
          <Fact name="Of exactly">
            <code className="font-mono text-xs break-all">{approvalHash}</code>
          </Fact>
        )}
      </dl>
    </Panel>
  )
}

function Dependencies({ job }: { job: JobDetail }) {
  return (
    <Panel title="After these jobs">
      <ul className="divide-y">
        {job.dependsOn.map(({ jobId, name, need, status }) => {
          const { text, tone } = otherJobWords(status)
          return (
            <li key={jobId} className="flex flex-wrap items-center gap-2 px-4 py-2">
              <Link
                to="/jobs/$id"
                params={{ id: String(jobId) }}
                className="min-w-0 font-medium break-words hover:text-accent hover:underline"
              >
                {name}
              </Link>
              <Badge tone={tone}>{text}</Badge>
              <span className="text-muted">has to be {need === 'completed' ? 'done' : 'over'}</span>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-3">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}
