import { readLinks } from '#sources/local/links.ts'
import { discover, isRoot } from '#sources/scan/discover.ts'
import { emptyDiscovery, type Discovery } from '#sources/scan/discovery.ts'
import { toSightings } from '#sources/scan/findings.ts'
import { findNames } from '#sources/scan/names.ts'
import { planScan, type ScanPlan } from '#sources/scan/plan.ts'
import { programAnswers } from '#sources/scan/program-answers.ts'
import { scanSettings, type ScanSettings } from '#sources/scan/settings.ts'
import {
  sourceType,
  type Page,
  type Source,
  type SourceTest,
  type SourceTools,
  type Verdict,
} from '#sources/source.ts'

const pageSize = 1000

/** Milliseconds between two pages that only tell how many were found so far. */
const tellEvery = 2000

const sizeOf = ({ targets }: ScanPlan): number =>
  targets.onLink.length + targets.routed.length + targets.own.size

/** Resolves to true as soon as the work is done, to false when the time is over first; the work's error passes. */
async function doneWithin(
  work: Promise<void>,
  milliseconds: number,
  { clock }: SourceTools,
): Promise<boolean> {
  const stop = new AbortController()
  try {
    return await Promise.race([
      work.then(() => true),
      clock.sleep(milliseconds, stop.signal).then(() => false),
    ])
  } finally {
    stop.abort()
  }
}

/** Runs the discovery and meanwhile yields pages without records that tell how many addresses answered so far. */
async function* watch(
  work: (signal: AbortSignal) => Promise<void>,
  found: () => number,
  tools: SourceTools,
  signal: AbortSignal,
) {
  const stop = new AbortController()
  const running = work(AbortSignal.any([signal, stop.signal]))
  try {
    while (!(await doneWithin(running, tellEvery, tools))) yield { records: [], total: found() }
  } finally {
    // The reader may have left early: nothing may go on behind its back.
    stop.abort(new Error('the reading was left'))
    await running.catch(() => {})
  }
}

function verdictOf(plan: ScanPlan, discovery: Discovery): Verdict {
  const asked = sizeOf(plan)
  if (asked === 0) return { complete: false, reason: 'there was no address to ask' }
  const answers = [...discovery.findings.values()].filter(({ by }) => by !== 'own')
  const silence = answers.length === 0 && asked > plan.targets.own.size
  const reasons = [
    ...(silence ? [`none of ${asked} addresses answered`] : []),
    ...new Set(discovery.shortcomings),
  ]
  return reasons.length === 0 ? { complete: true } : { complete: false, reason: reasons.join('; ') }
}

async function* readScan(
  settings: ScanSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  signal.throwIfAborted()
  const plan = planScan(settings, await readLinks(signal))
  const { targets } = plan
  yield { records: [], warnings: plan.warnings }
  const discovery = emptyDiscovery()
  const work = (inner: AbortSignal) => discover(settings, targets, tools.clock, discovery, inner)
  yield* watch(work, () => discovery.findings.size, tools, signal)
  const findings = [...discovery.findings.values()]
  const addresses = findings.map(({ address }) => address)
  const { names, warnings } = await findNames(addresses, settings, targets.links, tools.clock, signal)
  const sightings = toSightings(findings, names)
  yield { records: [], total: sightings.length, warnings: [...new Set(discovery.warnings), ...warnings] }
  for (let from = 0; from < sightings.length; from += pageSize) {
    signal.throwIfAborted()
    yield { records: sightings.slice(from, from + pageSize), total: sightings.length }
  }
  return verdictOf(plan, discovery)
}

async function testScan(settings: ScanSettings, signal: AbortSignal): Promise<SourceTest> {
  const plan = planScan(settings, await readLinks(signal))
  const { onLink, routed, own, links } = plan.targets
  const [fping, nmap] = await Promise.all([programAnswers('fping', signal), programAnswers('nmap', signal)])
  const warnings = [...plan.warnings]
  if (sizeOf(plan) === 0) warnings.push('There is no address to ask: name ranges to scan.')
  if (!fping && ['icmp', 'fping'].includes(settings.method)) warnings.push('fping is not installed.')
  if (!nmap && settings.method === 'nmap') warnings.push('nmap is not installed.')
  if (!fping && settings.method === 'auto' && routed.length > 0) {
    warnings.push('Without fping, addresses beyond the own links are only tried by TCP.')
  }
  if (nmap && !isRoot() && settings.method === 'nmap') {
    warnings.push(
      'nmap may not send raw packets here; the own links are asked by the neighbour table instead.',
    )
  }
  const where = links.map(({ name }) => name).join(', ') || 'no own link'
  const message = `${onLink.length} addresses on ${where}, ${routed.length} beyond, ${own.size} of this machine itself (${plan.ranges || 'no ranges'})`
  return { message, warnings }
}

/** Looks who is alive on the network: by the neighbour table on the own links, by ICMP, TCP or nmap beyond them. */
export const scanSource = sourceType({
  type: 'scan',
  system: 'scan',
  title: 'Network scan',
  summary: 'Finds machines on the network by asking addresses: neighbour table, ICMP, TCP, nmap.',
  settings: scanSettings,
  provesAbsence: false,
  open: (settings, tools): Source => ({
    test: (signal) => testScan(settings, signal),
    read: (signal) => readScan(settings, tools, signal),
  }),
})
