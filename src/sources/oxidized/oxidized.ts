import { chunksOf } from '#kernel/chunks-of.ts'
import { AppError } from '#kernel/errors.ts'
import { createOxidizedClient } from '#sources/oxidized/client.ts'
import { readConfigs, type ConfigOutcome, type ConfigReading } from '#sources/oxidized/config-reading.ts'
import { openHistories, type Histories } from '#sources/oxidized/history.ts'
import { toDevice } from '#sources/oxidized/mapping.ts'
import { readNodeList, type NodeList } from '#sources/oxidized/node-list.ts'
import { oxidizedSettings, type OxidizedSettings } from '#sources/oxidized/settings.ts'
import { tryOut } from '#sources/oxidized/trial.ts'
import { sourceType } from '#sources/source.ts'
import type { KeptConfig, KeptConfigs, Page, Source, SourceTools, Verdict } from '#sources/source.ts'

/** Nodes of one page: their configurations are all in memory. */
const pageSize = 50

/** The first few names; a run's page is no place for hundreds. */
const names = (all: readonly string[]): string =>
  all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ')

const withProblem = (outcomes: ReadonlyMap<string, ConfigOutcome>, problem: 'none' | 'failed'): string[] =>
  [...outcomes].filter(([, outcome]) => outcome.problem === problem).map(([fullName]) => fullName)

const nothing: ReadonlyMap<string, ConfigOutcome> = new Map()

/** What is remembered of a reading until its end. */
interface Gaps {
  failed: string[]
  none: string[]
  /** Why the repository could not be read, or not to its end. */
  history: string | undefined
}

/** What an error of ours says of the repository; others are thrown. */
function historyGap(error: unknown, gaps: Gaps, signal: AbortSignal): void {
  signal.throwIfAborted()
  if (!(error instanceof AppError)) throw error
  gaps.history = error.message
}

/** Devices are read also where the repository is not. */
async function tryHistories(
  { repository, configs }: OxidizedSettings,
  { nodes }: NodeList,
  gaps: Gaps,
  signal: AbortSignal,
): Promise<Histories | undefined> {
  if (repository === undefined || !configs) return undefined
  try {
    return await openHistories(repository, nodes.keys(), signal)
  } catch (error) {
    historyGap(error, gaps, signal)
    return undefined
  }
}

async function* readNodes(
  list: NodeList,
  reading: ConfigReading | undefined,
  kept: KeptConfigs | undefined,
  gaps: Gaps,
): AsyncGenerator<Page, Map<string, KeptConfig>> {
  const known = new Map<string, KeptConfig>()
  for (const nodes of chunksOf([...list.nodes], pageSize)) {
    const newest = (await kept?.newest(nodes.map(([fullName]) => fullName))) ?? new Map<string, KeptConfig>()
    // The texts have been used when the page is out.
    for (const [fullName, config] of newest) known.set(fullName, { ...config, text: null })
    const outcomes = reading === undefined ? nothing : await readConfigs(reading, nodes, newest)
    gaps.failed.push(...withProblem(outcomes, 'failed'))
    gaps.none.push(...withProblem(outcomes, 'none'))
    yield {
      records: nodes.map(([fullName, row]) => toDevice(row, outcomes.get(fullName)?.text)),
      configs: nodes.flatMap(([fullName]) => outcomes.get(fullName)?.config ?? []),
      total: list.nodes.size,
    }
  }
  return known
}

async function* readHistories(
  { histories, signal }: ConfigReading,
  list: NodeList,
  known: ReadonlyMap<string, KeptConfig>,
  kept: KeptConfigs | undefined,
  gaps: Gaps,
): AsyncGenerator<Page, void> {
  if (histories === undefined) return
  const traced = [...list.nodes].map(([sourceId, { model }]) => ({
    sourceId,
    model,
    kept: known.get(sourceId),
  }))
  try {
    for await (const configs of histories.versions(traced, kept, signal)) yield { records: [], configs }
  } catch (error) {
    historyGap(error, gaps, signal)
  }
}

function verdictOf({ unreadable }: NodeList, { failed, history }: Gaps): Verdict {
  const reasons = [
    ...(unreadable > 0 ? [`${unreadable} nodes could not be understood`] : []),
    ...(failed.length > 0 ? [`these configurations could not be read: ${names(failed)}`] : []),
    ...(history === undefined ? [] : [history]),
  ]
  return reasons.length > 0 ? { complete: false, reason: reasons.join('; ') } : { complete: true }
}

const withoutConfig = ({ none }: Gaps): string[] =>
  none.length > 0 ? [`Oxidized has no configuration of these nodes: ${names(none)}.`] : []

async function* read(
  settings: OxidizedSettings,
  tools: SourceTools,
  signal: AbortSignal,
  kept: KeptConfigs | undefined,
): AsyncGenerator<Page, Verdict> {
  signal.throwIfAborted()
  const client = createOxidizedClient(settings, tools)
  const gaps: Gaps = { failed: [], none: [], history: undefined }
  let histories: Histories | undefined
  try {
    const list = await readNodeList(client, signal)
    histories = await tryHistories(settings, list, gaps, signal)
    const { parallel } = settings
    const reading = { client, histories, parallel, now: () => tools.clock.now(), failures: 0, signal }
    const known = yield* readNodes(list, settings.configs ? reading : undefined, kept, gaps)
    yield* readHistories(reading, list, known, kept, gaps)
    const warnings = withoutConfig(gaps)
    if (warnings.length > 0) yield { records: [], warnings }
    return verdictOf(list, gaps)
  } finally {
    await histories?.close()
    await client.close()
  }
}

/** Oxidized: network devices, their configurations with all versions, and what these tell of interfaces and addresses. */
export const oxidizedSource = sourceType({
  type: 'oxidized',
  system: 'oxidized',
  title: 'Oxidized',
  summary:
    'Network devices with their configurations, all versions of them, and the interfaces these tell of.',
  settings: oxidizedSettings,
  provesAbsence: true,
  open: (settings, tools): Source => ({
    test: (signal) => tryOut(settings, tools, signal),
    read: (signal, kept) => read(settings, tools, signal, kept),
  }),
})
