import { queryOptions } from '@tanstack/react-query'
import type { Job, JobDetail, JobErrorGroup } from '#features/jobs/job-shapes.ts'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'

/** One job with everything that is told of it. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['job', id],
    queryFn: ({ signal }) => api.get<JobDetail>(`/jobs/${encodeURIComponent(id)}`, undefined, signal),
    // What happens is told by events; this is for when one got lost.
    refetchInterval: ({ state }) =>
      state.data?.status === 'running' || state.data?.approval === 'preparing' ? 5_000 : false,
  })

/** What went wrong, by its kind; not asked for more often than every few seconds, as it counts rows. */
export const jobErrorsQuery = ({ id, status }: Pick<Job, 'id' | 'status'>) =>
  queryOptions({
    queryKey: ['job-errors', id],
    queryFn: ({ signal }) =>
      api.get<{ items: JobErrorGroup[] }>(`/jobs/${id}/errors`, undefined, signal).then(({ items }) => items),
    refetchInterval: status === 'running' ? 5_000 : false,
  })

/** Whatever shows jobs is read again. */
export async function refreshJobs(): Promise<void> {
  await Promise.all(
    ['job', 'jobs', 'job-rows', 'job-log', 'job-errors'].map((name) =>
      queryClient.invalidateQueries({ queryKey: [name] }),
    ),
  )
}

/** Tells the server what to do with a job; the page shows its answer at once. Reads again also what was refused. */
export async function tellJob(
  { id }: Pick<Job, 'id'>,
  what: 'approve' | 'reject' | 'cancel' | 'pause' | 'resume' | 'retry' | 'skip' | 'resolve' | 'prepare',
  body: object = {},
): Promise<JobDetail> {
  try {
    const job = await api.post<JobDetail>(`/jobs/${id}/${what}`, body)
    if (what !== 'prepare') queryClient.setQueryData(['job', String(id)], job)
    return job
  } finally {
    void refreshJobs()
  }
}

/** Changes priority, time or options. */
export async function editJob({ id }: Pick<Job, 'id'>, edit: object): Promise<void> {
  const job = await api.patch<JobDetail>(`/jobs/${id}`, edit)
  queryClient.setQueryData(['job', String(id)], job)
  await refreshJobs()
}
