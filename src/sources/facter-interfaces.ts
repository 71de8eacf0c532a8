import { isIpv6, parseIp } from '#model/ip-address.ts'
import type { JsonObject } from '#kernel/json.ts'
import { isUnicastMac, parseMac, type Mac } from '#model/mac.ts'
import type { ReportedInterface } from '#model/record.ts'
import { definedFacts, factAt, factNumber, factText, isFactGroup } from '#sources/facter-value.ts'

/** Interfaces that container and hypervisor software makes and drops all day; they say nothing of the machine. */
export const isFleeting = (name: string): boolean =>
  /^(docker|br[-_][0-9a-f]{6,}|veth|cali|cni|flannel|virbr|vnet|tap|fwbr|fwln|fwpr|lxc|lxdbr|podman|kube|nodelocaldns|cilium|vxlan[._]calico|tunl|weave|ovs[-_]system)/i.test(
    name,
  )

const isLoopback = (name: string): boolean => /^(lo\d*$|loopback)/i.test(name)
/** Made by software on the machine, not a card of it. */
const isMade = (name: string): boolean =>
  /^(bond|team|br|vmbr|vlan|tun|wg|dummy|macvtap|macvlan|ipvlan|vxlan|gre|sit|ppp|zt|tailscale|ovs|lagg|bridge|utun|awdl)|[.:@]\d/i.test(
    name,
  )

/** The interfaces that a machine tells, in the way of whichever generation of Facter it runs. */
export function interfacesOf(facts: JsonObject): ReportedInterface[] {
  const told = factAt(facts, 'networking.interfaces')
  const interfaces = isFactGroup(told) ? structured(told) : legacy(facts)
  return interfaces.filter((each) => !isFleeting(each.name))
}

const structured = (told: JsonObject): ReportedInterface[] =>
  Object.entries(told).flatMap(([name, value]) => {
    if (name === '' || !isFactGroup(value)) return []
    const bindings = ['bindings', 'bindings6'].flatMap((key) => {
      const list = value[key]
      return Array.isArray(list) ? list.filter(isFactGroup) : []
    })
    const all = [
      ...bindings.map((each) => [factText(each, 'address'), factText(each, 'netmask')]),
      [factText(value, 'ip'), factText(value, 'netmask')],
      [factText(value, 'ip6'), factText(value, 'netmask6')],
    ] as const
    return [
      toInterface(name, {
        mac: factText(value, 'mac'),
        addresses: all.map(([address, mask]) => withPrefix(address, mask)),
        mtu: factNumber(value, 'mtu'),
        speedMbps: factNumber(value, 'speed'),
        state: factText(value, 'operational_state'),
      }),
    ]
  })

/** `interfaces: "eth0,lo"` and `macaddress_eth0`; what is no letter or digit of a name became an underscore. */
function legacy(facts: JsonObject): ReportedInterface[] {
  const names = factText(facts, 'interfaces')?.split(',') ?? []
  const found = names.map((name) => name.trim()).filter((name) => name !== '')
  if (found.length === 0) return alone(facts)
  return [...new Set(found)].map((name) =>
    toInterface(name, {
      mac: factText(facts, `macaddress_${name}`),
      addresses: [
        withPrefix(factText(facts, `ipaddress_${name}`), factText(facts, `netmask_${name}`)),
        withPrefix(factText(facts, `ipaddress6_${name}`), factText(facts, `netmask6_${name}`)),
      ],
      mtu: factNumber(facts, `mtu_${name}`),
      speedMbps: undefined,
      state: undefined,
    }),
  )
}

/** Some machines tell of one card only, without its name. */
function alone(facts: JsonObject): ReportedInterface[] {
  const mac = factText(facts, 'networking.mac', 'macaddress')
  if (mac === undefined || parseMac(mac) === undefined) return []
  const name = factText(facts, 'networking.primary') ?? 'primary'
  const address = withPrefix(
    factText(facts, 'networking.ip', 'ipaddress'),
    factText(facts, 'networking.netmask', 'netmask'),
  )
  return [
    toInterface(name, { mac, addresses: [address], mtu: undefined, speedMbps: undefined, state: undefined }),
  ]
}

interface Told {
  mac: string | undefined
  addresses: readonly (string | undefined)[]
  mtu: number | undefined
  speedMbps: number | undefined
  state: string | undefined
}

function toInterface(name: string, told: Told): ReportedInterface {
  const mac = cardMac(told.mac)
  const metadata = definedFacts({ mtu: told.mtu })
  return {
    name,
    ...(mac === undefined ? {} : { mac }),
    addresses: unique(told.addresses.filter((each) => each !== undefined)),
    ...(told.speedMbps !== undefined && told.speedMbps > 0 ? { speedMbps: told.speedMbps } : {}),
    ...(told.state === 'up' || told.state === 'down' ? { status: told.state } : {}),
    type: isLoopback(name) ? 'loopback' : isMade(name) ? 'virtual' : 'physical',
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  }
}

function cardMac(text: string | undefined): Mac | undefined {
  const mac = parseMac(text ?? '')
  return mac !== undefined && isUnicastMac(mac) ? mac : undefined
}

/** The first binding of an address is often told without its mask a second time. */
function unique(addresses: readonly string[]): string[] {
  const found = new Map<string, string>()
  for (const each of addresses) {
    const bare = each.split('/')[0]!
    const before = found.get(bare)
    if (before === undefined || !before.includes('/')) found.set(bare, each)
  }
  return [...found.values()]
}

/** `192.0.2.7` and `255.255.255.0` as `192.0.2.7/24`; the address alone where the mask is none. */
export function withPrefix(text: string | undefined, mask: string | undefined): string | undefined {
  const address = text === undefined ? undefined : parseIp(text)
  if (address === undefined) return undefined
  const length = mask === undefined ? undefined : prefixLength(mask, isIpv6(address))
  return length === undefined ? address : `${address}/${length}`
}

function prefixLength(mask: string, isLong: boolean): number | undefined {
  const most = isLong ? 128 : 32
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= most ? Number(mask) : undefined
  const bits = isLong ? longBits(mask) : shortBits(mask)
  return bits !== undefined && /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}

const shortBits = (mask: string): string | undefined =>
  parseIp(mask)?.includes(':') === false
    ? mask
        .split('.')
        .map((octet) => Number(octet).toString(2).padStart(8, '0'))
        .join('')
    : undefined

/** Masks of IPv6 have their zeros at the end only, so `::` stands for all that is left. */
function longBits(mask: string): string | undefined {
  if (!/^[0-9a-f:]+$/i.test(mask)) return undefined
  const groups = mask.replace(/::.*$/, '').split(':').filter(Boolean)
  return groups
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('')
    .padEnd(128, '0')
}
