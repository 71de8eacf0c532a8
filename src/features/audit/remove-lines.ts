import { randomUUID } from 'node:crypto'
import { append } from '#features/audit/append-audit.ts'
import { claimPlaces } from '#features/audit/chain-queries.ts'
import { lineText } from '#features/audit/line-hash.ts'
import { addPurged, purgeOperation } from '#features/audit/purge-digest.ts'
import type { PurgeState } from '#features/audit/purge-digest.ts'
import { takeWords, wordsOfJob } from '#features/audit/removal-queries.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Transaction } from '#database/schema.ts'

const pageLines = 1_000

/**
 * Takes the words of all lines of a job, or of the first `most` after one: message, details, actor and subject. Place, time, kind
 * and hash stay, and a line is written that tells who did it and vouches for what is left. Comes last in its
 * transaction, as appendAudit() does; gives how many lines it were, and the last of them.
 */
export async function removeLines(
  transaction: Transaction,
  clock: Clock,
  { jobId, by, after = 0, most = Infinity }: { jobId: number; by: string; after?: number; most?: number },
): Promise<{ count: number; until: number }> {
  // The place of the line that tells of it has to be known before, and nobody may take it meanwhile.
  const head = await claimPlaces(transaction, 0, randomUUID())
  let state: PurgeState | undefined
  let until = after
  for (;;) {
    const wanted = Math.min(pageLines, most - (state?.count ?? 0))
    const lines = wanted > 0 ? await wordsOfJob(transaction, jobId, until, wanted) : []
    for (const line of lines) {
      const left = { ...line, message: '', details: null, actor: '', subject: null }
      state = addPurged(state, line.id, line.hash, `${line.previous}\n${lineText(left)}`)
      until = line.id
    }
    if (lines.length < pageLines) break
  }
  const count = state?.count ?? 0
  if (state) await takeWords(transaction, jobId, { after, until, removedBy: head.id + 1 })
  await append(transaction, clock, [
    {
      actor: by,
      operation: purgeOperation,
      subject: `job:${jobId}`,
      message: `${by} removed what ${count} lines of job ${jobId} said`,
      eventType: 'state_change',
      details: { count, digest: state?.digest ?? null },
      jobId,
    },
  ])
  return { count, until }
}
