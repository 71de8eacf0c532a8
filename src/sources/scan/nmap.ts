import { AppError } from '#kernel/errors.ts'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import { parseMac, type Mac } from '#model/mac.ts'
import { runProgram } from '#sources/local/run-program.ts'

export interface NmapOptions {
  ports: readonly number[]
  /** Packets sent per second at most, and nearly at least. */
  rate: number
  family: 4 | 6
}

export interface NmapResult {
  /** The MAC where nmap saw one: on its own link, with the right to send raw frames. */
  alive: Map<IpAddress, Mac | undefined>
  /** nmap said itself that it came to its end. */
  finished: boolean
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]

/** Reads `nmap -oX -`: only hosts that are up, their addresses, and whether the scan came to its end. */
export function parseNmapXml(text: string): NmapResult {
  const alive: NmapResult['alive'] = new Map()
  for (const [host] of text.matchAll(/<host\b[^>]*>.*?<\/host>/gs)) {
    if (!/<status state="up"/.test(host)) continue
    let address: IpAddress | undefined
    let mac: Mac | undefined
    for (const [tag] of host.matchAll(/<address\b[^>]*>/g)) {
      const value = attribute(tag, 'addr') ?? ''
      if (attribute(tag, 'addrtype') === 'mac') mac = parseMac(value)
      else address = parseIp(value)
    }
    if (address !== undefined) alive.set(address, mac)
  }
  return { alive, finished: /<finished\b[^>]*\bexit="success"/.test(text) }
}

/** nmap waits for its rate before its caution: a floor keeps a sparse network from slowing it down. */
function argumentsFor({ ports, rate, family }: NmapOptions): string[] {
  const list = ports.join(',')
  const pace = [
    '-T4',
    '--min-rate',
    String(Math.ceil(rate * 0.8)),
    '--max-rate',
    String(rate),
    '--max-retries',
    '2',
  ]
  const probes = ['-PE', `-PS${list}`, `-PA${list}`]
  return [
    '-sn',
    '-n',
    ...(family === 6 ? ['-6'] : []),
    ...pace,
    ...probes,
    '--min-hostgroup',
    '4096',
    '-oX',
    '-',
    '-iL',
    '-',
  ]
}

/**
 * Asks the addresses by nmap's host discovery: ARP or NDP on the own link and ICMP and TCP beyond when it may send raw
 * packets (root), else TCP connections. SOURCE_TOOL_MISSING when it is not installed.
 */
export async function probeNmap(
  addresses: readonly IpAddress[],
  options: NmapOptions,
  signal: AbortSignal,
): Promise<NmapResult> {
  if (addresses.length === 0) return { alive: new Map(), finished: true }
  const limit = 300_000 + addresses.length * 100
  const input = `${addresses.join('\n')}\n`
  const outcome = await runProgram('nmap', argumentsFor(options), { input, timeout: limit }, signal)
  const result = parseNmapXml(outcome.stdout)
  if (!result.finished && result.alive.size === 0) {
    throw new AppError(
      'SOURCE_ANSWER_INVALID',
      `nmap did not finish: ${outcome.stderr.trim().split('\n')[0] ?? ''}`,
    )
  }
  return result
}
