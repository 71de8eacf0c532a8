import { z } from 'zod'
import { parseRange, sizeOf } from '#sources/scan/ranges.ts'

/** Largest number of addresses one range may hold: a /12. Larger IPv6 subnets cannot be walked at all. */
const largestRange = 2n ** 20n

export const scanMethods = ['auto', 'icmp', 'tcp', 'fping', 'nmap'] as const

const range = z
  .string()
  .refine((text) => parseRange(text) !== undefined, {
    message: 'expected a subnet (192.0.2.0/24), a span (192.0.2.10-192.0.2.40) or one address',
  })
  .refine(
    (text) =>
      sizeOf(parseRange(text) ?? { first: 0n, last: 0n, family: 4, subnet: false, text }) <= largestRange,
    {
      message: `expected a range of at most ${largestRange} addresses; IPv6 neighbours are found by multicast instead`,
    },
  )

export const scanSettings = z.strictObject({
  ranges: z
    .array(range)
    .default([])
    .describe(
      "Subnets, spans (a-b) and single addresses, IPv4 and small IPv6; none means this machine's own subnets.",
    ),
  exclude: z.array(range).default([]).describe('Ranges that are never asked.'),
  method: z
    .enum(scanMethods)
    .default('auto')
    .describe(
      'How addresses beyond the own links are asked: auto by whatever this machine offers, icmp and fping by fping, nmap by nmap. Own links are asked by the neighbour table, or by nmap as root.',
    ),
  ports: z
    .array(z.number().int().min(1).max(65535))
    .min(1)
    .default([443, 80, 22, 445, 3389])
    .describe('TCP ports tried on addresses behind a router; an open and a refused one both count as alive.'),
  rate: z
    .number()
    .int()
    .min(1)
    .max(50_000)
    .default(5000)
    .describe('Packets or attempts started per second at most.'),
  timeout: z
    .number()
    .int()
    .min(50)
    .max(30_000)
    .default(1000)
    .describe('Milliseconds to wait for one answer.'),
  names: z.boolean().default(true).describe('Ask reverse DNS and multicast DNS for names.'),
  dnsServers: z
    .array(z.string())
    .default([])
    .describe("Servers for reverse names (192.0.2.53 or 192.0.2.53:5353); none means the system's own."),
  ipv6: z
    .boolean()
    .default(true)
    .describe('Also find IPv6 neighbours on the scanned links, by the all-nodes multicast address.'),
  interface: z.string().optional().describe('Use only the own subnets of this interface.'),
  includeContainerBridges: z
    .boolean()
    .default(false)
    .describe('Also scan the networks of container engines on this machine (docker0 and the like).'),
})
export type ScanSettings = z.output<typeof scanSettings>
