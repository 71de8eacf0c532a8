import type { Context } from '#features/context.ts'
import { contentOf } from '#features/sync/record-content.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import type { StoredRecord } from '#features/sync/record-queries.ts'
import { fingerprint, warn } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { ReportedRecord } from '#model/record.ts'

/** A reported record that is stored already. */
export interface Known {
  content: RecordContent
  stored: StoredRecord
}

/** A batch by what has to be done with it. */
export interface SortedBatch {
  added: RecordContent[]
  changed: Known[]
  /** Told as before, but not held by the newest complete run. */
  returned: Known[]
  /** Told as before; what changes at every reading is due for a refresh. */
  stale: Known[]
}

/** A page that comes twice is the same news once. Of two versions of one record the first counts, at every reading. */
export function withoutRepeats(run: RunState, reported: readonly ReportedRecord[]): RecordContent[] {
  const contents = new Map<string, RecordContent>()
  for (const record of reported) {
    const content = contentOf(record)
    const id = content.record.sourceId
    const twin = contents.get(id)
    const before = twin === undefined ? run.seen.get(id) : fingerprint(twin.hash)
    if (before === undefined) contents.set(id, content)
    else if (before !== fingerprint(content.hash))
      warn(run, `The source told two things of ${id}; the first counts.`)
  }
  return [...contents.values()]
}

/** Compares what is told with what is kept. */
export function sortBatch(
  { clock, config }: Pick<Context, 'clock' | 'config'>,
  contents: readonly RecordContent[],
  stored: ReadonlyMap<string, StoredRecord>,
): SortedBatch {
  const sorted: SortedBatch = { added: [], changed: [], returned: [], stale: [] }
  const freshness = config.sync.volatileMinutes * 60_000
  const now = toMilliseconds(clock.now())
  for (const content of contents) {
    const known = stored.get(content.record.sourceId)
    if (known === undefined) sorted.added.push(content)
    else if (isUnreadable(content.record)) continue
    else if (known.hash !== content.hash) sorted.changed.push({ content, stored: known })
    else {
      if (known.isAway) sorted.returned.push({ content, stored: known })
      const isStale = known.volatileAt === null || now - toMilliseconds(known.volatileAt) >= freshness
      if (content.volatile !== null && isStale) sorted.stale.push({ content, stored: known })
    }
  }
  return sorted
}

/** The source sees that it is there and no more: what is kept of it stays. */
const isUnreadable = (record: ReportedRecord): boolean =>
  record.kind === 'device' && record.unreadable === true

/** Nothing of the batch has to be written. */
export const isIdle = ({ added, changed, returned, stale }: SortedBatch): boolean =>
  added.length + changed.length + returned.length + stale.length === 0
