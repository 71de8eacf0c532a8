/** How reading one source ended, as the result of its job tells it. */
interface ReadSource {
  source: string
  status: string
  reason?: string
}

interface JobResult {
  runs: readonly ReadSource[]
}

/** How it went, source by source: `lab: complete`, `leases: failed, the file does not exist`. */
export const runsText = ({ runs }: JobResult): string =>
  runs.map(({ source, status, reason }) => `${source}: ${status}${reason ? `, ${reason}` : ''}`).join('\n')

/** Whether at least one source could not be read. */
export const hasFailedRun = ({ runs }: JobResult): boolean => runs.some(({ status }) => status === 'failed')
