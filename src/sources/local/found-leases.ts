import { access, constants } from 'node:fs/promises'
import { AppError } from '#kernel/errors.ts'
import type { ReportedSighting } from '#model/record.ts'
import { dnsmasqSource } from '#sources/dnsmasq/dnsmasq.ts'
import { iscDhcpSource } from '#sources/isc-dhcp/isc-dhcp.ts'
import { keaSource } from '#sources/kea/kea.ts'
import type { Source, SourceTools } from '#sources/source.ts'

/** Where DHCP servers keep their leases unless told otherwise: Debian, Red Hat, BSD, Alpine, OpenWrt, Pi-hole. */
const usualPlaces: { open: (path: string, tools: SourceTools) => Source; paths: string[] }[] = [
  {
    open: (path, tools) => iscDhcpSource.open(iscDhcpSource.settings.parse({ path }), tools),
    paths: [
      '/var/lib/dhcp/dhcpd.leases',
      '/var/lib/dhcpd/dhcpd.leases',
      '/var/db/dhcpd.leases',
      '/var/lib/dhcp/dhcpd6.leases',
      '/var/lib/dhcpd/dhcpd6.leases',
    ],
  },
  {
    open: (path, tools) => keaSource.open(keaSource.settings.parse({ path }), tools),
    paths: [
      '/var/lib/kea/kea-leases4.csv',
      '/var/lib/kea/kea-leases6.csv',
      '/var/db/kea/kea-leases4.csv',
      '/var/db/kea/kea-leases6.csv',
    ],
  },
  {
    open: (path, tools) => dnsmasqSource.open(dnsmasqSource.settings.parse({ path }), tools),
    paths: [
      '/var/lib/misc/dnsmasq.leases',
      '/var/lib/dnsmasq/dnsmasq.leases',
      '/var/db/dnsmasq.leases',
      '/tmp/dhcp.leases',
      '/etc/pihole/dhcp.leases',
    ],
  },
]

export interface FoundLeases {
  sightings: ReportedSighting[]
  warnings: string[]
  /** Lease files that are there but could not be read whole. */
  unread: string[]
}

type Presence = 'absent' | 'readable' | 'denied'

async function presenceOf(path: string): Promise<Presence> {
  try {
    await access(path, constants.R_OK)
    return 'readable'
  } catch (error) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    return isThere && (error as NodeJS.ErrnoException).code === 'EACCES' ? 'denied' : 'absent'
  }
}

async function readInto(
  found: FoundLeases,
  path: string,
  source: Source,
  signal: AbortSignal,
): Promise<void> {
  const pages = source.read(signal)
  for (;;) {
    const step = await pages.next()
    if (step.done) {
      if (!step.value.complete) found.unread.push(path)
      return
    }
    found.sightings.push(...step.value.records.filter((record) => record.kind === 'sighting'))
    found.warnings.push(...(step.value.warnings ?? []))
  }
}

/** The leases of every DHCP server that keeps them in its usual place on this machine. */
export async function readFoundLeases(tools: SourceTools, signal: AbortSignal): Promise<FoundLeases> {
  const found: FoundLeases = { sightings: [], warnings: [], unread: [] }
  for (const { open, paths } of usualPlaces) {
    for (const path of paths) {
      const presence = await presenceOf(path)
      if (presence === 'denied') {
        found.unread.push(path)
        found.warnings.push(`The lease file ${path} is there but not for this user to read.`)
      }
      if (presence !== 'readable') continue
      try {
        await readInto(found, path, open(path, tools), signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof AppError)) throw error
        found.unread.push(path)
        found.warnings.push(error.message)
      }
    }
  }
  return found
}
