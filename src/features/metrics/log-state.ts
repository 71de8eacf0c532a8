import type { Context } from '#features/context.ts'
import { newestChunk } from '#features/metrics/chunk-queries.ts'
import { decodeGroup } from '#features/metrics/log-codec.ts'
import { groupsAfter, measureLog } from '#features/metrics/log-queries.ts'
import { bucketLength } from '#features/metrics/points.ts'

/** How it stands with what was received and is not sealed. */
export interface LogState {
  rows: number
  bytes: number
  /** When the oldest of it was received; milliseconds since 1970. */
  oldest: number | undefined
  /** Everything before is in chunks, but for what comes late; milliseconds since 1970. */
  sealedUntil: number | undefined
}

export async function logState({ db }: Pick<Context, 'db'>): Promise<LogState> {
  const [{ rows, bytes }, [first], newest] = await Promise.all([
    measureLog(db),
    groupsAfter(db, 0, 1),
    newestChunk(db),
  ])
  // The newest group stays even when it is sealed, so alone it tells of nothing that waits.
  const times = rows > 1 && first ? decodeGroup(first.payload).entries.map(({ received }) => received) : []
  return {
    rows,
    bytes,
    oldest: times.length === 0 ? undefined : Math.min(...times),
    sealedUntil: newest === undefined ? undefined : newest + bucketLength,
  }
}
