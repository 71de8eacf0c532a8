import { z } from 'zod'
import type { ReportedDevice } from '#model/record.ts'
import {
  agentInterfaces,
  agentName,
  agentSystem,
  containerInterface,
  guestConfig,
  snapshotRow,
  type GuestConfig,
  type GuestRow,
  type SnapshotRow,
} from '#sources/proxmox/answers.ts'
import { nothingInside, toGuest, type InsideReading } from '#sources/proxmox/guest-mapping.ts'
import { fromAgent, fromContainer } from '#sources/proxmox/interfaces.ts'
import { isEnabled } from '#sources/proxmox/property-text.ts'
import { askGuest, askNode, type NodeAnswer, type Reading } from '#sources/proxmox/reading.ts'

/** What became of one guest. `moved`: its node no longer has it, it was moved or deleted since the list was read. */
export type GuestOutcome =
  | { is: 'read'; device: ReportedDevice }
  | { is: 'moved'; row: GuestRow }
  | { is: 'away'; row: GuestRow }
  | { is: 'forbidden'; row: GuestRow }
  | { is: 'failed'; row: GuestRow; reason: string }

export const guestName = ({ vmid, name }: GuestRow): string => (name ? `${vmid} ${name}` : String(vmid))

const isGone = (reason: string): boolean => /does not exist|no such (vm|ct)/i.test(reason)

/** The outcome of a question whose answer a guest cannot do without. */
function refusal(answer: NodeAnswer, row: GuestRow): GuestOutcome {
  switch (answer.is) {
    case 'away':
    case 'forbidden':
      return { is: answer.is, row }
    case 'failed':
      return isGone(answer.reason) ? { is: 'moved', row } : { is: 'failed', row, reason: answer.reason }
    case 'data':
      return { is: 'failed', row, reason: 'an answer in a shape that is not its own' }
  }
}

async function askAgent(reading: Reading, row: GuestRow): Promise<InsideReading> {
  const base = `/nodes/${encodeURIComponent(row.node)}/qemu/${row.vmid}/agent`
  const first = await askGuest(reading, `${base}/network-get-interfaces`)
  if (first.is !== 'data') {
    const list = first.is === 'forbidden' ? reading.closedAgents : reading.silentAgents
    list.push(guestName(row))
    return first.is === 'forbidden' ? notAsked : { ...nothingInside, unread: insides }
  }
  const [system, name] = [
    await askGuest(reading, `${base}/get-osinfo`),
    await askGuest(reading, `${base}/get-host-name`),
  ]
  const os = system.is === 'data' ? agentSystem.safeParse(system.data).data?.result : undefined
  // An agent that has no such command answers with an error in place of the list.
  const interfaces = agentInterfaces.safeParse(first.data).data?.result
  const hostname = name.is === 'data' ? agentName.safeParse(name.data).data?.result['host-name'] : undefined
  return {
    answered: true,
    interfaces: (interfaces ?? []).map(fromAgent),
    system: os?.['pretty-name'] ?? os?.name,
    kernel: os?.['kernel-release'],
    hostname,
    unread: [
      ...(interfaces === undefined ? addressesInside : []),
      ...(os === undefined ? systemInside : []),
      ...(hostname === undefined ? nameInside : []),
    ],
  }
}

/** What only the guest itself tells: a guest that is silent for a while keeps it. */
const addressesInside = [
  'address', 'interfaces', 'interfaces.addresses', 'interfaces.metadata', 'vm.ipAddresses',
] // prettier-ignore
const systemInside = ['os', 'vm.guestOs', 'facts.kernel']
const nameInside = ['names', 'facts.hostname']
const insides = [...addressesInside, ...systemInside, ...nameInside]
/** Of a guest that may not be asked, or can't be reached, it is not even known whether its agent runs. */
const notAsked: InsideReading = { ...nothingInside, unread: [...insides, 'vm.toolsRunning'] }

async function askContainer(reading: Reading, row: GuestRow): Promise<InsideReading> {
  const answer = await askGuest(reading, `/nodes/${encodeURIComponent(row.node)}/lxc/${row.vmid}/interfaces`)
  const rows = z.array(containerInterface).safeParse(answer.is === 'data' ? answer.data : undefined)
  if (rows.success) return { answered: true, interfaces: rows.data.map(fromContainer) }
  const list = answer.is === 'forbidden' ? reading.closedAgents : reading.silentAgents
  list.push(guestName(row))
  return { ...nothingInside, unread: addressesInside }
}

async function readInside(reading: Reading, row: GuestRow, config: GuestConfig): Promise<InsideReading> {
  if (row.status !== 'running') return nothingInside
  const isAsked = row.type === 'lxc' || (reading.settings.guestAgent && isEnabled(config['agent']))
  if (!isAsked) return nothingInside
  if (reading.unreachable.has(row.node)) return notAsked
  if (row.type === 'lxc') return askContainer(reading, row)
  return reading.mayAskAgents ? askAgent(reading, row) : notAsked
}

async function readSnapshots(reading: Reading, row: GuestRow): Promise<SnapshotRow[] | GuestOutcome> {
  if (!reading.settings.snapshots) return []
  const answer = await askNode(reading, row.node, `/${row.type}/${row.vmid}/snapshot`)
  const rows = z.array(snapshotRow).safeParse(answer.is === 'data' ? answer.data : undefined)
  return rows.success ? rows.data : refusal(answer, row)
}

/** One guest: its configuration, its snapshots, and what it says itself. */
export async function readGuest(
  reading: Reading,
  row: GuestRow,
  monitor: string | undefined,
): Promise<GuestOutcome> {
  const query: Record<string, number> = row.type === 'qemu' ? { current: 1 } : {}
  const answer = await askNode(reading, row.node, `/${row.type}/${row.vmid}/config`, query)
  const config = guestConfig.safeParse(answer.is === 'data' ? answer.data : undefined)
  if (!config.success) return refusal(answer, row)
  const snapshots = await readSnapshots(reading, row)
  if (!Array.isArray(snapshots)) return snapshots
  const inside = await readInside(reading, row, config.data)
  return { is: 'read', device: toGuest({ row, config: config.data, monitor, snapshots, inside }) }
}
