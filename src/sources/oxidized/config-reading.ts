import { AppError } from '#kernel/errors.ts'
import { mapBounded } from '#kernel/map-bounded.ts'
import type { Timestamp } from '#kernel/clock.ts'
import type { ReportedConfig } from '#model/record.ts'
import type { NodeRow } from '#sources/oxidized/answers.ts'
import type { OxidizedClient } from '#sources/oxidized/client.ts'
import type { Histories } from '#sources/oxidized/history.ts'
import { hasConfig } from '#sources/oxidized/mapping.ts'
import { parseRubyTime } from '#sources/oxidized/ruby-time.ts'
import type { KeptConfig } from '#sources/source.ts'

/** What could be had of one node's configuration. */
export interface ConfigOutcome {
  /** To read interfaces from: the newest there is, also where it was kept before. */
  text: string | undefined
  /** A version that is to be kept. */
  config?: ReportedConfig | undefined
  /** Why it could not be had; nothing where there is none. */
  problem?: 'none' | 'failed' | undefined
}

/** Everything that fetching configurations needs. */
export interface ConfigReading {
  client: OxidizedClient
  histories: Histories | undefined
  parallel: number
  now: () => Timestamp
  /** Fetches that failed one after the other. */
  failures: number
  signal: AbortSignal
}

/** After so many failed fetches in a row the rest is not tried: each may have taken minutes. */
const mostFailures = 5

/** When the configuration last changed, as far as Oxidized tells: since its start it may not know. */
const changedAt = (row: NodeRow): Timestamp | undefined => parseRubyTime(row.mtime)

/** The time of the last change names a version: what has the same one need not be fetched. */
const isKept = (row: NodeRow, kept: KeptConfig | undefined): boolean =>
  kept !== undefined && changedAt(row) !== undefined && kept.metadata['mtime'] === changedAt(row)

async function fetchConfig(
  { client, now, signal }: ConfigReading,
  fullName: string,
  row: NodeRow,
): Promise<ConfigOutcome> {
  const found = await client.config(fullName, signal)
  if (found === undefined) return { text: undefined, problem: 'none' }
  const mtime = changedAt(row)
  const config: ReportedConfig = {
    deviceSourceId: fullName,
    ...found,
    retrievedAt: mtime ?? parseRubyTime(row.last.end ?? row.time) ?? now(),
    metadata: {
      ...(row.model === undefined ? {} : { model: row.model }),
      ...(mtime === undefined ? {} : { mtime }),
    },
  }
  return { text: found.text, config }
}

/** One node's configuration: from the repository, from what is kept, or from Oxidized. */
async function readOne(
  reading: ConfigReading,
  fullName: string,
  row: NodeRow,
  kept: KeptConfig | undefined,
): Promise<ConfigOutcome> {
  const { histories, signal } = reading
  const inRepository = await histories?.newest(fullName, signal)
  if (inRepository !== undefined) return { text: inRepository }
  const before = kept?.text ?? undefined
  if (before !== undefined && isKept(row, kept)) return { text: before }
  if (!hasConfig(row)) return { text: before }
  if (reading.failures >= mostFailures) return { text: before, problem: 'failed' }
  try {
    const outcome = await fetchConfig(reading, fullName, row)
    reading.failures = 0
    return outcome.text === undefined ? { ...outcome, text: before } : outcome
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    reading.failures += 1
    return { text: before, problem: 'failed' }
  }
}

/** The configurations of some nodes, by full name. */
export async function readConfigs(
  reading: ConfigReading,
  nodes: readonly (readonly [string, NodeRow])[],
  kept: ReadonlyMap<string, KeptConfig>,
): Promise<ReadonlyMap<string, ConfigOutcome>> {
  const outcomes = await mapBounded(nodes, reading.parallel, async ([fullName, row]) => {
    const outcome = await readOne(reading, fullName, row, kept.get(fullName))
    return [fullName, outcome] as const
  })
  return new Map(outcomes)
}
