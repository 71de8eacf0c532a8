import {
  addressOf,
  Drafts,
  numberOf,
  unquoted,
  vlanNumbers,
  type ConfigReading,
  type InterfaceDraft,
} from '#dialects/config-reading.ts'
import { hashBlocks, type Block } from '#dialects/indented-blocks.ts'

const carried = /^port trunk (?:permit|allow-pass) vlan (.+)$/

function readTrunk(draft: InterfaceDraft, line: string): void {
  const list = carried.exec(line)?.[1]?.trim()
  if (list === undefined) return
  const text = list.replaceAll(/\s+to\s+/g, '-').replaceAll(/\s+/g, ',')
  draft.trunk = [draft.trunk, text].filter(Boolean).join(',')
}

function readPort(draft: InterfaceDraft, words: readonly string[], line: string): void {
  if (/^port (access|default) vlan \d/.test(line)) draft.vlan = numberOf(words[3])
  if (/^port (trunk|hybrid) pvid vlan \d/.test(line)) draft.nativeVlan = numberOf(words[4])
  if (/^port link-aggregation group \d/.test(line)) draft.memberOf = `Bridge-Aggregation${words[3]}`
  readTrunk(draft, line)
}

function readLine(draft: InterfaceDraft, line: string): void {
  const words = line.split(/\s+/)
  const [first, second, third, fourth] = words
  const address = /^ip(v6)? address \S/.test(line) ? addressOf(third, fourth) : undefined
  if (address !== undefined) draft.addresses.push(address)
  if (first === 'port') readPort(draft, words, line)
  if (line.startsWith('description ')) draft.description = unquoted(line.slice('description '.length))
  if (line === 'shutdown') draft.isDisabled = true
  if (line === 'undo shutdown') draft.isDisabled = false
  if (line.startsWith('ip binding vpn-instance ')) draft.vrf = words[3]
  if (first === 'eth-trunk') draft.memberOf = `Eth-Trunk${second}`
  if (first === 'mtu') draft.mtu = numberOf(second)
  if (first === 'mac-address') draft.mac = second?.replaceAll('-', '.')
  if (/^(encapsulation dot1q vid|dot1q termination vid|vlan-type dot1q) \d/.test(line))
    draft.vlan = numberOf(words.at(-1))
}

function readVlans({ header, lines }: Block, vlans: ConfigReading['vlans']): void {
  const numbers = vlanNumbers(header.replace(/^vlan (batch )?/, ''))
  const named = (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1)
  const name = named('name') ?? named('description')
  for (const number of numbers)
    vlans.set(number, numbers.length === 1 && name !== undefined ? unquoted(name) : vlans.get(number))
}

/** Huawei's VRP and what descends from it: Comware of H3C and HPE. */
export function readHuaweiConfig(text: string): ConfigReading {
  const drafts = new Drafts()
  const reading: ConfigReading = { interfaces: [], vlans: new Map() }
  for (const block of hashBlocks(text)) {
    const { header, lines } = block
    const name = /^interface (\S+)/.exec(header)?.[1]
    if (name !== undefined) {
      const draft = drafts.of(name)
      for (const line of lines) readLine(draft, line)
    } else if (/^vlan (batch )?[\d ,-]+(to [\d ]+)*$/.test(header)) readVlans(block, reading.vlans)
    else if (header.startsWith('sysname ')) reading.hostname ??= unquoted(header.slice('sysname '.length))
    else reading.domain ??= /^dns domain (\S+)$/.exec(header)?.[1]
  }
  return { ...reading, interfaces: drafts.toInterfaces() }
}
