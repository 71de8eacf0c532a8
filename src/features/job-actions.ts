import type { JobAction } from '#features/jobs/job-action.ts'
import { discoverAction } from '#features/sync/discovery-action.ts'
import { openSource } from '#features/sync/source-registry.ts'
import { createSyncAction } from '#features/sync/sync-action.ts'
import { backupAction } from '#features/system/backup-job.ts'
import { maintainAction } from '#features/system/maintain.ts'

const all: readonly JobAction[] = [createSyncAction(openSource), discoverAction, backupAction, maintainAction]

/** Every kind of long work, by the name that jobs call it. */
export const jobActions: ReadonlyMap<string, JobAction> = new Map(all.map((action) => [action.name, action]))
