import type { Job } from '#features/jobs/job-shapes.ts'
import { api, ApiError } from '../api.ts'

const between = 700

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

/** Waits until a job is over; throws what it failed with. */
export async function followJob(id: number): Promise<Job> {
  for (;;) {
    const job = await api.get<Job>(`/jobs/${id}`)
    if (job.status === 'completed') return job
    if (job.status === 'failed' || job.status === 'cancelled')
      throw new ApiError({
        code: job.errorCode ?? 'INTERNAL',
        status: 500,
        detail: job.errorMessage ?? 'The job was stopped.',
      })
    await sleep(between)
  }
}
