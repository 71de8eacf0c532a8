/** What a neighbour does with the frames of others: a switch passes them on, a host and a router are where they end. */
export type NeighbourKind = 'switch' | 'router' | 'access-point' | 'phone' | 'host' | 'unknown'

/** What a neighbour says it can do and has switched on, as LLDP, CDP or MNDP words. */
export interface NeighbourClaims {
  bridge?: boolean | undefined
  router?: boolean | undefined
  accessPoint?: boolean | undefined
  phone?: boolean | undefined
  station?: boolean | undefined
  /** Its description, platform or board: a hypervisor calls itself a bridge, and only its words tell. */
  text?: string | undefined
}

/** Machines whose bridge is inside them: what is behind their port is on them. */
const hypervisor = /vmware|esxi?\b|proxmox|xenserver|xcp-ng|hyper-?v|windows|nutanix|\bkvm\b|truenas|unraid/i
const generalSystem =
  /\b(debian|ubuntu|red ?hat|rhel|centos|rocky|alma(linux)?|fedora|suse|arch) ?(gnu\/)?(linux)?\b/i
const switchSystem = /cumulus|sonic|vyos|dent ?os|openwrt|routeros|mikrotik|edgeos|unifi|openvswitch/i
const accessPoint =
  /\bair-(ap|cap|lap)|\bc9(1\d\d|124)a|aironet|access point|\bu(ap|6|7)[- ]|\baruba ?(ap|instant)|\bap\d{2,}|ruckus/i
const phone = /\b(ip ?phone|cp-\d{4}|sep[0-9a-f]{12}|snom|yealink|polycom|mitel|grandstream gxp)/i

/** What kind of machine a neighbour is, judged by what it claims and how it describes itself. */
export function neighbourKind(claims: NeighbourClaims): NeighbourKind {
  const { text = '' } = claims
  if (claims.phone || phone.test(text)) return 'phone'
  if (claims.accessPoint || accessPoint.test(text)) {
    // lldpd says that it could be an access point wherever the kernel has wireless support.
    return generalSystem.test(text) && !accessPoint.test(text) ? 'host' : 'access-point'
  }
  if (!switchSystem.test(text) && (hypervisor.test(text) || generalSystem.test(text))) return 'host'
  if (claims.bridge) return 'switch'
  if (claims.router) return 'router'
  return claims.station ? 'host' : 'unknown'
}
