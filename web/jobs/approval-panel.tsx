import { useLayoutEffect, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Check, RefreshCw, X } from 'lucide-react'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { asApiError } from '../api.ts'
import { counted, formatAgo, formatTime } from '../format.ts'
import { sessionQuery, useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { judgementOf } from './approval-words.ts'
import { BlastRadius } from './blast-radius.tsx'
import { tellJob } from './job-query.ts'
import { formatMoney, nounOf } from './job-words.ts'
import { Findings, hasFindings, Violations } from './preview-findings.tsx'

/** What would happen, to how many and at what cost, and the decision about exactly that. */
export function ApprovalPanel({ job }: { job: JobDetail }) {
  const { preview, approvalExpiresAt: until } = job
  const todo = job.totalRows - job.skippedRows
  return (
    <section aria-label="What would happen" className="overflow-hidden rounded-lg border bg-surface">
      <dl className="grid grid-cols-2 gap-px bg-line lg:grid-cols-4">
        <Fact name="Rows" text={counted(todo, 'row')}>
          {job.skippedRows > 0
            ? `${counted(job.skippedRows, 'more row')} with nothing to do`
            : 'each is shown below'}
        </Fact>
        <Fact
          name="Cost"
          text={job.estimatedCostCents === null ? 'none' : formatMoney(job.estimatedCostCents)}
        >
          {job.estimatedCostCents === null ? 'nothing is charged' : 'exactly, of all rows together'}
        </Fact>
        <Fact name="Asked for by" text={job.requestedBy}>
          {formatAgo(job.createdAt)}
        </Fact>
        <Fact name="May be approved" text={until === null ? '—' : formatAgo(until).replace(/^in /, 'for ')}>
          {until === null ? '' : `until ${formatTime(until)}`}
        </Fact>
      </dl>
      {job.violations.length > 0 ? <Violations job={job} /> : null}
      {preview && hasFindings(preview) ? <Findings preview={preview} noun={nounOf(job)} /> : null}
      {preview && preview.blastRadius.length > 0 ? <BlastRadius parts={preview.blastRadius} /> : null}
      <Decision job={job} />
    </section>
  )
}

function Fact({ name, text, children }: { name: string; text: string; children: string }) {
  return (
    <div className="min-w-0 bg-surface px-4 py-2.5">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="truncate text-lg font-semibold" title={text}>
        {text}
      </dd>
      <dd className="text-xs text-muted">{children}</dd>
    </div>
  )
}

function Decision({ job }: { job: JobDetail }) {
  const me = useQuery(sessionQuery).data
  const mayApprove = useMay('jobs.approve')
  const maySubmit = useMay('jobs.submit')
  const [shown, setShown] = useState(job.approvalHash)
  const [comment, setComment] = useState('')
  const section = useRef<HTMLDivElement>(null)
  // This part of the page goes with the decision; who works with keys goes on at the page, not before all of it.
  useLayoutEffect(() => {
    const here = section.current
    return () => {
      const { activeElement: focused, body } = document
      // A button that is at work cannot hold the focus.
      if (focused === body || here?.contains(focused))
        document.getElementById('content')?.focus({ preventScroll: true })
    }
  }, [])
  const decide = useAction(async (what: 'approve' | 'reject') => {
    const why = comment.trim() === '' ? {} : { comment: comment.trim() }
    await tellJob(job, what, what === 'approve' ? { hash: shown, ...why } : why).catch((error: unknown) => {
      // Somebody was faster: this part of the page goes, and who it was has to be said elsewhere.
      if (asApiError(error).status === 409) sayFailed(error)
      throw error
    })
    sayDone(what === 'approve' ? 'Approved' : 'Rejected: nothing was done')
  })
  const prepare = useAction(async () => {
    await tellJob(job, 'prepare')
    sayDone('It is prepared again')
  })
  const isExpired = job.approval === 'expired'
  const isOther = shown !== job.approvalHash
  const { refused } = judgementOf(job, me)
  return (
    <div ref={section} className="flex flex-col gap-2.5 border-t bg-sunken/40 px-4 py-3">
      {isOther ? (
        <div
          role="alert"
          className="flex flex-wrap items-center gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn"
        >
          <p className="min-w-0 flex-1 basis-72 font-medium">
            This job was prepared again while you were looking at it. What you see now is the new state: look
            again before you approve it.
          </p>
          <Button onClick={() => setShown(job.approvalHash)}>I have looked again</Button>
        </div>
      ) : null}
      {refused === undefined ? null : <p className="font-medium">{refused}</p>}
      {mayApprove ? null : <p className="text-muted">You may look at it, but not approve or reject it.</p>}
      <ErrorLine error={isOther ? undefined : (decide.error ?? prepare.error)} />
      <div className="flex flex-wrap items-end gap-2">
        {mayApprove ? (
          <>
            <div className="min-w-52 grow">
              <TextField
                label="Comment"
                placeholder="Kept with the decision"
                maxLength={1000}
                value={comment}
                onChange={(event) => setComment(event.target.value)}
              />
            </div>
            <Button
              icon={Check}
              look="primary"
              busy={decide.busy}
              disabled={isExpired || isOther || refused !== undefined}
              onClick={() => void decide.run('approve')}
            >
              Approve {counted(job.totalRows - job.skippedRows, 'row')}
            </Button>
            <Button icon={X} disabled={decide.busy} onClick={() => void decide.run('reject')}>
              Reject
            </Button>
          </>
        ) : null}
        {maySubmit ? (
          <Button
            icon={RefreshCw}
            look={isExpired ? 'primary' : 'quiet'}
            busy={prepare.busy}
            onClick={() => void prepare.run()}
          >
            Prepare again
          </Button>
        ) : null}
      </div>
    </div>
  )
}
