import { AppError } from '#kernel/errors.ts'
import type { ReportedDevice } from '#model/record.ts'
import { counted } from '#sources/counted.ts'
import {
  netboxAddress,
  netboxDevice,
  netboxInterface,
  netboxPrefix,
  netboxVm,
} from '#sources/netbox/answers.ts'
import type { NetboxDevice } from '#sources/netbox/answers.ts'
import { createNetboxClient } from '#sources/netbox/client.ts'
import { noPorts, toCluster, toDevice, toPrefix, toVm } from '#sources/netbox/mapping.ts'
import { listed, readPorts, type NetboxReading } from '#sources/netbox/reading.ts'
import { netboxSettings, type NetboxSettings } from '#sources/netbox/settings.ts'
import { sourceType } from '#sources/source.ts'
import type { Page, Source, SourceCheck, SourceTest, SourceTools, Verdict } from '#sources/source.ts'

type Clusters = Map<number, NonNullable<NetboxDevice['cluster']>>

const siteQuery = ({ sites }: NetboxSettings): Record<string, readonly string[]> =>
  sites.length > 0 ? { site: sites } : {}

/** Clusters that were not told of yet. */
function freshClusters(
  known: Clusters,
  rows: readonly { cluster?: NetboxDevice['cluster'] }[],
): ReportedDevice[] {
  const fresh: ReportedDevice[] = []
  for (const { cluster } of rows) {
    if (cluster === undefined || known.has(cluster.id)) continue
    known.set(cluster.id, cluster)
    fresh.push(toCluster(cluster))
  }
  return fresh
}

async function* readDevices(reading: NetboxReading, clusters: Clusters): AsyncGenerator<Page, void> {
  // The configuration context of a device is large, and computed anew for each.
  const query = { ...siteQuery(reading.settings), exclude: 'config_context' }
  for await (const rows of listed(reading, '/dcim/devices/', netboxDevice, query)) {
    const ids = rows.map((row) => row.id)
    const ports = await readPorts(reading, 'device', ids)
    const devices = rows.map((row) => toDevice(row, ports.get(row.id) ?? noPorts, reading.settings.roles))
    yield { records: [...freshClusters(clusters, rows), ...devices] }
  }
}

async function* readMachines(reading: NetboxReading, clusters: Clusters): AsyncGenerator<Page, void> {
  const query = { ...siteQuery(reading.settings), exclude: 'config_context' }
  for await (const rows of listed(reading, '/virtualization/virtual-machines/', netboxVm, query)) {
    const ids = rows.map((row) => row.id)
    const ports = await readPorts(reading, 'virtual_machine', ids)
    yield {
      records: [
        ...freshClusters(clusters, rows),
        ...rows.map((row) => toVm(row, ports.get(row.id) ?? noPorts)),
      ],
    }
  }
}

async function* readPrefixes(reading: NetboxReading): AsyncGenerator<Page, void> {
  for await (const rows of listed(reading, '/ipam/prefixes/', netboxPrefix)) {
    yield { records: [], prefixes: rows.map(toPrefix) }
  }
}

/** A list that the token may not see is a gap; everything else that goes wrong ends the reading. */
async function* unlessClosed(
  reading: NetboxReading,
  what: string,
  pages: AsyncGenerator<Page, void>,
): AsyncGenerator<Page, void> {
  try {
    yield* pages
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'SOURCE_FORBIDDEN')) throw error
    reading.gaps.add(`the token may not read ${what}`)
  }
}

async function* read(
  settings: NetboxSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  signal.throwIfAborted()
  const client = createNetboxClient(settings, tools)
  const reading: NetboxReading = { client, settings, signal, gaps: new Set(), closed: new Set() }
  const clusters: Clusters = new Map()
  try {
    await client.version(signal)
    yield* unlessClosed(reading, 'dcim/devices', readDevices(reading, clusters))
    yield* unlessClosed(reading, 'virtualization/virtual-machines', readMachines(reading, clusters))
    yield* unlessClosed(reading, 'ipam/prefixes', readPrefixes(reading))
  } finally {
    await client.close()
  }
  const gaps = [...reading.gaps]
  return gaps.length === 0 ? { complete: true } : { complete: false, reason: gaps.join('; ') }
}

/** Every list that a reading needs, and what goes missing where one is closed. */
const lists = [
  ['Read devices', '/dcim/devices/', netboxDevice, ['device', 'devices'], 'No device can be read'],
  ['Read interfaces', '/dcim/interfaces/', netboxInterface, ['interface', 'interfaces'], 'Devices have no MAC addresses and no cables'],
  ['Read virtual machines', '/virtualization/virtual-machines/', netboxVm, ['virtual machine', 'virtual machines'], 'No virtual machine can be read'],
  ['Read their interfaces', '/virtualization/interfaces/', netboxInterface, ['interface', 'interfaces'], 'Virtual machines have no MAC addresses'],
  ['Read addresses', '/ipam/ip-addresses/', netboxAddress, ['address', 'addresses'], 'Interfaces have no addresses'],
  ['Read prefixes', '/ipam/prefixes/', netboxPrefix, ['prefix', 'prefixes'], 'The view of prefixes lacks those of NetBox'],
] as const // prettier-ignore

async function tryOut(
  settings: NetboxSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<SourceTest> {
  const client = createNetboxClient({ ...settings, pageSize: 10 }, tools)
  try {
    const release = await client.version(signal)
    const checks: SourceCheck[] = []
    for (const [name, path, schema, what, hides] of lists) {
      try {
        const first = await client.pages(path, schema, {}, signal).next()
        const { count, unreadable } = first.value ?? { count: 0, unreadable: 0 }
        checks.push({
          name,
          result: unreadable > 0 ? 'limited' : 'ok',
          detail: `${counted(count, what[0], what[1])}${unreadable > 0 ? ', some in a shape that is not known' : ''}`,
        })
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'SOURCE_FORBIDDEN')) throw error
        checks.push({ name, result: 'limited', detail: hides, fix: error.hint })
      }
    }
    const warnings = checks.filter(({ result }) => result !== 'ok').map(({ detail }) => detail)
    return { message: `NetBox ${release} answered.`, warnings, checks }
  } finally {
    await client.close()
  }
}

/** NetBox, read: what people planned and entered there. Nothing is written by this source. */
export const netboxSource = sourceType({
  type: 'netbox',
  system: 'netbox',
  title: 'NetBox',
  summary:
    'Devices, virtual machines, interfaces, addresses, cables, clusters and prefixes that NetBox holds.',
  settings: netboxSettings,
  provesAbsence: true,
  open: (settings, tools): Source => ({
    test: (signal) => tryOut(settings, tools, signal),
    read: (signal) => read(settings, tools, signal),
  }),
})
