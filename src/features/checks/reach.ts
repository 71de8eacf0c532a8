import { lookup } from 'node:dns/promises'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import { holdsPrefix, parsePrefix, singleOf, type IpPrefix } from '#model/ip-prefix.ts'

/** Which addresses checks may reach. */
export interface Reach {
  allow: readonly string[]
  deny: readonly string[]
}

/** What a check was to reach is not for it. */
export class OutOfReach extends Error {
  constructor(address: string) {
    super(`${address} may not be reached by checks (monitoring.checks)`)
  }
}

function toPrefix(text: string): IpPrefix[] {
  const address = text.includes('/') ? undefined : parseIp(text)
  const prefix = address === undefined ? parsePrefix(text) : singleOf(address)
  return prefix === undefined ? [] : [prefix]
}

/** Throws OutOfReach for an address that checks may not reach. */
export function assertReachable({ allow, deny }: Reach, address: IpAddress): void {
  const asked = singleOf(address)
  const isIn = (texts: readonly string[]): boolean =>
    texts.flatMap(toPrefix).some((each) => each.family === asked.family && holdsPrefix(each, asked))
  if (isIn(deny) || (allow.length > 0 && !isIn(allow))) throw new OutOfReach(address)
}

/**
 * The addresses of a host that checks may reach, looked up once: who connects uses these, so that a name cannot mean
 * another address a moment later. Throws OutOfReach where one of them is not for checks, else what the look-up throws.
 */
export async function addressesOf(reach: Reach, host: string): Promise<IpAddress[]> {
  const own = parseIp(host.replace(/^\[|\]$/g, ''))
  const found =
    own === undefined
      ? (await lookup(host, { all: true })).flatMap(({ address }) => parseIp(address) ?? [])
      : [own]
  for (const address of found) assertReachable(reach, address)
  return found
}
