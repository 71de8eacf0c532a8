import { z } from 'zod'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import { ipCommand } from '#sources/local/ip-command.ts'

export interface Gateway {
  address: IpAddress
  interface: string
}

const route = z.object({
  dst: z.literal('default'),
  gateway: z.string(),
  dev: z.string(),
  metric: z.number().default(0),
})

/** The gateways of iproute2's `ip -j route show default`, the preferred one first. */
export const parseGateways = (answer: readonly unknown[]): Gateway[] =>
  answer
    .flatMap((raw) => route.safeParse(raw).data ?? [])
    .sort((left, right) => left.metric - right.metric)
    .flatMap(({ gateway, dev }) => {
      const address = parseIp(gateway)
      return address === undefined ? [] : [{ address, interface: dev }]
    })

/** Where this machine sends what is not on its own links, IPv4 before IPv6; none where nothing tells. */
export async function readGateways(signal: AbortSignal): Promise<Gateway[]> {
  if (process.platform !== 'linux') return []
  const answers = await Promise.all([
    ipCommand(['-4', 'route', 'show', 'default'], signal),
    ipCommand(['-6', 'route', 'show', 'default'], signal),
  ])
  return answers.flatMap((answer) => parseGateways(answer ?? []))
}
