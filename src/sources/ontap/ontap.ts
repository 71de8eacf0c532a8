import type { ReportedDevice } from '#model/record.ts'
import type { ClusterRow, NodeRow, PortRow } from '#sources/ontap/answers.ts'
import { createOntapClient } from '#sources/ontap/client.ts'
import { readCluster } from '#sources/ontap/read-cluster.ts'
import { toCluster, toNode } from '#sources/ontap/cluster-mapping.ts'
import {
  aggregateList,
  lifList,
  lunList,
  nodeList,
  portList,
  qtreeList,
  quotaList,
  volumeList,
} from '#sources/ontap/lists.ts'
import { lack, readAllOf, readList, type Reading } from '#sources/ontap/reading.ts'
import { ontapSettings, type OntapSettings } from '#sources/ontap/settings.ts'
import { tryOut } from '#sources/ontap/trial.ts'
import {
  addressesOf,
  raidsOf,
  toLun,
  toPool,
  toQtree,
  toVolume,
  type ClusterContext,
} from '#sources/ontap/volume-mapping.ts'
import { sourceType, type Page, type Source, type SourceTools, type Verdict } from '#sources/source.ts'

/** A node that is away tells neither serial number nor cards: what is known of it stays as it is. */
function nodesOf(
  reading: Reading,
  cluster: ClusterRow,
  rows: readonly NodeRow[],
  ports: readonly PortRow[],
): ReportedDevice[] {
  const away = rows.filter(
    ({ state, serial_number: serial }) => state !== undefined && state !== 'up' && serial === undefined,
  )
  if (away.length > 0)
    lack(reading, nodeList, `these nodes do not answer: ${away.map(({ name }) => name).join(', ')}`)
  const unread = reading.missing.has(portList.path) ? { unread: ['interfaces'] } : {}
  return rows
    .filter((row) => !away.includes(row))
    .map((row) => ({ ...toNode(row, cluster, ports), ...unread }))
}

async function* readAll(reading: Reading): AsyncGenerator<Page, Verdict> {
  const { client, gaps, warnings, missing } = reading
  const cluster = await readCluster(client)
  const nodes = await readAllOf(reading, nodeList)
  const ports = await readAllOf(reading, portList)
  const lifs = await readAllOf(reading, lifList)
  const aggregates = await readAllOf(reading, aggregateList)
  yield {
    records: [
      { ...toCluster(cluster, lifs), ...(missing.has(lifList.path) ? { unread: ['interfaces'] } : {}) },
      ...nodesOf(reading, cluster, nodes, ports),
      ...aggregates.map((row) => toPool(row, { cluster })),
    ],
  }
  const context: ClusterContext = {
    cluster,
    raidOf: raidsOf(aggregates),
    addressesOf: addressesOf(lifs),
    raidOfVolume: new Map(),
    missing,
  }
  yield* readVolumes(reading, context)
  yield { records: [], warnings: [...new Set(warnings)] }
  return gaps.length > 0 ? { complete: false, reason: [...new Set(gaps)].join('; ') } : { complete: true }
}

async function* readVolumes(reading: Reading, context: ClusterContext): AsyncGenerator<Page, void> {
  for await (const rows of readList(reading, volumeList))
    yield* pagesOf(rows.map((row) => toVolume(row, context)))
  if (reading.settings.luns)
    for await (const rows of readList(reading, lunList))
      yield* pagesOf(rows.map((row) => toLun(row, context)))
  if (!reading.settings.qtrees) return
  const quotas = new Map((await readAllOf(reading, quotaList)).map((row) => [quotaList.key(row), row]))
  for await (const rows of readList(reading, qtreeList)) {
    // Number 0 is the volume itself.
    const trees = rows.filter(({ id }) => id !== 0)
    yield* pagesOf(trees.map((row) => toQtree(row, quotas.get(qtreeList.key(row)), context)))
  }
}

const recordsAtOnce = 1000

function* pagesOf(records: Page['records']): Generator<Page> {
  for (let start = 0; start < records.length; start += recordsAtOnce)
    yield { records: records.slice(start, start + recordsAtOnce) }
}

async function* read(
  settings: OntapSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  signal.throwIfAborted()
  const client = createOntapClient(settings, tools, signal)
  try {
    return yield* readAll({ client, settings, gaps: [], warnings: [], missing: new Set() })
  } finally {
    await client.close()
  }
}

/** NetApp ONTAP: a cluster with its nodes, aggregates, volumes, LUNs and qtrees, read over its REST interface. */
export const ontapSource = sourceType({
  type: 'ontap',
  system: 'netapp',
  title: 'NetApp ONTAP',
  summary: 'A storage cluster: nodes, aggregates, volumes, LUNs and qtrees, and how full they are.',
  settings: ontapSettings,
  provesAbsence: true,
  open: (settings, tools): Source => ({
    test: (signal) => tryOut(settings, tools, signal),
    read: (signal) => read(settings, tools, signal),
  }),
})
