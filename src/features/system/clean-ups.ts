import { maintainPartitions } from '#database/maintain-partitions.ts'
import { oldExports, removeOldExports } from '#features/actions/export-file.ts'
import { countOldLines, removeOldLines } from '#features/audit/retain-audit.ts'
import type { Context } from '#features/context.ts'
import { countDeadUploads, removeDeadUploads } from '#features/previews/uploads.ts'
import {
  countRows,
  deleteRows,
  deleteRuns,
  endedJobs,
  expired,
  oldConfigs,
  oldHistory,
  oldKeys,
  oldSlots,
  oldStates,
  type OldRows,
  oldRuns,
  resolvedFindings,
} from '#features/system/clean-up-queries.ts'
import { countStale, retireStale } from '#features/system/stale-devices.ts'
import { shift } from '#kernel/clock.ts'

export type CleanUpTools = Pick<
  Context,
  'db' | 'reports' | 'engine' | 'clock' | 'config' | 'events' | 'secrets'
> & {
  /** For the history: who asked. */
  by: string
}

/** One thing that is tidied up. */
export interface CleanUp {
  name: string
  /** What is done, for a person. */
  about: string
  /** How much there is to do. */
  count(tools: CleanUpTools, signal: AbortSignal): Promise<number>
  /** Does it and gives how much it was. */
  clean(tools: CleanUpTools, signal: AbortSignal): Promise<number>
}

const day = 86_400_000

/** How many days things stay that nobody configures. */
const kept = {
  links: 0,
  repetitions: 1,
  limits: 1,
  nodes: 1,
  times: 30,
  jobs: 90,
  idleRuns: 90,
  findings: 365,
}

const before = ({ clock }: CleanUpTools, days: number): string => shift(clock.now(), -days * day)

/** Deletes rows that are old by one condition. */
const rowsCleanUp = (name: string, about: string, rows: (tools: CleanUpTools) => OldRows): CleanUp => ({
  name,
  about,
  count: (tools) => countRows(tools.reports, rows(tools)),
  clean: (tools, signal) => deleteRows(tools.db, rows(tools), signal),
})

const historyRows = (tools: CleanUpTools): OldRows =>
  oldHistory(before(tools, tools.config.retention.historyDays))

const history: CleanUp = {
  name: 'history',
  about: 'Changes older than retention.historyDays are removed',
  count: (tools) => countRows(tools.reports, historyRows(tools)),
  async clean(tools, signal) {
    const count = await countRows(tools.reports, historyRows(tools))
    const keepFrom = before(tools, tools.config.retention.historyDays)
    // Whole months go with their partition; what is left of the month that the limit lies in goes row by row.
    await maintainPartitions(tools, 'sync_history', tools.clock.now(), { keepFrom })
    await deleteRows(tools.db, historyRows(tools), signal)
    return count
  },
}

const findOldRuns = (tools: CleanUpTools): Promise<number[]> =>
  oldRuns(tools.reports, {
    before: before(tools, kept.idleRuns),
    changedBefore: before(tools, Math.max(kept.idleRuns, tools.config.retention.historyDays)),
  })

const runs: CleanUp = {
  name: 'runs',
  about: 'Runs are thinned out to one complete run for each day and source',
  count: async (tools) => (await findOldRuns(tools)).length,
  clean: async (tools, signal) => deleteRuns(tools.db, tools.engine, await findOldRuns(tools), signal),
}

const audit: CleanUp = {
  name: 'audit',
  about: 'Lines of the audit trail older than audit.keepDays are removed; a signed record of them stays',
  async count(tools, signal) {
    const { keepDays } = tools.config.audit
    return keepDays === undefined ? 0 : countOldLines(tools, before(tools, keepDays), signal)
  },
  async clean(tools, signal) {
    const { keepDays } = tools.config.audit
    if (keepDays === undefined) return 0
    return removeOldLines(tools, { before: before(tools, keepDays), by: tools.by }, signal)
  },
}

/** Everything that is tidied up, in this order. */
export const cleanUps: readonly CleanUp[] = [
  {
    name: 'stale-devices',
    about: 'Devices that their sources have not seen for retention.staleDays become inactive',
    count: countStale,
    clean: (tools, signal) => retireStale(tools, tools.by, signal),
  },
  history,
  rowsCleanUp(
    'configurations',
    'Old configurations of devices are removed by retention.configVersions and configDays',
    (tools) => {
      const { configVersions, configDays } = tools.config.retention
      return oldConfigs(configVersions, before(tools, configDays))
    },
  ),
  runs,
  rowsCleanUp('jobs', `Jobs that ended ${kept.jobs} days ago are removed`, (tools) =>
    endedJobs(before(tools, kept.jobs)),
  ),
  audit,
  rowsCleanUp('findings', 'Findings that were resolved a year ago are removed', (tools) =>
    resolvedFindings(before(tools, kept.findings)),
  ),
  rowsCleanUp('alerts', 'Alerts that ended before retention.historyDays are removed', (tools) =>
    expired('alerts', 'resolved_at', before(tools, tools.config.retention.historyDays)),
  ),
  ...(['status_changes', 'check_changes'] as const).map((table) =>
    rowsCleanUp(
      table === 'status_changes' ? 'states' : 'check-states',
      `What became of ${table === 'status_changes' ? 'servers' : 'checks'} before retention.historyDays is removed`,
      (tools) => oldStates(table, before(tools, tools.config.retention.historyDays)),
    ),
  ),
  rowsCleanUp('notices', 'What was told before retention.historyDays is removed', (tools) =>
    expired('notices', 'created_at', before(tools, tools.config.retention.historyDays)),
  ),
  rowsCleanUp('incidents', 'Suspicions that ended before retention.historyDays are removed', (tools) =>
    expired('status_incidents', 'ended_at', before(tools, tools.config.retention.historyDays)),
  ),
  rowsCleanUp('gaps', 'Times in which nobody listened are forgotten with retention.historyDays', (tools) =>
    expired('watch_gaps', 'until_at', before(tools, tools.config.retention.historyDays)),
  ),
  rowsCleanUp('silences', 'Silences that ended a month ago are removed', (tools) =>
    expired('silences', 'until', before(tools, kept.times)),
  ),
  rowsCleanUp('sessions', 'Sessions that have expired are removed', (tools) =>
    expired('sessions', 'expires_at', before(tools, kept.links)),
  ),
  rowsCleanUp('links', 'Set-up links and invitations that have expired are removed', (tools) =>
    expired('setup_links', 'expires_at', before(tools, kept.links)),
  ),
  rowsCleanUp('sign-ins', 'Sign-ins that were never finished are removed', (tools) =>
    expired('verifications', 'expires_at', before(tools, kept.links)),
  ),
  rowsCleanUp('sign-in-limits', 'Counts of wrong passwords of yesterday are removed', (tools) =>
    expired('sign_in_limits', 'window_start', before(tools, kept.limits), ['key']),
  ),
  rowsCleanUp('repetitions', 'Answers kept for repeated requests of yesterday are removed', (tools) =>
    oldKeys(before(tools, kept.repetitions)),
  ),
  rowsCleanUp('times', `Times of schedules that passed ${kept.times} days ago are forgotten`, (tools) =>
    oldSlots(before(tools, kept.times)),
  ),
  {
    name: 'uploads',
    about: 'Uploaded files of rows are removed after seven days',
    count: countDeadUploads,
    clean: removeDeadUploads,
  },
  {
    name: 'exports',
    about: 'Files that exports wrote on this machine are removed after seven days',
    count: async (tools) => (await oldExports(tools)).length,
    clean: async (tools) => (await removeOldExports(tools)).length,
  },
  rowsCleanUp('nodes', 'Processes that are gone for a day are forgotten', (tools) =>
    expired('nodes', 'heartbeat_at', before(tools, kept.nodes)),
  ),
]
