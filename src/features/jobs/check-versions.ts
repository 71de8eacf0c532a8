import type { PreviewItem } from '#features/jobs/action.ts'
import type { ClaimedRow } from '#features/jobs/claim-queries.ts'
import { told } from '#features/jobs/do-row.ts'
import type { JobInWork } from '#features/jobs/job-in-work.ts'
import { skippedOutcome } from '#features/jobs/outcome.ts'
import type { Outcome } from '#features/jobs/outcome.ts'
import type { JsonObject } from '#kernel/json.ts'
import { DeviceId } from '#model/ids.ts'

/** Sorts out the rows about something that changed after it was previewed. */
export async function checkVersions(
  job: JobInWork,
  claimed: readonly ClaimedRow[],
): Promise<{ rows: ClaimedRow[]; skipped: { row: ClaimedRow; outcome: Outcome }[] }> {
  const versioned = claimed.filter((row) => row.row_version !== null)
  if (!job.work.versions || versioned.length === 0) return { rows: [...claimed], skipped: [] }
  try {
    const versions = await job.work.versions(job.call, job.parameters, versioned.map(toItem))
    const changed = new Map(
      versioned.flatMap((row, index) => {
        const version = versions[index] ?? null
        return version === row.row_version ? [] : [[row, version] as const]
      }),
    )
    return {
      rows: claimed.filter((row) => !changed.has(row)),
      skipped: [...changed].map(([row, version]) => ({ row, outcome: changedOutcome(version) })),
    }
  } catch (thrown) {
    const unknown = versioned.map((row) => ({ row, outcome: told(job, row.row_number, row.attempt, thrown) }))
    return { rows: claimed.filter((row) => row.row_version === null), skipped: unknown }
  }
}

const changedOutcome = (version: string | null): Outcome =>
  skippedOutcome(
    'CHANGED_SINCE_PREVIEW',
    version === null ? 'It is gone since the preview' : 'It changed after it was previewed',
  )

const toItem = (row: ClaimedRow): PreviewItem => ({
  number: row.row_number,
  key: row.row_key,
  deviceId: row.device_id === null ? null : DeviceId.parse(row.device_id),
  input: JSON.parse(row.input) as JsonObject,
})
