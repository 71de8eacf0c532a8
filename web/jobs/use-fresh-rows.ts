import { useEffect, useRef } from 'react'
import type { JobDetail, JobRow } from '#features/jobs/job-shapes.ts'
import type { Paged } from '../paged.ts'

/** Milliseconds between two readings while rows are being done. */
const atLeast = 2_000
/** With more pages than these the list stands still, and says that it changed. */
const pagesAtMost = 2

/** Reads the rows shown again while the job goes on, now and then. */
export function useFreshRows(job: JobDetail, listing: Paged<JobRow>): void {
  const { data, dataUpdatedAt, isFetching, refetch } = listing
  const current = useRef({ data, dataUpdatedAt, isFetching, refetch })
  useEffect(() => {
    current.current = { data, dataUpdatedAt, isFetching, refetch }
  })
  const { status, processedRows } = job
  useEffect(() => {
    const known = current.current
    const isShort = (known.data?.pages.length ?? 0) <= pagesAtMost
    if (status !== 'running' || known.isFetching || !isShort) return
    if (Date.now() - known.dataUpdatedAt >= atLeast) void known.refetch()
  }, [status, processedRows])
}
