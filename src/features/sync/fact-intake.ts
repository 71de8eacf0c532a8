import type { Context } from '#features/context.ts'
import { factContentOf, keptId, type FactContent } from '#features/sync/fact-content.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import { warn } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { saveFacts } from '#features/sync/save-facts.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import type { ReportedFacts } from '#model/record.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'events'>

/** Facts that wait until the records they are of have been written. */
export interface FactIntake {
  take(reported: readonly ReportedFacts[]): void
  /** So many wait that the records before them should be written. */
  readonly isFull: boolean
  /** Writes those whose records are not among the ones still to be written. */
  save(unwritten: readonly { sourceId: string }[]): Promise<void>
}

/** A machine has some tens of kilobytes of facts. */
const heldAtMost = 250
/** Machines in one transaction. */
const inOneGo = 50

/** Of two reports of one machine the first counts, as of two versions of a record. */
export function createFactIntake(tools: Tools, run: RunState): FactIntake {
  let waiting: FactContent[] = []
  const seen = new Set<string>()
  return {
    take(reported) {
      for (const each of reported) {
        const content = factContentOf(each, tools.clock.now())
        if (seen.has(content.sourceId)) continue
        seen.add(content.sourceId)
        waiting.push(content)
        if (content.leftOut.length > 0) warn(run, leftOutWarning(content))
      }
    },
    get isFull() {
      return waiting.length >= heldAtMost
    },
    async save(unwritten) {
      if (waiting.length === 0) return
      const awaited = new Set(unwritten.map((each) => keptId(each.sourceId)))
      const ready = waiting.filter((each) => !awaited.has(each.sourceId))
      waiting = waiting.filter((each) => awaited.has(each.sourceId))
      for (const chunk of chunksOf(ready, inOneGo)) {
        const devices = await saveFacts(tools, run, chunk)
        publishOutcome(tools, { devices, hosts: [], findings: 0 })
      }
    },
  }
}

function leftOutWarning({ sourceId, leftOut }: FactContent): string {
  const names = leftOut.length > 5 ? `${leftOut.slice(0, 5).join(', ')} and others` : leftOut.join(', ')
  return `These facts of ${sourceId} are too large to be kept: ${names}.`
}
