import {
  addressOf,
  Drafts,
  numberOf,
  unquoted,
  vlanNumbers,
  type ConfigReading,
  type InterfaceDraft,
} from '#dialects/config-reading.ts'
import type { Dialect } from '#dialects/dialect.ts'
import { indentedBlocks, type Block } from '#dialects/indented-blocks.ts'

/** `interface GigabitEthernet0/1`, also with words before and after its name that are none of it. */
const interfaceHeader = /^interface (?:preconfigure )?(?!range\b|breakout\b|defaults\b)(\S+(?: \d[\d/.:]*)?)/

/** Addresses that several devices share or that are not set by hand are no evidence of this one. */
const isOwnAddress = (line: string): boolean =>
  !/^(ip|ipv4|ipv6) address (dhcp|negotiated|virtual|autoconfig|prefix|\S+ anycast)/.test(line)

type Reader = (draft: InterfaceDraft, words: readonly string[], line: string) => void

function readAddress(draft: InterfaceDraft, words: readonly string[], line: string): void {
  if (!isOwnAddress(line)) return
  const [, , address, mask] = words
  const found = addressOf(address, mask)
  if (found !== undefined) draft.addresses.push(found)
}

function readSwitchport(draft: InterfaceDraft, words: readonly string[], line: string): void {
  const [, , , last] = words
  if (line.startsWith('switchport access vlan')) draft.vlan = numberOf(last)
  if (line.startsWith('switchport trunk native vlan')) draft.nativeVlan = numberOf(words.at(-1))
  const carried = /^switchport trunk allowed vlan (?:add )?([\d,\s-]+)$/.exec(line)?.[1]
  if (carried !== undefined)
    draft.trunk = [draft.trunk, carried.replaceAll(/\s/g, '')].filter(Boolean).join(',')
}

function readVlan(draft: InterfaceDraft, words: readonly string[], line: string): void {
  if (/^vlan access \d/.test(line)) draft.vlan = numberOf(words[2])
  if (/^vlan trunk native \d/.test(line)) draft.nativeVlan = numberOf(words[3])
  if (/^vlan trunk allowed [\d,-]+$/.test(line)) draft.trunk = words[3]
  if (/^vlan \d+$/.test(line)) draft.vlan = numberOf(words[1])
}

function readVrf(draft: InterfaceDraft, words: readonly string[]): void {
  const [first, second, third] = words
  draft.vrf = second === 'forwarding' || second === 'member' || second === 'attach' ? third : second
  if (first === 'ip') draft.vrf = words[3]
}

/** What a line below `interface` means, by its first word. */
const readers: Readonly<Record<string, Reader>> = {
  description: (draft, _words, line) =>
    void (draft.description = unquoted(line.slice('description '.length))),
  shutdown: (draft, words) => void (draft.isDisabled ??= words.length === 1),
  no: (draft, words) => void (draft.isDisabled = words[1] === 'shutdown' ? false : draft.isDisabled),
  ip: (draft, words, line) => {
    if (words[1] === 'address') readAddress(draft, words, line)
    if (words[1] === 'vrf' && words[2] === 'forwarding') readVrf(draft, words)
  },
  ipv4: (draft, words, line) => words[1] === 'address' && readAddress(draft, words, line),
  ipv6: (draft, words, line) => words[1] === 'address' && readAddress(draft, words, line),
  'mac-address': (draft, words) => void (draft.mac = words[1]),
  switchport: readSwitchport,
  vlan: readVlan,
  vrf: readVrf,
  encapsulation: (draft, words) =>
    void (/^dot1q$/i.test(words[1] ?? '') && (draft.vlan = numberOf(words[2]))),
  'channel-group': (draft, words) => void (draft.memberOf = `Port-channel${words[1]}`),
  bundle: (draft, words) => void (words[1] === 'id' && (draft.memberOf = `Bundle-Ether${words[2]}`)),
  lag: (draft, words) => void (draft.memberOf = `lag ${words[1]}`),
  mtu: (draft, words) => void (draft.mtu = numberOf(words[1])),
  nameif: (draft, words) => void (draft.nameif = words[1]),
}

function readInterface(draft: InterfaceDraft, lines: readonly string[]): void {
  for (const line of lines) {
    const words = line.split(/\s+/)
    const word = words[0]!
    if (Object.hasOwn(readers, word)) readers[word]!(draft, words, line)
  }
}

function readVlanBlock({ header, lines }: Block, vlans: ConfigReading['vlans']): void {
  const numbers = vlanNumbers(header.slice('vlan '.length))
  const name = lines.find((line) => line.startsWith('name '))?.slice('name '.length)
  for (const number of numbers)
    vlans.set(number, numbers.length === 1 && name !== undefined ? unquoted(name) : vlans.get(number))
}

const domainLine = /^(?:ip )?domain[ -]name (?!server)(?:vrf \S+ )?(\S+)$/

/** IOS and what descends from it: IOS-XE, IOS-XR, NX-OS, EOS, ASA, ArubaOS-CX. */
export function readCiscoConfig(text: string, dialect: Dialect): ConfigReading {
  const drafts = new Drafts()
  const reading: ConfigReading = { interfaces: [], vlans: new Map() }
  // Each line of an ASA's banner begins with the word itself.
  for (const block of indentedBlocks(text, { banners: dialect !== 'asa' })) {
    const { header } = block
    const name = interfaceHeader.exec(header)?.[1]
    if (name !== undefined) readInterface(drafts.of(name), block.lines)
    else if (/^vlan [\d,-]+$/.test(header)) readVlanBlock(block, reading.vlans)
    else if (/^(hostname|switchname) \S/.test(header))
      reading.hostname ??= unquoted(header.replace(/^\S+ /, ''))
    else reading.domain ??= domainLine.exec(header)?.[1]
  }
  return { ...reading, interfaces: drafts.toInterfaces() }
}
