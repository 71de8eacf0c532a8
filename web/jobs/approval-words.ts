import type { JobDetail, PolicyViolation } from '#features/jobs/job-shapes.ts'
import type { Session } from '../session.ts'

type Person = Pick<Session, 'name' | 'user'>

/** What a broken rule means for who looks at it. */
export function verdictWords(
  { verdict }: Pick<PolicyViolation, 'verdict'>,
  isMine: boolean,
): { text: string; tone: 'bad' | 'warn' } {
  if (verdict === 'refuse') return { text: 'refused: nobody can approve it', tone: 'bad' }
  if (verdict === 'approve') return { text: 'needs an approval', tone: 'warn' }
  return isMine
    ? { text: 'somebody else has to approve it', tone: 'bad' }
    : { text: 'you may approve it: somebody else asked for it', tone: 'warn' }
}

/** Whether a person asked for the job; a token is who owns it, which only the server knows for sure. */
export const isRequester = (
  { requestedBy }: Pick<JobDetail, 'requestedBy'>,
  me: Person | undefined,
): boolean => me !== undefined && (requestedBy === me.name || requestedBy === me.user?.email)

/** Why a person cannot approve a job; undefined where nothing known speaks against it. */
export function judgementOf(job: JobDetail, me: Person | undefined): { refused: string | undefined } {
  const { violations } = job
  if (violations.some(({ verdict }) => verdict === 'refuse'))
    return {
      refused: 'It breaks a rule that nobody can lift. Make it smaller, or ask an admin to change the rule.',
    }
  if (violations.some(({ verdict }) => verdict === 'other') && isRequester(job, me))
    return { refused: 'You asked for it, so somebody else has to approve it.' }
  if (job.totalRows === job.skippedRows)
    return { refused: job.totalRows === 0 ? 'It has no rows, so there is nothing to approve.' : undefined }
  return { refused: undefined }
}
