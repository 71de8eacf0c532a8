import type { Context } from '#features/context.ts'
import type { SourceIdentity } from '#features/sync/run-state.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { AppError } from '#kernel/errors.ts'
import type { JobId } from '#model/ids.ts'
import type { Source } from '#sources/source.ts'

/** A source of the configuration, opened and ready to be read. */
export interface ConfiguredOpenSource extends SourceIdentity {
  source: Source
}

/** Who asked for a run. */
export interface RunRequest {
  /** `ada@example.net`, `system:schedule`, `cli:root`. */
  startedBy: string
  jobId: JobId | null
}

/**
 * Reads a source once and brings the inventory up to date; gives the run as it ended: complete, partial, failed or
 * cancelled. CONFLICT when the source is being read already.
 */
export async function runSource(
  _context: Context,
  configured: ConfiguredOpenSource,
  _request: RunRequest,
  _signal: AbortSignal,
): Promise<Run> {
  throw new AppError('CONFLICT', `The source ${configured.name} cannot be read yet`)
}
