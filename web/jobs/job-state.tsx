import type { Job } from '#features/jobs/job-shapes.ts'
import { useMay } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { isOver, stateWords } from './job-words.ts'

type Shown = Pick<
  Job,
  'status' | 'waitingFor' | 'approval' | 'isCancelling' | 'failedRows' | 'ambiguousRows' | 'successfulRows'
>

/** How a job stands, in plain words. */
export function JobState({ job }: { job: Shown }) {
  const mayApprove = useMay('jobs.approve')
  const { text, tone } = stateWords(job)
  const isMine = mayApprove && job.waitingFor === 'approval' && job.approval === 'waiting'
  const partly = job.status === 'failed' && job.successfulRows > 0
  return (
    <Badge tone={partly ? 'warn' : tone}>
      {isMine && !isOver(job) ? 'waits for your approval' : partly ? 'partly failed' : text}
    </Badge>
  )
}
