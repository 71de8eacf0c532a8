import {
  addressOf,
  Drafts,
  numberOf,
  type ConfigReading,
  type InterfaceDraft,
} from '#dialects/config-reading.ts'
import { statementsOf, type Statement } from '#dialects/statements.ts'

/** Words below `interfaces` that name no interface. */
const notInterfaces = new Set([
  'interface-range',
  'traceoptions',
  'apply-groups',
  'apply-groups-except',
  'interface-set',
])

function readOption(draft: InterfaceDraft, words: Statement): void {
  const [first, second, third] = words
  if (first === 'description') draft.description = second
  if (first === 'disable') draft.isDisabled = true
  if (first === 'mtu') draft.mtu = numberOf(second)
  if (first === 'mac') draft.mac = second
  if (first === 'vlan-id') draft.vlan = numberOf(second)
  if (/^(gig)?ether-options$/.test(first ?? '') && second === '802.3ad') draft.memberOf = third
  if (first === 'fastether-options' && second === '802.3ad') draft.memberOf = third
}

/** What a unit tells of its family: addresses, and the VLANs of a switch port. */
function readFamily(draft: InterfaceDraft, words: Statement): void {
  const [family, what, value, more] = words
  if (/^inet6?$/.test(family ?? '') && what === 'address') {
    const address = addressOf(value)
    if (address !== undefined && !draft.addresses.includes(address)) draft.addresses.push(address)
  }
  if (family === 'ethernet-switching' && what === 'vlan' && value === 'members') {
    const members = words.slice(3).filter((word) => word !== '[' && word !== ']')
    draft.trunk = [draft.trunk, ...members].filter(Boolean).join(',')
  }
  if (family === 'ethernet-switching' && what === 'native-vlan-id') draft.nativeVlan = numberOf(value)
  if (family === 'inet' && what === 'mtu') draft.mtu ??= numberOf(value ?? more)
}

/** `ge-0/0/0` is the port, `ge-0/0/0.0` its unit: the unit has the addresses. */
function readInterface(drafts: Drafts, words: Statement): void {
  const [name, first, unit] = words
  if (name === undefined || notInterfaces.has(name)) return
  const port = drafts.of(name)
  if (first !== 'unit' || unit === undefined) return readOption(port, words.slice(1))
  const draft = drafts.of(`${name}.${unit}`)
  if (words[3] === 'family') readFamily(draft, words.slice(4))
  else readOption(draft, words.slice(3))
}

/** Junos OS, in braces or as `set` lines. */
export function readJunosConfig(text: string): ConfigReading {
  const drafts = new Drafts()
  const reading: ConfigReading = { interfaces: [], vlans: new Map() }
  for (const words of statementsOf(text)) {
    const [first, second, third, fourth] = words
    if (first === 'interfaces') readInterface(drafts, words.slice(1))
    if (first === 'system' && second === 'host-name') reading.hostname ??= third
    if (first === 'system' && second === 'domain-name') reading.domain ??= third
    const vlan = first === 'vlans' && third === 'vlan-id' ? numberOf(fourth) : undefined
    if (vlan !== undefined) reading.vlans.set(vlan, second)
  }
  return { ...reading, interfaces: drafts.toInterfaces() }
}
