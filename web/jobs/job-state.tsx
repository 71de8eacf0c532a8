import type { Job, JobDetail } from '#features/jobs/job-shapes.ts'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery, useMay } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { isRequester } from './approval-words.ts'
import { isOver, stateWords } from './job-words.ts'

type Shown = Pick<
  Job,
  'status' | 'waitingFor' | 'approval' | 'isCancelling' | 'requestedBy' | 'successfulRows'
> &
  Partial<Pick<JobDetail, 'violations'>>

/** How a job stands, in plain words. */
export function JobState({ job }: { job: Shown }) {
  const mayApprove = useMay('jobs.approve')
  const { text, tone } = stateWords(job)
  const me = useQuery(sessionQuery).data
  // Which rules it breaks is known on its own page only.
  const isOthers = isRequester(job, me) && job.violations?.some(({ verdict }) => verdict === 'other')
  const isMine = mayApprove && !isOthers && job.waitingFor === 'approval' && job.approval === 'waiting'
  const partly = job.status === 'failed' && job.successfulRows > 0
  return (
    <Badge tone={partly ? 'warn' : tone}>
      {isMine && !isOver(job) ? 'waits for your approval' : partly ? 'partly failed' : text}
    </Badge>
  )
}
