import type { JobAction } from '#features/jobs/job-action.ts'
import { discoverAction } from '#features/sync/discovery-action.ts'
import { openSource } from '#features/sync/source-registry.ts'
import { createSyncAction } from '#features/sync/sync-action.ts'

const all: readonly JobAction[] = [createSyncAction(openSource), discoverAction]

/** Every kind of long work, by the name that jobs call it. */
export const jobActions: ReadonlyMap<string, JobAction> = new Map(all.map((action) => [action.name, action]))
