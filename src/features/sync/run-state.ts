import type { Authorship } from '#features/inventory/save-devices.ts'
import type { Engine } from '#database/migration.ts'

/** A configured source, as far as a run needs to know it. */
export interface SourceIdentity {
  /** The requirement's word: proxmox, dhcp. */
  system: string
  /** The configured name. */
  name: string
  /** False for what ages instead of going missing. */
  provesAbsence: boolean
}

/** What a run keeps in memory while it lasts. */
export interface RunState {
  id: number
  source: SourceIdentity
  startedAt: string
  startedBy: string
  /** No run of the source was complete before: everything is new, nothing is news. */
  isFirst: boolean
  /** Content hashes of the records seen so far, by source id. */
  seen: Map<string, string>
  total: number | null
  added: number
  updated: number
  removed: number
  unchanged: number
  warnings: string[]
  /** Records whose relationships or owners may have changed; other records they name may come later. */
  related: Set<number>
}

export const authorOf = (run: RunState, engine: Engine, now: string): Authorship => ({
  engine,
  now,
  syncId: `run:${run.id}`,
  system: run.source.system,
  identifier: run.source.name,
  by: run.startedBy,
})

const warningsKept = 200

/** Keeps a warning for the run's page; a flood is counted, not kept. */
export function warn(run: RunState, sentence: string): void {
  if (run.warnings.length < warningsKept) run.warnings.push(sentence)
  else if (run.warnings.length === warningsKept)
    run.warnings.push('There were more warnings; they are in the log.')
}
