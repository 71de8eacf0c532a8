import type { Clock } from '#kernel/clock.ts'
import type { IpAddress } from '#model/ip-address.ts'
import type { Link } from '#sources/local/links.ts'
import { askMdns } from '#sources/scan/mdns.ts'
import { askReverseDns } from '#sources/scan/reverse-dns.ts'
import type { ScanSettings } from '#sources/scan/settings.ts'

export interface FoundNames {
  names: Map<IpAddress, string>
  warnings: string[]
}

/** The names of living addresses: what DNS says comes first, then what machines on the own links say of themselves. */
export async function findNames(
  addresses: readonly IpAddress[],
  settings: Pick<ScanSettings, 'names' | 'dnsServers'>,
  links: readonly Link[],
  clock: Clock,
  signal: AbortSignal,
): Promise<FoundNames> {
  if (!settings.names || addresses.length === 0) return { names: new Map(), warnings: [] }
  const [dns, mdns] = await Promise.all([
    askReverseDns(addresses, settings.dnsServers, signal),
    askMdns(addresses, links, clock, signal),
  ])
  const warnings = dns.silent ? ['No DNS server answered, so names from reverse DNS are missing.'] : []
  return { names: new Map([...mdns, ...dns.names]), warnings }
}
