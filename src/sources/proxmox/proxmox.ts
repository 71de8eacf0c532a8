import { mapBounded } from '#kernel/map-bounded.ts'
import type { ReportedDevice } from '#model/record.ts'
import { counted } from '#sources/counted.ts'
import { storageConfig } from '#sources/proxmox/answers.ts'
import type { GuestRow, NodeRow, StorageConfig } from '#sources/proxmox/answers.ts'
import { createProxmoxClient } from '#sources/proxmox/client.ts'
import { guestName, readGuest, type GuestOutcome } from '#sources/proxmox/guest-reading.ts'
import { toCluster } from '#sources/proxmox/node-mapping.ts'
import { readMonitors, readNode } from '#sources/proxmox/node-reading.ts'
import { parseRows, readOverview, readResources, type Overview } from '#sources/proxmox/overview.ts'
import type { Reading } from '#sources/proxmox/reading.ts'
import { proxmoxSettings, type ProxmoxSettings } from '#sources/proxmox/settings.ts'
import { noteDisks, toVolumes } from '#sources/proxmox/storage-mapping.ts'
import {
  sourceType,
  type Page,
  type Source,
  type SourceCheck,
  type SourceTest,
  type SourceTools,
  type Verdict,
} from '#sources/source.ts'

const pageSize = 100

/** The first few names; a run's page is no place for hundreds. */
const names = (all: readonly string[]): string =>
  all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ')

const isOffline = (node: NodeRow): boolean => node.status === 'offline'

/** The guests of nodes that are switched off or do not answer keep what was last known of them. */
function gapsOfNodes(overview: Overview, reading: Reading): string[] {
  const away = overview.nodes.filter((node) => isOffline(node) || reading.unreachable.has(node.node))
  return away.map(({ node, status }) => {
    const guests = overview.guests.filter((guest) => guest.node === node).length
    return `node ${node} ${status === 'offline' ? 'is offline' : 'does not answer'}, so it and its ${counted(guests, 'guest')} were not read`
  })
}

async function readNodes(reading: Reading, overview: Overview, gaps: string[]): Promise<ReportedDevice[]> {
  const online = overview.nodes.filter((node) => !isOffline(node))
  const read = await mapBounded(online, reading.settings.parallel, (node) =>
    readNode(reading, node, overview),
  )
  // A node that does not answer is told of once, with its guests.
  gaps.push(
    ...read.filter((each) => typeof each === 'string').filter((each) => !each.endsWith('does not answer')),
  )
  return read.filter((each) => typeof each !== 'string')
}

/** What the monitors say, by the guests' number, of all nodes that run virtual machines. */
async function readAllMonitors(
  reading: Reading,
  guests: readonly GuestRow[],
): Promise<ReadonlyMap<number, string>> {
  const running = guests.filter((guest) => guest.type === 'qemu' && guest.status === 'running')
  const nodes = [...new Set(running.map((guest) => guest.node))]
  const maps = await mapBounded(nodes, reading.settings.parallel, (node) => readMonitors(reading, node))
  return new Map(maps.flatMap((map) => [...map]))
}

/** Those that were not where the list said: on their new node by now, or deleted, which a new list proves. */
async function readMoved(reading: Reading, moved: readonly GuestRow[]): Promise<GuestOutcome[]> {
  if (moved.length === 0) return []
  const { guests } = await readResources(reading.client, reading.signal)
  const still = guests.filter((guest) =>
    moved.some((each) => each.vmid === guest.vmid && each.type === guest.type),
  )
  return mapBounded(still, reading.settings.parallel, (guest) => readGuest(reading, guest, undefined))
}

const devicesOf = (outcomes: readonly GuestOutcome[]): ReportedDevice[] =>
  outcomes.filter((outcome) => outcome.is === 'read').map((outcome) => outcome.device)

const rowsOf = (outcomes: readonly GuestOutcome[], is: 'moved' | 'forbidden'): GuestRow[] =>
  outcomes.flatMap((outcome) => (outcome.is === is ? [outcome.row] : []))

function gapsOfGuests(outcomes: readonly GuestOutcome[]): string[] {
  const forbidden = rowsOf(outcomes, 'forbidden').map(guestName)
  const failed = outcomes
    .filter((outcome) => outcome.is === 'failed')
    .map((each) => `${guestName(each.row)} (${each.reason})`)
  return [
    ...(forbidden.length > 0 ? [`the login may not read ${names(forbidden)}`] : []),
    ...(failed.length > 0 ? [`these guests could not be read: ${names(failed)}`] : []),
  ]
}

function agentWarnings({ silentAgents, closedAgents, mayAskAgents, settings }: Reading): string[] {
  const missing = 'so what they told last stays'
  const closed = settings.guestAgent && !mayAskAgents
  return [
    ...(silentAgents.length > 0
      ? [`These guests did not answer from inside, ${missing}: ${names(silentAgents.toSorted())}.`]
      : []),
    ...(closedAgents.length > 0
      ? [`The login may not ask inside these guests, ${missing}: ${names(closedAgents.toSorted())}.`]
      : []),
    ...(closed
      ? ['The login may not ask guest agents: it lacks VM.GuestAgent.Audit (VM.Monitor before release 9).']
      : []),
  ]
}

async function* readGuests(
  reading: Reading,
  overview: Overview,
  gaps: string[],
  onStorage: Map<string, Set<string>>,
): AsyncGenerator<Page, void> {
  const { settings } = reading
  const offline = new Set(overview.nodes.filter(isOffline).map((node) => node.node))
  const guests = overview.guests.filter((guest) => !offline.has(guest.node))
  const monitors = await readAllMonitors(reading, guests)
  const shared = new Set(overview.storages.filter((row) => row.shared).map((row) => row.storage))
  const moved: GuestRow[] = []
  const outcomes: GuestOutcome[] = []
  const keep = (read: readonly GuestOutcome[]): Page => {
    // Devices go out with their page; only what went wrong is remembered.
    outcomes.push(...read.filter((outcome) => outcome.is !== 'read' && outcome.is !== 'moved'))
    const devices = devicesOf(read)
    for (const device of devices) noteDisks(onStorage, device, shared)
    return { records: devices }
  }
  for (let start = 0; start < guests.length; start += pageSize) {
    const batch = guests.slice(start, start + pageSize)
    const read = await mapBounded(batch, settings.parallel, (guest) =>
      readGuest(reading, guest, monitors.get(guest.vmid)),
    )
    moved.push(...rowsOf(read, 'moved'))
    yield keep(read)
  }
  const late = await readMoved(reading, moved)
  yield { ...keep(late), warnings: agentWarnings(reading) }
  const restless = rowsOf(late, 'moved').map(guestName)
  if (restless.length > 0) gaps.push(`these guests moved while they were read: ${names(restless)}`)
  gaps.push(...gapsOfGuests(outcomes))
}

/** How storages are configured; without the right to see it they are known by their name only. */
async function readStorageConfigs({
  client,
  signal,
}: Reading): Promise<Map<string, StorageConfig> | undefined> {
  const { data } = await client.get('/storage', { expect: [403, 500, 501], signal })
  if (data === undefined) return undefined
  const { rows, unreadable } = parseRows(storageConfig, data, '/storage')
  return unreadable > 0 ? undefined : new Map(rows.map((row) => [row.storage, row]))
}

async function* readCluster(reading: Reading, overview: Overview): AsyncGenerator<Page, Verdict> {
  const gaps = [...overview.gaps]
  const cluster = overview.cluster ? [toCluster(overview.cluster)] : []
  const storages = reading.settings.storage ? overview.storages : []
  const { volumes: expected, unavailable } = toVolumes(storages)
  const total = cluster.length + overview.nodes.length + overview.guests.length + expected.length
  const guests = new Map<string, Set<string>>()
  const nodes = await readNodes(reading, overview, gaps)
  const closed = reading.closedParts.toSorted()
  const hidden =
    closed.length > 0 ? [`The login may not see the ${names(closed)}; what is known of that stays.`] : []
  yield { records: [...cluster, ...nodes], total, warnings: hidden }
  yield* readGuests(reading, overview, gaps, guests)
  const configs = storages.length > 0 ? await readStorageConfigs(reading) : new Map()
  // A guest that was not read may lie on any of them: then nobody knows who uses what.
  const isWhole = gaps.length === 0 && gapsOfNodes(overview, reading).length === 0
  yield { records: toVolumes(storages, { configs, guests: isWhole ? guests : undefined }).volumes }
  if (unavailable.length > 0) gaps.push(`these storages are not available: ${names(unavailable)}`)
  gaps.push(...gapsOfNodes(overview, reading))
  return gaps.length > 0 ? { complete: false, reason: gaps.join('; ') } : { complete: true }
}

async function* read(
  settings: ProxmoxSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  signal.throwIfAborted()
  const client = createProxmoxClient(settings, tools)
  try {
    const overview = await readOverview(client, settings, signal)
    const { mayAskAgents } = overview
    const reading = {
      client,
      settings,
      mayAskAgents,
      signal,
      unreachable: new Set<string>(),
      silentAgents: [],
      closedAgents: [],
      closedParts: [],
    }
    return yield* readCluster(reading, overview)
  } finally {
    await client.close()
  }
}

interface Tried {
  holds: readonly string[]
  warnings: readonly string[]
  offline: readonly string[]
  agents: readonly string[]
  settings: ProxmoxSettings
}

/** What was tried, with the words of the warnings where something is hidden. */
function checksOf({ holds, warnings, offline, agents, settings }: Tried): SourceCheck[] {
  const about = (words: RegExp) => warnings.filter((warning) => words.test(warning))
  const check = (name: string, good: string, limits: readonly string[], fix: string): SourceCheck =>
    limits.length > 0
      ? { name, result: 'limited', detail: limits.join(' '), fix }
      : { name, result: 'ok', detail: good }
  const role = 'Give the role PVEAuditor on / to the user and to its token.'
  return [
    check(
      'Read nodes',
      holds[0]!,
      [...about(/Sys\.Audit|quorum|named no node/), ...offline],
      about(/Sys\.Audit/).length > 0 ? role : 'A node that is off, and its guests, keep what was last known.',
    ),
    check('Read guests', holds[1]!, about(/VM\.Audit/), role),
    ...(settings.storage ? [check('Read storages', holds[2]!, about(/Datastore\.Audit/), role)] : []),
    ...(settings.guestAgent
      ? [
          check(
            'Ask guest agents',
            'addresses and operating systems from inside',
            agents,
            'Give VM.GuestAgent.Audit (VM.Monitor before release 9), or set guestAgent to false.',
          ),
        ]
      : []),
  ]
}

async function tryOut(
  settings: ProxmoxSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<SourceTest> {
  const client = createProxmoxClient(settings, tools)
  try {
    const { release, cluster, nodes, guests, storages, gaps, ...rights } = await readOverview(
      client,
      settings,
      signal,
    )
    const holds = [
      counted(nodes.length, 'node'),
      counted(guests.length, 'guest'),
      counted(new Set(storages.map((row) => row.storage)).size, 'storage'),
    ]
    const offline = nodes.filter(isOffline).map((node) => `Node ${node.node} is offline.`)
    const agents = agentWarnings({
      client,
      settings,
      signal,
      ...rights,
      unreachable: new Set(),
      silentAgents: [],
      closedAgents: [],
      closedParts: [],
    })
    const warnings = gaps.map((gap) => `${gap.charAt(0).toUpperCase()}${gap.slice(1)}.`)
    const where = cluster ? `cluster ${cluster.name}` : 'a single node'
    return {
      message: `Proxmox VE ${release}, ${where}: ${holds.join(', ')}.`,
      warnings: [...warnings, ...offline, ...agents],
      checks: checksOf({ holds, warnings, offline, agents, settings }),
    }
  } finally {
    await client.close()
  }
}

/** Proxmox VE: nodes, virtual machines, containers and storages of one cluster, read over its API. */
export const proxmoxSource = sourceType({
  type: 'proxmox',
  system: 'proxmox',
  title: 'Proxmox VE',
  summary:
    'Nodes, virtual machines, containers, their addresses, disks and snapshots, and storages of a cluster.',
  settings: proxmoxSettings,
  provesAbsence: true,
  open: (settings, tools): Source => ({
    test: (signal) => tryOut(settings, tools, signal),
    read: (signal) => read(settings, tools, signal),
  }),
})
