import { z } from 'zod'
import { parseDnsmasqLine } from '#sources/dnsmasq/dnsmasq-lines.ts'
import { badLine, eachLine, openFile } from '#sources/lease-lines.ts'
import {
  leaseFileTest,
  pagesOfLeases,
  readSteadily,
  Warnings,
  type LeaseReading,
} from '#sources/lease-source.ts'
import { isInForce, leaseKey, leaseSize, LeaseTable } from '#sources/lease-table.ts'
import { sourceType, type SourceTools } from '#sources/source.ts'

const settings = z.strictObject({
  path: z
    .string()
    .min(1)
    .default('/var/lib/misc/dnsmasq.leases')
    .meta({ path: true })
    .describe('The lease file. OpenWrt keeps it at /tmp/dhcp.leases, Pi-hole at /etc/pihole/dhcp.leases.'),
})

/** The lease file of dnsmasq, IPv4 and IPv6. */
export const dnsmasqSource = sourceType({
  type: 'dnsmasq',
  system: 'dhcp',
  title: 'dnsmasq',
  summary:
    'Machines that dnsmasq (OpenWrt, Pi-hole, libvirt and many routers) leased an address to, from its lease file.',
  settings,
  provesAbsence: false,
  open: ({ path }, tools) => {
    const leases = (signal: AbortSignal) =>
      readSteadily(tools, (isLast) => readOnce(path, tools, isLast, signal), signal)
    return {
      test: async (signal) => leaseFileTest(path, await leases(signal)),
      async *read(signal) {
        return yield* pagesOfLeases(tools, await leases(signal), signal)
      },
    }
  },
})

/** dnsmasq rewrites the file in place, so a reading stands only when nothing changed meanwhile. */
async function readOnce(
  path: string,
  tools: SourceTools,
  isLast: boolean,
  signal: AbortSignal,
): Promise<LeaseReading> {
  await using file = await openFile(path)
  const before = await file.stat()
  const parser = new DnsmasqParser(path, tools)
  const { lines, rest } = await eachLine(file, path, (line, number) => parser.line(line, number), signal)
  if (rest !== '' && isLast) parser.line(rest, lines + 1)
  const after = await file.stat()
  const changed = before.mtimeMs !== after.mtimeMs || before.size !== after.size
  return parser.finish({ changed, unfinished: rest !== '' && !isLast, settled: isLast })
}

class DnsmasqParser {
  readonly #path: string
  readonly #now: string
  readonly #leases = new LeaseTable(leaseSize)
  readonly #warnings = new Warnings()
  #firstBad: { number: number; why: string } | undefined
  #good = 0

  constructor(path: string, { clock }: Pick<SourceTools, 'clock'>) {
    this.#path = path
    this.#now = clock.now()
  }

  line(text: string, number: number): void {
    const read = parseDnsmasqLine(text)
    if (read.is === 'bad') {
      this.#firstBad ??= { number, why: read.why }
      // A file with nothing but bad lines at its beginning is not a lease file; no need to read all of it.
      if (this.#good === 0 && number > 1000) {
        throw badLine(this.#path, this.#firstBad.number, this.#firstBad.why, otherFormat)
      }
      this.#warnings.add(`Line ${number} of ${this.#path} was left out: ${read.why}`)
      return
    }
    this.#good += 1
    if (read.is === 'extra') this.#extend(read.address, read.adds, number)
    if (read.is !== 'lease') return
    const key = leaseKey(read.lease.address)
    if (isInForce(read.lease.expiresAt, this.#now)) this.#leases.put(key, read.lease, this.#path, number)
    else this.#leases.remove(key)
  }

  #extend(address: string, adds: object, number: number): void {
    const lease = this.#leases.get(address)
    if (lease) this.#leases.put(address, { ...lease, ...adds }, this.#path, number)
  }

  /** `settled` is false while another attempt may find the file whole. */
  finish({
    changed,
    unfinished,
    settled,
  }: {
    changed: boolean
    unfinished: boolean
    settled: boolean
  }): LeaseReading {
    const bad = this.#firstBad
    if (bad && this.#good === 0 && settled) throw badLine(this.#path, bad.number, bad.why, otherFormat)
    return {
      leases: this.#leases.values(),
      warnings: this.#warnings.list(),
      incomplete: this.#incompleteness(changed, unfinished),
    }
  }

  #incompleteness(changed: boolean, unfinished: boolean): string | undefined {
    if (changed) return `${this.#path} changed while it was read`
    const bad = this.#firstBad
    if (bad) return `Line ${bad.number} of ${this.#path} cannot be read: ${bad.why}`
    return unfinished ? `The last line of ${this.#path} is not finished` : undefined
  }
}

const otherFormat = 'Give the lease file of dnsmasq; the *.status files of libvirt are another format.'
