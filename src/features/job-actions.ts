import { offeredActions } from '#features/actions/offered-actions.ts'
import { believeAction } from '#features/devices/believe-action.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { discoverAction } from '#features/sync/discovery-action.ts'
import { openSource } from '#features/sync/source-registry.ts'
import { createSyncAction } from '#features/sync/sync-action.ts'
import { backupAction } from '#features/system/backup-job.ts'
import { maintainAction } from '#features/system/maintain.ts'

const all: readonly AnyJobAction[] = [
  createSyncAction(openSource),
  discoverAction,
  backupAction,
  maintainAction,
  believeAction,
  ...offeredActions,
]

/** Every kind of long work, by the name that jobs call it. */
export const jobActions: ReadonlyMap<string, AnyJobAction> = new Map(
  all.map((action) => [action.name, action]),
)
