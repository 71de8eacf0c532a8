import { AppError } from '#kernel/errors.ts'
import { isIpv6, type IpAddress } from '#model/ip-address.ts'
import type { Discovery } from '#sources/scan/discovery.ts'
import type { AnsweredBy } from '#sources/scan/findings.ts'
import { probeFping } from '#sources/scan/fping.ts'
import { probeNmap } from '#sources/scan/nmap.ts'
import type { ScanSettings } from '#sources/scan/settings.ts'
import { probeTcp } from '#sources/scan/tcp-probe.ts'

/** Connection attempts open at once: well below the files a process may usually open. */
const mostSockets = 1500

interface RoutedProbe {
  settings: ScanSettings
  addresses: readonly IpAddress[]
  discovery: Discovery
}

/** Answers seen through a router carry no MAC. */
function noteAll({ discovery }: RoutedProbe, addresses: Iterable<IpAddress>, by: AnsweredBy): void {
  for (const address of addresses) {
    if (!discovery.findings.has(address)) discovery.findings.set(address, { address, mac: undefined, by })
  }
}

async function byFping(probe: RoutedProbe, signal: AbortSignal): Promise<void> {
  const { settings, addresses } = probe
  noteAll(probe, await probeFping(addresses, settings, signal), 'icmp')
}

async function byTcp(probe: RoutedProbe, signal: AbortSignal): Promise<void> {
  const { settings, addresses, discovery } = probe
  const sockets = Math.max(
    1,
    Math.min(mostSockets, Math.ceil((settings.rate * settings.timeout) / 1000), addresses.length),
  )
  const skip = (address: IpAddress) => discovery.findings.has(address)
  const result = await probeTcp(addresses, { ...settings, sockets, skip }, signal)
  noteAll(probe, result.alive, 'tcp')
  if (result.unasked.size > 0) {
    discovery.shortcomings.push(
      `${result.unasked.size} addresses could not be tried by TCP because this machine ran out of sockets`,
    )
  }
}

async function byNmap(probe: RoutedProbe, signal: AbortSignal): Promise<void> {
  const { settings, addresses, discovery } = probe
  for (const family of [4, 6] as const) {
    const some = addresses.filter((address) => isIpv6(address) === (family === 6))
    const result = await probeNmap(some, { ports: settings.ports, rate: settings.rate, family }, signal)
    noteAll(probe, result.alive.keys(), 'nmap')
    if (!result.finished) discovery.shortcomings.push('nmap stopped before its end')
  }
}

/** ICMP and TCP side by side; where ICMP is not possible the reading says so. */
async function byAll(probe: RoutedProbe, signal: AbortSignal): Promise<void> {
  const icmp = byFping(probe, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    const count = probe.addresses.length
    probe.discovery.shortcomings.push(
      `${count} addresses beyond the own links were asked by TCP only (${error.message})`,
    )
  })
  await Promise.all([icmp, byTcp(probe, signal)])
}

/** Asks addresses that only the machines themselves can answer for: behind a router, on a tunnel, behind proxy ARP. */
export async function probeRouted(
  settings: ScanSettings,
  addresses: readonly IpAddress[],
  discovery: Discovery,
  signal: AbortSignal,
): Promise<void> {
  if (addresses.length === 0) return
  const probe: RoutedProbe = { settings, addresses, discovery }
  switch (settings.method) {
    case 'auto':
      return byAll(probe, signal)
    case 'icmp':
    case 'fping':
      return byFping(probe, signal)
    case 'tcp':
      return byTcp(probe, signal)
    case 'nmap':
      return byNmap(probe, signal)
  }
}
