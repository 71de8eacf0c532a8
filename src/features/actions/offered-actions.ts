import { annotateAction } from '#features/actions/annotate-action.ts'
import { classifyAction } from '#features/actions/classify-action.ts'
import { commandAction } from '#features/actions/command-action.ts'
import { exportAction } from '#features/actions/export-action.ts'
import { tagAction, untagAction } from '#features/actions/tag-action.ts'
import { webhookAction } from '#features/actions/webhook-action.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'

/** The kinds of work that people ask for with rows of their own. */
export const offeredActions: readonly AnyJobAction[] = [
  tagAction,
  untagAction,
  annotateAction,
  classifyAction,
  webhookAction,
  commandAction,
  exportAction,
]
