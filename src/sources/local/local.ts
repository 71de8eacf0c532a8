import { z } from 'zod'
import type { Mac } from '#model/mac.ts'
import type { ReportedRecord } from '#model/record.ts'
import { readGateways } from '#sources/local/default-gateways.ts'
import { readFoundLeases, type FoundLeases } from '#sources/local/found-leases.ts'
import { readLinuxMachine } from '#sources/local/linux-machine.ts'
import { readLinks, type Link } from '#sources/local/links.ts'
import type { Machine } from '#sources/local/machine.ts'
import { containerLinks, joinSightings, toNeighbourSightings } from '#sources/local/neighbour-sightings.ts'
import { readNeighbours } from '#sources/local/neighbours.ts'
import { readOtherMachine } from '#sources/local/other-machine.ts'
import { isOwnInterface, toOwnDevice } from '#sources/local/own-device.ts'
import { sourceType, type Page, type Source, type SourceTools, type Verdict } from '#sources/source.ts'

const localSettings = z.strictObject({
  neighbours: z
    .boolean()
    .default(true)
    .describe('Report the neighbour table (ARP and NDP): machines this one talked to.'),
  leaseFiles: z
    .boolean()
    .default(true)
    .describe('Report the leases of DHCP servers on this machine, found in their usual places.'),
  allInterfaces: z
    .boolean()
    .default(false)
    .describe('Report every interface, container cables and idle ones too.'),
  includeContainerBridges: z
    .boolean()
    .default(false)
    .describe("Report neighbours on container engines' own networks."),
})
type LocalSettings = z.output<typeof localSettings>

const pageSize = 1000

const readMachine = (): Promise<Machine> =>
  process.platform === 'linux' ? readLinuxMachine() : readOtherMachine()

const ownMacs = (links: readonly Link[]): Set<Mac> => new Set(links.flatMap(({ mac }) => mac ?? []))

const noLeases: FoundLeases = { sightings: [], warnings: [], unread: [] }

async function gather(settings: LocalSettings, tools: SourceTools, signal: AbortSignal) {
  const [machine, links, gateways, neighbours, leases] = await Promise.all([
    readMachine(),
    readLinks(signal),
    readGateways(signal),
    settings.neighbours ? readNeighbours(signal) : [],
    settings.leaseFiles ? readFoundLeases(tools, signal) : noLeases,
  ])
  signal.throwIfAborted()
  const macs = ownMacs(links)
  const skip = { macs, links: settings.includeContainerBridges ? new Set<string>() : containerLinks(links) }
  const reported = links.filter(settings.allInterfaces ? ({ loopback }) => !loopback : isOwnInterface)
  const device = await toOwnDevice(machine, reported, gateways[0]?.interface)
  const sightings = joinSightings([
    ...toNeighbourSightings(neighbours, gateways, skip),
    ...leases.sightings.filter(({ mac }) => mac === undefined || !macs.has(mac)),
  ])
  return { device, sightings, machine, leases }
}

async function* readLocal(
  settings: LocalSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  signal.throwIfAborted()
  const { device, sightings, machine, leases } = await gather(settings, tools, signal)
  const records: ReportedRecord[] = [device, ...sightings]
  yield { records: [], total: records.length, warnings: [...machine.warnings, ...leases.warnings] }
  for (let from = 0; from < records.length; from += pageSize) {
    signal.throwIfAborted()
    yield { records: records.slice(from, from + pageSize), total: records.length }
  }
  if (leases.unread.length === 0) return { complete: true }
  return { complete: false, reason: `not everything could be read of ${leases.unread.join(', ')}` }
}

/** This machine itself, who its neighbour table knows, and the leases of DHCP servers on it. */
export const localSource = sourceType({
  type: 'local',
  system: 'local',
  title: 'This machine',
  summary:
    'The machine that runs Rollcall: its interfaces, disks and system, its neighbours, and lease files found on it.',
  settings: localSettings,
  provesAbsence: false,
  open: (settings, tools): Source => ({
    async test(signal) {
      const { device, sightings, machine, leases } = await gather(settings, tools, signal)
      const count = device.interfaces?.length ?? 0
      const message = `${device.name} (${device.os ?? 'unknown system'}) with ${count} interfaces and ${sightings.length} neighbours and leases`
      return { message, warnings: [...machine.warnings, ...leases.warnings] }
    },
    read: (signal) => readLocal(settings, tools, signal),
  }),
})
