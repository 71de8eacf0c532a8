import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { isIpv6, parseIp, type IpAddress } from '#model/ip-address.ts'
import { isUnicastMac, parseMac, type Mac } from '#model/mac.ts'
import { ipCommand } from '#sources/local/ip-command.ts'
import { runProgram } from '#sources/local/run-program.ts'

/**
 * How sure the system is: `confirmed` lately, `static` (set by hand, proves nothing), `old` (known, not confirmed
 * lately), `asking` (being confirmed or resolved right now), `failed` (asked, nobody answered), `known` where the
 * system does not tell.
 */
export type NeighbourState = 'confirmed' | 'static' | 'old' | 'asking' | 'failed' | 'known'

/** One entry of the neighbour table (ARP and NDP). Without a MAC it is unresolved. */
export interface Neighbour {
  address: IpAddress
  mac: Mac | undefined
  interface: string
  state: NeighbourState
  /** It said of itself that it routes (IPv6). */
  router: boolean
}

const states: Record<string, NeighbourState> = {
  REACHABLE: 'confirmed',
  PERMANENT: 'static',
  STALE: 'old',
  DELAY: 'asking',
  PROBE: 'asking',
  INCOMPLETE: 'asking',
  FAILED: 'failed',
}

const ipNeighbour = z.object({
  dst: z.string(),
  dev: z.string().default(''),
  lladdr: z.string().optional(),
  router: z.unknown().optional(),
  state: z.array(z.string()).default([]),
})

/** A MAC only when it can belong to one card: no zeros, no group address. */
function cardOf(text: string | undefined): Mac | undefined {
  const mac = text === undefined ? undefined : parseMac(text)
  return mac !== undefined && isUnicastMac(mac) ? mac : undefined
}

function entry(address: string, mac: string | undefined, link: string, state: NeighbourState): Neighbour[] {
  const ip = parseIp(address)
  return ip === undefined ? [] : [{ address: ip, mac: cardOf(mac), interface: link, state, router: false }]
}

/** The entries of iproute2's `ip -j neighbour show`; entries that need no resolving are left out. */
export const parseIpNeighbours = (answer: readonly unknown[]): Neighbour[] =>
  answer.flatMap((raw) => {
    const parsed = ipNeighbour.safeParse(raw)
    if (!parsed.success) return []
    const state = parsed.data.state.map((word) => states[word]).find((each) => each !== undefined)
    if (state === undefined) return []
    const router = parsed.data.router !== undefined
    return entry(parsed.data.dst, parsed.data.lladdr, parsed.data.dev, state).map((each) => ({
      ...each,
      router,
    }))
  })

/** Linux `/proc/net/arp` (IPv4 only): address, type, flags, MAC, mask, interface; flag 2 means resolved. */
export const parseProcArp = (text: string): Neighbour[] =>
  text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [address, , flags, mac, , link] = line.split(/\s+/)
      if (address === undefined || flags === undefined || link === undefined) return []
      return (Number.parseInt(flags, 16) & 2) === 0
        ? entry(address, undefined, link, 'failed')
        : entry(address, mac, link, 'known')
    })

/** macOS and BSD `arp -an`: `? (192.0.2.1) at 0:1b:21:3c:4d:5e on en0 ifscope [ethernet]`. */
export const parseArpAn = (text: string): Neighbour[] =>
  [...text.matchAll(/\(([\d.]+)\) at (\S+)(?: \[\w+\])? on (\S+)/g)].flatMap(([, address, mac, link]) =>
    entry(address!, mac, link!, parseMac(mac!) === undefined ? 'failed' : 'known'),
  )

/** macOS `ndp -an`: address, MAC, interface, expiry, state letter, flags (`R` routes). */
export const parseNdpAn = (text: string): Neighbour[] =>
  text.split('\n').flatMap((line) => {
    const [address, mac, link, , , flags] = line.trim().split(/\s+/)
    if (address === undefined || mac === undefined || link === undefined || !address.includes(':')) return []
    const state = parseMac(mac) === undefined ? 'failed' : 'known'
    return entry(address, mac, link, state).map((each) => ({
      ...each,
      router: flags?.includes('R') ?? false,
    }))
  })

/** Windows `arp -a` in any language: `  192.0.2.1   00-1b-21-3c-4d-5e   dynamic`, below a line naming the interface. */
export function parseWindowsArp(text: string): Neighbour[] {
  let link = ''
  return text.split(/\r?\n/).flatMap((line) => {
    const heading = /^\S.*?([\d.]{7,})\s+---/.exec(line)
    if (heading) link = heading[1]!
    const row = /^\s+([\d.]{7,})\s+([0-9a-f]{2}(?:-[0-9a-f]{2}){5})\s/i.exec(line)
    return row && cardOf(row[2]) !== undefined ? entry(row[1]!, row[2], link, 'known') : []
  })
}

async function said(program: string, args: string[], signal: AbortSignal): Promise<string> {
  try {
    return (await runProgram(program, args, { timeout: 10_000 }, signal)).stdout
  } catch (error) {
    if (error instanceof AppError && error.code === 'SOURCE_TOOL_MISSING') return ''
    throw error
  }
}

const readProcArp = async (): Promise<Neighbour[]> =>
  parseProcArp(await readFile('/proc/net/arp', 'utf8').catch(() => ''))

/** The fast look at Linux's IPv4 table, for those who look several times a second: no states but resolved or not. */
export const glanceAtArpTable = readProcArp

/** The whole neighbour table of this machine, both families where the system shows them. */
export async function readNeighbours(signal: AbortSignal): Promise<Neighbour[]> {
  switch (process.platform) {
    case 'linux': {
      const answer = await ipCommand(['neighbour', 'show'], signal)
      return answer === undefined ? readProcArp() : parseIpNeighbours(answer)
    }
    case 'win32':
      return parseWindowsArp(await said('arp', ['-a'], signal))
    default:
      return [
        ...parseArpAn(await said('arp', ['-an'], signal)),
        ...parseNdpAn(await said('ndp', ['-an'], signal)).filter(({ address }) => isIpv6(address)),
      ]
  }
}
