import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { isIpv6, type IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'
import type { Link } from '#sources/local/links.ts'
import { readNeighbours } from '#sources/local/neighbours.ts'
import { askAllNodes } from '#sources/scan/all-nodes.ts'
import type { Discovery } from '#sources/scan/discovery.ts'
import { proxies, type AnsweredBy } from '#sources/scan/findings.ts'
import { sweepNeighbours, type SweepResult, type SweepWorld } from '#sources/scan/neighbour-sweep.ts'
import { probeNmap } from '#sources/scan/nmap.ts'
import { openPoker, type Poker } from '#sources/scan/poke.ts'
import { probeRouted } from '#sources/scan/probe-routed.ts'
import type { ScanSettings } from '#sources/scan/settings.ts'
import { openSweepWorld } from '#sources/scan/sweep-world.ts'
import type { Targets } from '#sources/scan/targets.ts'
import { probeTcp } from '#sources/scan/tcp-probe.ts'

/** From here on a link is left to nmap, where it may send raw frames: the neighbour table is the slower way. */
const manyOnLink = 4096

interface Scan {
  settings: ScanSettings
  targets: Targets
  clock: Clock
  poker: Poker
  discovery: Discovery
}

/** May send raw frames, as far as one can tell without trying. */
export const isRoot = (): boolean => process.getuid?.() === 0

const ofFamily = (addresses: readonly IpAddress[], family: 4 | 6): IpAddress[] =>
  addresses.filter((address) => isIpv6(address) === (family === 6))

function note(discovery: Discovery, address: IpAddress, by: AnsweredBy, mac?: Mac): void {
  const known = discovery.findings.get(address)
  if (known?.mac === undefined) discovery.findings.set(address, { address, mac, by })
}

/** nmap on the own links: raw ARP and NDP, no table to overflow. False when it could not. */
async function nmapOnLink({ settings, targets, discovery }: Scan, signal: AbortSignal): Promise<boolean> {
  const wanted =
    settings.method === 'nmap' || (settings.method === 'auto' && targets.onLink.length > manyOnLink)
  if (!wanted || !isRoot()) return false
  try {
    for (const family of [4, 6] as const) {
      const addresses = ofFamily(targets.onLink, family)
      const result = await probeNmap(
        addresses,
        { ports: settings.ports, rate: settings.rate, family },
        signal,
      )
      for (const [address, mac] of result.alive) note(discovery, address, 'nmap', mac)
      if (!result.finished) discovery.shortcomings.push('nmap stopped before its end')
    }
    return true
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError) || settings.method === 'nmap') throw error
    return false
  }
}

/** The own links by the neighbour table. Gives the addresses it could not decide. */
async function sweepOnLink(scan: Scan, signal: AbortSignal): Promise<IpAddress[]> {
  const undecided: IpAddress[] = []
  const sweeps = ([4, 6] as const).map(async (family) => {
    const addresses = ofFamily(scan.targets.onLink, family)
    if (addresses.length > 0) undecided.push(...(await sweepFamily(scan, family, addresses, signal)))
  })
  await Promise.all(sweeps)
  return undecided
}

/** Connection attempts at once while old entries are confirmed; there are at most as many as the table holds. */
const quickSockets = 256

async function sweepFamily(
  scan: Scan,
  family: 4 | 6,
  addresses: IpAddress[],
  signal: AbortSignal,
): Promise<IpAddress[]> {
  const { clock, poker, settings, targets, discovery } = scan
  const links = targets.links.map(({ name }) => name)
  const quick: SweepWorld['quick'] = async (some, stop) =>
    (await probeTcp(some, { ...settings, sockets: quickSockets, skip: () => false }, stop)).alive
  const world = await openSweepWorld({ clock, poker, family, links, rate: settings.rate, quick })
  const result = await sweepNeighbours(world, addresses, signal)
  const forOthers = proxies(result.alive, addresses.length)
  for (const mac of forOthers) {
    discovery.warnings.push(
      `${mac} answers for a whole network (proxy ARP); each address behind it was asked by itself.`,
    )
  }
  const behind = [...result.alive].filter(([, mac]) => forOthers.has(mac)).map(([address]) => address)
  for (const [address, mac] of result.alive)
    if (!forOthers.has(mac)) note(discovery, address, 'neighbour', mac)
  tellUnasked(discovery, result)
  return [...behind, ...result.undecided]
}

function tellUnasked(discovery: Discovery, { unasked }: Pick<SweepResult, 'unasked'>): void {
  if (unasked.length === 0) return
  discovery.shortcomings.push(
    `${unasked.length} addresses could not be asked because the neighbour table stayed full`,
  )
}

/** The links that IPv6 neighbours may be on. */
const ipv6Links = ({ settings, targets }: Scan) =>
  settings.ipv6
    ? targets.links.filter((link) => link.resolves && link.addresses.some(({ address }) => isIpv6(address)))
    : []

/** IPv6 neighbours of the scanned links: those that answer to all-nodes multicast and those the table already names. */
async function findIpv6Neighbours(scan: Scan, signal: AbortSignal): Promise<void> {
  await Promise.all(ipv6Links(scan).map((link) => findOnLink(scan, link, signal)))
}

async function findOnLink(scan: Scan, link: Link, signal: AbortSignal): Promise<void> {
  const { discovery, clock, poker, settings } = scan
  const answered = await askAllNodes(link, signal)
  if (answered === undefined) {
    discovery.warnings.push(
      `No ping may ask the IPv6 all-nodes address on ${link.name}; some IPv6 neighbours may be missing.`,
    )
  }
  const own = new Set(link.addresses.map(({ address }) => address))
  const table = (await readNeighbours(signal)).filter(
    (entry) =>
      entry.interface === link.name &&
      isIpv6(entry.address) &&
      entry.mac !== undefined &&
      !own.has(entry.address),
  )
  const macs = new Map(table.map(({ address, mac }) => [address, mac]))
  for (const address of answered ?? [])
    if (macs.has(address)) note(discovery, address, 'neighbour', macs.get(address))
  const open = new Set(
    [...(answered ?? []), ...macs.keys()].filter((address) => !discovery.findings.has(address)),
  )
  const zones = new Map([...open].map((address) => [address, link.name]))
  const world = await openSweepWorld({
    clock,
    poker,
    family: 6,
    rate: settings.rate,
    zones,
    links: [link.name],
  })
  const result = await sweepNeighbours(world, [...open], signal)
  for (const [address, mac] of result.alive) note(discovery, address, 'neighbour', mac)
  // It answered the multicast, so it lives, even if the table never showed its card.
  for (const address of answered ?? []) note(discovery, address, 'icmp')
}

/** Asks every target in the way it can be asked and gathers who is alive into the discovery. */
export async function discover(
  settings: ScanSettings,
  targets: Targets,
  clock: Clock,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<void> {
  const poker = openPoker()
  const scan: Scan = { settings, targets, clock, poker, discovery }
  try {
    for (const [address, mac] of targets.own) note(discovery, address, 'own', mac)
    const onLink = async () => ((await nmapOnLink(scan, signal)) ? [] : sweepOnLink(scan, signal))
    const [undecided] = await Promise.all([
      onLink(),
      probeRouted(settings, targets.routed, discovery, signal),
      findIpv6Neighbours(scan, signal),
    ])
    await probeRouted(settings, undecided, discovery, signal)
  } finally {
    poker.close()
  }
}
