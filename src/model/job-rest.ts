/** What is waited for that only a person can do. */
const forPerson = new Set(['approval', 'person', 'review', 'budget', 'canary'])
const over = new Set(['completed', 'failed', 'cancelled'])

/** Whether a job is over. */
export const isOver = ({ status }: { status: string }): boolean => over.has(status)

/** Whether a job is not over and nothing of it goes on before somebody does something. */
export const waitsForPerson = (job: { status: string; waitingFor?: string | null | undefined }): boolean =>
  !isOver(job) && forPerson.has(job.waitingFor ?? '')
