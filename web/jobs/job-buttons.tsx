import { useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { CircleStop, Copy, Ellipsis, Pause, Play, RotateCcw, SlidersHorizontal, Trash2 } from 'lucide-react'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { api } from '../api.ts'
import { counted, formatNumber } from '../format.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { useJobActions } from './job-actions-query.ts'
import { EditJobDialog } from './edit-job-dialog.tsx'
import { refreshJobs, tellJob } from './job-query.ts'
import { isOver } from './job-words.ts'

type Asked = 'cancel' | 'edit' | 'purge'

/** What can be done with a job as it stands. */
export function JobButtons({ job }: { job: JobDetail }) {
  const mayControl = useMay('jobs.control')
  const mayPurge = useMay('system.manage')
  const navigate = useNavigate()
  const maySubmit = useMay('jobs.submit')
  const isOffered = useJobActions().some(({ name }) => name === job.action) && maySubmit
  const [asked, setAsked] = useState<Asked>()
  const [busy, setBusy] = useState<string>()
  const act = async (what: 'pause' | 'resume' | 'retry', said: string) => {
    setBusy(what)
    try {
      await tellJob(job, what)
      sayDone(said)
    } catch (error) {
      sayFailed(error)
    } finally {
      setBusy(undefined)
    }
  }
  const over = isOver(job)
  const isApproved = job.approval === null || job.approval === 'approved'
  const toRetry = job.failedRows - job.ambiguousRows
  const isCancelledHalfway = job.status === 'cancelled' && isApproved && job.processedRows < job.totalRows
  const mayPause = (job.status === 'running' || (job.status === 'pending' && isApproved)) && !job.isCancelling
  const onlyUnclear = job.ambiguousRows > 0 && job.processedRows === job.totalRows
  return (
    <>
      {mayControl && mayPause ? (
        <Button icon={Pause} busy={busy === 'pause'} onClick={() => void act('pause', 'Paused')}>
          Pause
        </Button>
      ) : null}
      {mayControl && job.status === 'paused' && !job.isCancelling && !onlyUnclear ? (
        <Button icon={Play} busy={busy === 'resume'} onClick={() => void act('resume', 'It goes on')}>
          Resume
        </Button>
      ) : null}
      {mayControl && isApproved && (toRetry > 0 || isCancelledHalfway) ? (
        <Button
          icon={RotateCcw}
          busy={busy === 'retry'}
          onClick={() => void act('retry', 'They are tried again')}
        >
          {isCancelledHalfway ? 'Go on with the rest' : `Retry ${formatNumber(toRetry)} failed`}
        </Button>
      ) : null}
      {mayControl && !over && !job.isCancelling ? (
        <>
          <Button icon={SlidersHorizontal} look="quiet" onClick={() => setAsked('edit')}>
            Edit
          </Button>
          <Button icon={CircleStop} onClick={() => setAsked('cancel')}>
            Cancel job
          </Button>
        </>
      ) : null}
      {isOffered || (mayPurge && over) ? (
        <Menu trigger={<IconButton label="More" icon={Ellipsis} />}>
          {isOffered ? (
            <MenuItem onSelect={() => void navigate({ to: '/jobs/new', search: { like: String(job.id) } })}>
              <Copy size={14} aria-hidden /> New job like this
            </MenuItem>
          ) : null}
          {mayPurge && over ? (
            <MenuItem onSelect={() => setAsked('purge')}>
              <Trash2 size={14} aria-hidden /> Remove for good…
            </MenuItem>
          ) : null}
        </Menu>
      ) : null}
      {asked === 'edit' ? <EditJobDialog job={job} onClose={() => setAsked(undefined)} /> : null}
      {asked === 'cancel' ? <CancelDialog job={job} onClose={() => setAsked(undefined)} /> : null}
      {asked === 'purge' ? <PurgeDialog job={job} onClose={() => setAsked(undefined)} /> : null}
    </>
  )
}

interface DialogProps {
  job: JobDetail
  onClose(): void
}

function CancelDialog({ job, onClose }: DialogProps) {
  const { successfulRows: done, rows } = job
  return (
    <ConfirmDialog
      title="Cancel this job?"
      verb="Cancel job"
      onClose={onClose}
      onConfirm={async () => {
        await tellJob(job, 'cancel')
        sayDone('The job is asked to stop')
      }}
    >
      {done > 0 || rows.processing > 0 ? (
        <>
          <p>
            What is done stays done: {counted(done, 'row')}. The other {counted(rows.pending, 'row')} are not
            begun.
          </p>
          {rows.processing > 0 ? (
            <p className="mt-2">
              {counted(rows.processing, 'row')} in work {rows.processing === 1 ? 'is' : 'are'} told to stop
              {job.effect === 'once' ? '; where nobody can tell how far they came, you are asked' : ''}.
            </p>
          ) : null}
          <p className="mt-2 text-muted">You can go on with the rest later.</p>
        </>
      ) : (
        <p>Nothing of it was done yet, and nothing will be.</p>
      )}
    </ConfirmDialog>
  )
}

function PurgeDialog({ job, onClose }: DialogProps) {
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      title={`Remove job ${job.id} for good?`}
      verb="Remove for good"
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(`/jobs/${job.id}`)
        sayDone(`Job ${job.id} is removed`)
        await navigate({ to: '/jobs' })
        await refreshJobs()
      }}
    >
      <p>
        The job, its {counted(job.totalRows, 'row')} and what the trail says of it go. What it did to machines
        stays. The trail keeps that you removed it.
      </p>
    </ConfirmDialog>
  )
}
