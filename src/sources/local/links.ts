import { networkInterfaces } from 'node:os'
import { z } from 'zod'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import { parseMac, type Mac } from '#model/mac.ts'
import { ipCommand } from '#sources/local/ip-command.ts'

/** One address of a link, with its prefix length. */
export interface LinkAddress {
  address: IpAddress
  prefixLength: number
  /** An IPv6 privacy address: it is another one tomorrow. */
  temporary: boolean
}

/** One network interface of this machine. */
export interface Link {
  name: string
  mac: Mac | undefined
  mtu: number | undefined
  up: boolean
  loopback: boolean
  /** Resolves addresses on the wire (ARP, NDP): an Ethernet-like link that is not told otherwise. */
  resolves: boolean
  /** What software made it: bridge, veth, vlan, bond, wireguard, tun; undefined for hardware. */
  kind: string | undefined
  /** The bridge or bond it belongs to. */
  master: string | undefined
  /** Belongs to a container engine's own network: its bridge, or the host's end of a container's cable. */
  container: boolean
  addresses: LinkAddress[]
}

const ipLink = z.object({
  ifname: z.string(),
  flags: z.array(z.string()).default([]),
  mtu: z.number().optional(),
  operstate: z.string().optional(),
  link_type: z.string().optional(),
  address: z.string().optional(),
  master: z.string().optional(),
  linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
  addr_info: z
    .array(
      z.object({
        local: z.string().optional(),
        prefixlen: z.number().optional(),
        temporary: z.boolean().optional(),
      }),
    )
    .default([]),
})

/** Names that Docker, Podman, CNI plugins, Kubernetes, LXC, LXD and Incus give to their own networks. */
const containerNames =
  /^(docker\d*|docker_gwbridge|br-[0-9a-f]{12}|podman\d*|cni\d*|cni-.+|flannel.*|cali.+|cilium.*|weave.*|kube-.+|nodelocaldns|lxcbr\d*|lxdbr\d*|incusbr\d*|lxc[0-9a-f]{8,}|buildkit\d*)$/

/** Marks container networks: by name, bridges that join nothing but containers' cables, and those cables' host ends. */
function markContainers(links: Link[]): Link[] {
  const members = (bridge: string) => links.filter((link) => link.master === bridge)
  const isContainerBridge = (link: Link) =>
    containerNames.test(link.name) ||
    (link.kind === 'bridge' &&
      members(link.name).length > 0 &&
      members(link.name).every(({ kind }) => kind === 'veth'))
  const isCableEnd = (link: Link) =>
    link.kind === 'veth' && (link.master !== undefined || link.addresses.length === 0)
  return links.map((link) => ({ ...link, container: isContainerBridge(link) || isCableEnd(link) }))
}

function toLink(raw: unknown): Link[] {
  const parsed = ipLink.safeParse(raw)
  if (!parsed.success) return []
  const { ifname, flags, mtu, link_type, address, master, linkinfo, addr_info } = parsed.data
  const loopback = flags.includes('LOOPBACK')
  return [
    {
      name: ifname,
      mac: loopback ? undefined : parseMac(address ?? ''),
      mtu,
      up: flags.includes('UP') && (flags.includes('LOWER_UP') || parsed.data.operstate === 'UNKNOWN'),
      loopback,
      resolves: link_type === 'ether' && !flags.includes('NOARP'),
      kind: linkinfo?.info_kind,
      master,
      container: false,
      addresses: addr_info.flatMap(({ local, prefixlen, temporary }) => {
        const ip = local === undefined ? undefined : parseIp(local)
        return ip === undefined || prefixlen === undefined
          ? []
          : [{ address: ip, prefixLength: prefixlen, temporary: temporary ?? false }]
      }),
    },
  ]
}

/** The links of iproute2's `ip -j -d address show`. */
export const parseIpLinks = (answer: readonly unknown[]): Link[] => markContainers(answer.flatMap(toLink))

/** What Node knows of the interfaces, where there is no iproute2: only those that are up and have an address. */
function nodeLinks(): Link[] {
  const links = Object.entries(networkInterfaces()).map(([name, infos = []]): Link => {
    const mac = parseMac(infos[0]?.mac ?? '')
    const loopback = infos.some((info) => info.internal)
    const known = loopback || mac === '00:00:00:00:00:00' ? undefined : mac
    const addresses = infos.flatMap((info) => {
      const address = parseIp(info.address)
      const prefixLength = Number(info.cidr?.split('/')[1])
      return address === undefined || Number.isNaN(prefixLength)
        ? []
        : [{ address, prefixLength, temporary: false }]
    })
    const shared = { name, mac: known, mtu: undefined, up: true, loopback, resolves: known !== undefined }
    return { ...shared, kind: undefined, master: undefined, container: false, addresses }
  })
  return markContainers(links)
}

/** Every network interface of this machine, the loopback included, in the system's order. */
export async function readLinks(signal: AbortSignal): Promise<Link[]> {
  const answer = process.platform === 'linux' ? await ipCommand(['-d', 'address', 'show'], signal) : undefined
  return answer === undefined ? nodeLinks() : parseIpLinks(answer)
}
