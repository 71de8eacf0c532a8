import { isIpv6, parseIp } from '#model/ip-address.ts'
import type { Lease } from '#sources/lease-table.ts'
import { cardMac, cleanHostname, cleanText, epochTime, parseHex, type Expiry } from '#sources/lease-text.ts'
import { readRelayAgent } from '#sources/relay-agent.ts'

/** One line of a dnsmasq lease file, read. `extra` lines add to the lease of an earlier line (2.92 and newer). */
export type DnsmasqLine =
  | { is: 'lease'; lease: Lease }
  | { is: 'extra'; address: string; adds: Partial<Lease> }
  | { is: 'nothing' }
  | { is: 'bad'; why: string }

/** Below this a time is no date but a length: dnsmasq built for machines without a clock writes that (2001 in seconds). */
const earliestDate = 1_000_000_000

/**
 * Reads one line: `expiry mac address name client-id`, or after a `duid` line `expiry iaid address name duid`.
 * Fields are separated by white space; `*` stands for nothing. Format: lease.c of dnsmasq 2.90 and 2.92.
 */
export function parseDnsmasqLine(line: string): DnsmasqLine {
  const fields = line.split(/[ \t]+/).filter((field) => field !== '')
  const [head, second, third, name, client] = fields
  if (head === undefined || head === 'duid') return { is: 'nothing' }
  if (head === 'vendorclass' || head === 'agent-info') return extraLine(head, second, third)
  if (!/^\d{1,15}$/.test(head)) return { is: 'bad', why: 'it does not begin with a time in seconds' }
  if (second === undefined || third === undefined || name === undefined) {
    return { is: 'bad', why: `it has ${fields.length} fields where a lease has 5` }
  }
  const address = parseIp(third)
  if (address === undefined) return { is: 'bad', why: 'its third field is no address' }
  const common = { address, hostname: cleanHostname(name), ...expiryOf(Number(head)) }
  return {
    is: 'lease',
    lease: isIpv6(address)
      ? { ...common, duid: parseHex(client ?? '*') }
      : { ...common, ...hardwareOf(second), clientId: parseHex(client ?? '*') },
  }
}

const expiryOf = (seconds: number): { expiresAt?: Expiry } => {
  if (seconds === 0) return { expiresAt: 'never' }
  return seconds < earliestDate ? {} : { expiresAt: epochTime(seconds) }
}

/** `02:00:5e:00:00:07`, or with the ARP hardware type before it for all that is not Ethernet: `20-80:00:...`. */
function hardwareOf(field: string): Pick<Lease, 'mac' | 'hardware'> {
  const [, type, digits] = /^(?:([0-9a-f]{2})-)?(.*)$/i.exec(field)!
  const mac = type === undefined || type === '01' || type === '06' ? cardMac(digits!) : undefined
  if (mac !== undefined) return { mac }
  return type === undefined || parseHex(digits!) === undefined
    ? {}
    : { hardware: `${type}-${parseHex(digits!)}` }
}

function extraLine(head: 'vendorclass' | 'agent-info', address = '', hex = ''): DnsmasqLine {
  const canonical = parseIp(address)
  const pairs = parseHex(hex)
  if (canonical === undefined || pairs === undefined) return { is: 'nothing' }
  const bytes = Buffer.from(pairs.replaceAll(':', ''), 'hex').toString('latin1')
  const adds = head === 'vendorclass' ? { vendorClass: cleanText(bytes) } : readRelayAgent(bytes)
  return { is: 'extra', address: canonical, adds }
}
