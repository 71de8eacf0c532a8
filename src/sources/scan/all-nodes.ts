import { AppError } from '#kernel/errors.ts'
import { isIpv6, parseIp, type IpAddress } from '#model/ip-address.ts'
import type { Link } from '#sources/local/links.ts'
import { runProgram } from '#sources/local/run-program.ts'

/** The addresses in ping's answer lines: `64 bytes from fe80::1%eth0: icmp_seq=1 ...` (Linux), `16 bytes from ...` (macOS). */
export const parsePing = (text: string): IpAddress[] => [
  ...new Set(
    [...text.matchAll(/^\d+ bytes from ([0-9a-f:]+)[%:,]/gim)].flatMap(
      ([, found]) => parseIp(found!.replace(/:$/, '')) ?? [],
    ),
  ),
]

/** One address of each IPv6 prefix of a link: machines answer from the same prefix they are asked from. */
function askersOf(link: Link): IpAddress[] {
  const byPrefix = new Map<string, IpAddress>()
  for (const { address, temporary } of link.addresses) {
    if (!isIpv6(address) || temporary) continue
    byPrefix.set(address.split(':').slice(0, 4).join(':'), address)
  }
  return [...byPrefix.values()]
}

/** Ping's exit code when it could not ask at all; 1 means that nobody answered. */
const couldNotAsk = 2

/** The answers, or undefined where ping may not ask. An ordinary user's ping sends to groups once a second at most. */
async function pingFrom(link: Link, from: IpAddress, signal: AbortSignal): Promise<IpAddress[] | undefined> {
  const [program, args] =
    process.platform === 'linux'
      ? ['ping', ['-6', '-n', '-c', '2', '-w', '3', '-I', from.startsWith('fe80:') ? link.name : from]]
      : ['ping6', ['-n', '-c', '2', '-S', from]]
  const outcome = await runProgram(program, [...args, `ff02::1%${link.name}`], { timeout: 5000 }, signal)
  return process.platform === 'linux' && outcome.code === couldNotAsk ? undefined : parsePing(outcome.stdout)
}

/**
 * IPv6 addresses of the machines on a link that answer the all-nodes multicast address (RFC 4291), asked once from
 * every prefix the link has. Undefined where this machine has no `ping` that may do that.
 */
export async function askAllNodes(link: Link, signal: AbortSignal): Promise<IpAddress[] | undefined> {
  try {
    const answers = await Promise.all(askersOf(link).map((from) => pingFrom(link, from, signal)))
    if (answers.length > 0 && answers.every((each) => each === undefined)) return undefined
    const own = new Set(link.addresses.map(({ address }) => address))
    return [...new Set(answers.flatMap((each) => each ?? []))].filter(
      (address) => isIpv6(address) && !own.has(address),
    )
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) return undefined
    throw error
  }
}
