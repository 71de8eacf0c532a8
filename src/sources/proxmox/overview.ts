import type { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import {
  guestRow,
  nodeRow,
  permissionTable,
  statusRow,
  storageRow,
  version,
  type GuestRow,
  type NodeRow,
  type StatusRow,
  type StorageRow,
} from '#sources/proxmox/answers.ts'
import type { ProxmoxClient } from '#sources/proxmox/client.ts'
import { hiddenByRights, mayAskAgents } from '#sources/proxmox/rights.ts'

/** The rows of /cluster/resources that we know. */
export interface Resources {
  nodes: NodeRow[]
  guests: GuestRow[]
  storages: StorageRow[]
  /** Rows of a known type that could not be understood. */
  unreadable: number
}

/** The whole cluster at a glance. */
export interface Overview extends Resources {
  release: string
  /** Undefined for a node that stands alone, and where the login may not see the cluster. */
  cluster: StatusRow | undefined
  addresses: ReadonlyMap<string, IpAddress>
  /** Whether there is a cluster, and at which addresses its nodes are, is not known: the login may not see it. */
  isClosed: boolean
  /** Why this reading cannot prove that something is gone. */
  gaps: string[]
  mayAskAgents: boolean
}

function invalid(path: string): AppError {
  return new AppError('SOURCE_ANSWER_INVALID', `Proxmox VE answered ${path} in a shape that is not its own`, {
    hint: 'Check that the address is that of a Proxmox VE node.',
  })
}

/** The items of a list that have the right shape, and how many have not. */
export function parseRows<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  path: string,
): { rows: z.output<Schema>[]; unreadable: number } {
  if (!Array.isArray(data)) throw invalid(path)
  const parsed = data.map((row) => schema.safeParse(row))
  const rows = parsed.filter((each) => each.success).map((each) => each.data)
  return { rows, unreadable: parsed.length - rows.length }
}

const ofType = (data: unknown[], ...types: string[]): unknown[] =>
  data.filter((row) => types.includes(String((row as { type?: unknown } | null)?.type as string | undefined)))

/** A guest stands twice in the list while it moves; the later row is as good as the other. */
const uniqueGuests = (guests: readonly GuestRow[]): GuestRow[] =>
  [...new Map(guests.map((guest) => [guest.vmid, guest])).values()].toSorted((a, b) => a.vmid - b.vmid)

/** Everything the cluster holds, in one call. */
export async function readResources(client: ProxmoxClient, signal: AbortSignal): Promise<Resources> {
  const path = '/cluster/resources'
  const { data } = await client.get(path, { signal })
  if (!Array.isArray(data)) throw invalid(path)
  const nodes = parseRows(nodeRow, ofType(data, 'node'), path)
  const guests = parseRows(guestRow, ofType(data, 'qemu', 'lxc'), path)
  const storages = parseRows(storageRow, ofType(data, 'storage'), path)
  return {
    nodes: nodes.rows.toSorted((a, b) => (a.node < b.node ? -1 : 1)),
    guests: uniqueGuests(guests.rows),
    storages: storages.rows,
    unreadable: nodes.unreadable + guests.unreadable + storages.unreadable,
  }
}

async function readRights(client: ProxmoxClient, wants: { storage: boolean }, signal: AbortSignal) {
  const path = '/access/permissions'
  const { data, reason } = await client.get(path, { expect: [400, 403, 404, 500, 501], signal })
  const table = permissionTable.safeParse(data)
  if (!table.success)
    return { gaps: [`its rights could not be checked (${reason || 'no answer'})`], mayAskAgents: true }
  return { gaps: hiddenByRights(table.data, wants), mayAskAgents: mayAskAgents(table.data) }
}

async function readStatus(client: ProxmoxClient, signal: AbortSignal) {
  const path = '/cluster/status'
  const { status, data } = await client.get(path, { expect: [403], signal })
  if (status === 403)
    return {
      cluster: undefined,
      isClosed: true,
      addresses: new Map<string, IpAddress>(),
      gaps: ['the login may not see the state of the cluster (Sys.Audit on /)'],
    }
  const { rows, unreadable } = parseRows(statusRow, data, path)
  const cluster = rows.find((row) => row.type === 'cluster')
  const nodes = rows.filter((row) => row.type === 'node' && row.ip !== undefined)
  const addresses = new Map(
    nodes.flatMap((row): [string, IpAddress][] => {
      const address = parseIp(row.ip!)
      return address === undefined ? [] : [[row.name, address]]
    }),
  )
  const gaps = [
    ...(cluster?.quorate === false ? ['the cluster has no quorum, so what this node knows may be old'] : []),
    ...(unreadable > 0 ? ['the state of the cluster could not be understood'] : []),
  ]
  return { cluster, isClosed: unreadable > 0, addresses, gaps }
}

/** Reads what the cluster holds and what of it the login may see. */
export async function readOverview(
  client: ProxmoxClient,
  wants: { storage: boolean },
  signal: AbortSignal,
): Promise<Overview> {
  const path = '/version'
  const known = version.safeParse((await client.get(path, { signal })).data)
  if (!known.success) throw invalid(path)
  const [rights, status, resources] = await Promise.all([
    readRights(client, wants, signal),
    readStatus(client, signal),
    readResources(client, signal),
  ])
  const unreadable =
    resources.unreadable > 0 ? [`${resources.unreadable} entries of the cluster could not be understood`] : []
  const empty = resources.nodes.length === 0 ? ['it named no node'] : []
  return {
    ...resources,
    release: known.data.version,
    cluster: status.cluster,
    addresses: status.addresses,
    isClosed: status.isClosed,
    gaps: [...rights.gaps, ...status.gaps, ...unreadable, ...empty],
    mayAskAgents: rights.mayAskAgents,
  }
}
