import type { Job, JobRow } from '#features/jobs/job-shapes.ts'

interface ReadSource {
  id?: unknown
  source?: unknown
  status?: unknown
  reason?: unknown
}

const numberIn = (read: ReadSource | undefined): number | undefined =>
  typeof read?.id === 'number' ? read.id : undefined

/**
 * The run that a row of a job that reads sources led to; undefined where there is none, or it is not known yet. One that
 * failed is known from the result of the whole job only.
 */
export function runOf(
  { action, result }: Pick<Job, 'action' | 'result'>,
  row: Pick<JobRow, 'key' | 'result'>,
): number | undefined {
  if (action !== 'sync' && action !== 'discover') return undefined
  const own = numberIn(row.result as ReadSource | undefined)
  if (own !== undefined) return own
  const { runs = [] } = (result ?? {}) as { runs?: ReadSource[] }
  return numberIn(runs.length === 1 ? runs[0] : runs.find(({ source }) => source === row.key))
}

/** How the run of a row ended, in one line. */
export function runNote({ errorMessage, result }: Pick<JobRow, 'errorMessage' | 'result'>): string {
  if (errorMessage !== null) return errorMessage
  const { status, reason } = (result ?? {}) as ReadSource
  return [status, reason].filter((each) => typeof each === 'string').join(': ')
}
