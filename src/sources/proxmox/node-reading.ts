import type { ReportedDevice } from '#model/record.ts'
import { diskRow, monitorRow, networkRow, nodeStatus, type NodeRow } from '#sources/proxmox/answers.ts'
import { toNode } from '#sources/proxmox/node-mapping.ts'
import { parseRows, type Overview } from '#sources/proxmox/overview.ts'
import { askNode, type NodeAnswer, type Reading } from '#sources/proxmox/reading.ts'

const rowsOf = (answer: NodeAnswer): unknown => (answer.is === 'data' ? answer.data : [])

/** One node, or why it could not be read. */
export async function readNode(
  reading: Reading,
  row: NodeRow,
  overview: Overview,
): Promise<ReportedDevice | string> {
  const status = await askNode(reading, row.node, '/status')
  const network = await askNode(reading, row.node, '/network')
  const disks = await askNode(reading, row.node, '/disks/list')
  if (reading.unreachable.has(row.node)) return `node ${row.node} does not answer`
  const failed = [status, network, disks].find((answer) => answer.is === 'failed')
  if (failed) return `node ${row.node} could not be read (${failed.reason})`
  const told = {
    status: status.is === 'data' ? nodeStatus.safeParse(status.data).data : undefined,
    network: parseRows(networkRow, rowsOf(network), '/network'),
    disks: parseRows(diskRow, rowsOf(disks), '/disks/list'),
  }
  const unread = [
    ...(told.status === undefined ? ['os', 'facts'] : []),
    ...(network.is !== 'data' || told.network.unreadable > 0 ? ['interfaces'] : []),
    ...(disks.is !== 'data' || told.disks.unreadable > 0 ? ['facts.disks'] : []),
    ...(overview.isClosed ? ['relationships', 'address'] : []),
  ]
  noteClosed(reading, row.node, { status, network, disks })
  const node = toNode({
    row,
    status: told.status,
    network: told.network.rows,
    disks: told.disks.rows,
    address: overview.addresses.get(row.node),
    inCluster: overview.cluster !== undefined,
  })
  return unread.length > 0 ? { ...node, unread } : node
}

/** What the login may not see of a node is told once for all of them. */
function noteClosed(reading: Reading, node: string, answers: Readonly<Record<string, NodeAnswer>>): void {
  for (const [name, { is }] of Object.entries(answers))
    if (is === 'forbidden') reading.closedParts.push(`${name} of ${node}`)
}

/** What the monitors of a node's running machines say, by number: the list alone calls a paused machine running. */
export async function readMonitors(reading: Reading, node: string): Promise<ReadonlyMap<number, string>> {
  const answer = await askNode(reading, node, '/qemu', { full: 1 })
  const { rows } = parseRows(monitorRow, rowsOf(answer), '/qemu')
  return new Map(
    rows.flatMap((row): [number, string][] =>
      row.qmpstatus === undefined ? [] : [[row.vmid, row.qmpstatus]],
    ),
  )
}
