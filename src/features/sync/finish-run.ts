import type { Context } from '#features/context.ts'
import { settleFindings } from '#features/hosts/settle-findings.ts'
import { moveLastSeen } from '#features/sync/last-seen-queries.ts'
import { noteAbsence } from '#features/sync/note-absence.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import { endRun } from '#features/sync/run-queries.ts'
import type { Ending } from '#features/sync/run-queries.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { refreshStatistics } from '#features/sync/statistics-queries.ts'
import { settleRelationships } from '#features/sync/settle-relationships.ts'
import { settleVolumes } from '#features/sync/settle-volumes.ts'

type Tools = Pick<Context, 'db' | 'reports' | 'engine' | 'clock' | 'config' | 'events'>

/** What only the end of a run can tell; then the run is over, as `ending` says. */
export async function finishRun(tools: Tools, run: RunState, ending: Ending, seconds: number): Promise<void> {
  if (run.seen.size > 0) await settle(tools, run, ending)
  await endRun(tools, run, ending, seconds)
}

async function settle(tools: Tools, run: RunState, ending: Ending): Promise<void> {
  const isComplete = ending.status === 'complete'
  await refreshStatistics(tools.db, tools.engine, run.added)
  const { away } = isComplete ? await noteAbsence(tools, run) : { away: 0 }
  const related = await settleRelationships(tools, run)
  const owning = await settleVolumes(tools, run)
  publishOutcome(tools, { devices: [...new Set([...related, ...owning])], hosts: [], findings: 0 })
  await moveLastSeen(tools, run, isComplete)
  if (run.added + run.updated + away > 0) await settleFindings(tools, run.id)
}
