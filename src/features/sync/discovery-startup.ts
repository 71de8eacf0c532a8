import type { Context } from '#features/context.ts'
import { sourcesInWork } from '#features/sync/source-work-queries.ts'
import { syncJob } from '#features/sync/source-jobs.ts'
import { listSources } from '#features/sync/source-registry.ts'
import { systemActor } from '#model/actor.ts'
import type { JobId } from '#model/ids.ts'

/**
 * At start, unless switched off: reads what this machine already knows of its network. To be called before the
 * schedules start, which then see that it is being read.
 */
export async function startupReading(
  context: Pick<Context, 'db' | 'config' | 'sourceTypes' | 'jobs'>,
): Promise<JobId | undefined> {
  if (!context.config.discovery.startup) return undefined
  const inWork = await sourcesInWork(context.db)
  const names = (await listSources(context))
    .filter(({ name, type, enabled }) => type === 'local' && enabled && !inWork.has(name))
    .map(({ name }) => name)
  return names.length === 0 ? undefined : context.jobs.submit(syncJob(names, systemActor('startup')))
}
