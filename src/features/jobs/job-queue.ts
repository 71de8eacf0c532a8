import type { JobQueue } from '#features/context.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { cancelJob } from '#features/jobs/job-control.ts'
import { assertBeginsByItself } from '#features/jobs/policy.ts'
import { knownAction, submitJob } from '#features/jobs/submit-job.ts'
import type { SubmitContext } from '#features/jobs/submit-job.ts'
import { AppError } from '#kernel/errors.ts'

/** The queue over the database: what is submitted is durable when its id is there. */
export const createJobQueue = (
  context: SubmitContext,
  actions: ReadonlyMap<string, AnyJobAction>,
): JobQueue => ({
  async submit(job) {
    const rows = job.rows?.length ?? 1
    const action = knownAction(actions, job.action)
    assertBeginsByItself(context.config, action, { rows, requestedBy: job.actor })
    return submitJob(context, actions, job)
  },
  cancel: (id, actor) =>
    cancelJob(context, actor, id).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'NOT_FOUND') return false
      throw error
    }),
})
