import { csvSource } from '#sources/csv/csv.ts'
import { dnsmasqSource } from '#sources/dnsmasq/dnsmasq.ts'
import { foremanSource } from '#sources/foreman/foreman.ts'
import { iscDhcpSource } from '#sources/isc-dhcp/isc-dhcp.ts'
import { keaSource } from '#sources/kea/kea.ts'
import { localSource } from '#sources/local/local.ts'
import { mikrotikSource } from '#sources/mikrotik/mikrotik.ts'
import { netboxSource } from '#sources/netbox/netbox.ts'
import { oceanstorSource } from '#sources/oceanstor/oceanstor.ts'
import { ontapSource } from '#sources/ontap/ontap.ts'
import { oxidizedSource } from '#sources/oxidized/oxidized.ts'
import { proxmoxSource } from '#sources/proxmox/proxmox.ts'
import { puppetdbSource } from '#sources/puppetdb/puppetdb.ts'
import { scanSource } from '#sources/scan/scan.ts'
import { snmpSource } from '#sources/snmp/snmp.ts'
import { tailscaleSource } from '#sources/tailscale/tailscale.ts'
import { vcenterSource } from '#sources/vcenter/vcenter.ts'
import type { SourceType } from '#sources/source.ts'

/** Every kind of source that can be configured. */
const all = [
  localSource,
  scanSource,
  iscDhcpSource,
  keaSource,
  dnsmasqSource,
  proxmoxSource,
  oxidizedSource,
  foremanSource,
  vcenterSource,
  oceanstorSource,
  ontapSource,
  puppetdbSource,
  netboxSource,
  mikrotikSource,
  snmpSource,
  csvSource,
  tailscaleSource,
]

/** The kinds of sources by the word that the configuration uses. */
export const sourceTypes: ReadonlyMap<string, SourceType> = new Map(
  all.map((type) => [type.type, type as unknown as SourceType]),
)
