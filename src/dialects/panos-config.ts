import {
  addressOf,
  Drafts,
  numberOf,
  type ConfigReading,
  type InterfaceDraft,
} from '#dialects/config-reading.ts'
import { statementsOf, type Statement } from '#dialects/statements.ts'

const kinds = new Set(['ethernet', 'aggregate-ethernet'])
const unitKinds = new Set(['vlan', 'loopback', 'tunnel'])

/** The words after the first place where these stand in a row. */
function after(words: Statement, ...row: readonly string[]): Statement | undefined {
  const at = words.findIndex((_, index) => row.every((word, offset) => words[index + offset] === word))
  return at === -1 ? undefined : words.slice(at + row.length)
}

function readOption(draft: InterfaceDraft, words: Statement): void {
  const [first, second] = words
  if (first === 'comment') draft.description = second
  if (first === 'link-state' && second === 'down') draft.isDisabled = true
  if (first === 'tag') draft.vlan = numberOf(second)
  if (first === 'mtu') draft.mtu = numberOf(second)
  if (first === 'aggregate-group') draft.memberOf = second
  const isAddress = first === 'ip' || (first === 'ipv6' && second === 'address')
  const address = isAddress ? addressOf(first === 'ip' ? second : words[2]) : undefined
  if (address !== undefined && !draft.addresses.includes(address)) draft.addresses.push(address)
}

/** Whether the words name an interface, and what they say of it. */
function readInterface(drafts: Drafts, words: Statement): void {
  const [kind, name] = words
  if (kind === undefined || name === undefined) return
  const units = after(words, 'units')
  if (units?.[0] !== undefined) return readOption(drafts.of(units[0]), units.slice(1))
  if (unitKinds.has(kind)) return readOption(drafts.of(kind), words.slice(1))
  if (!kinds.has(kind)) return
  const rest = words.slice(2)
  readOption(
    drafts.of(name),
    /^(layer2|layer3|virtual-wire|tap|ha)$/.test(rest[0] ?? '') ? rest.slice(1) : rest,
  )
}

/** The management port has its address among the settings of the system. */
function readSystem(
  words: Statement,
  reading: ConfigReading,
  drafts: Drafts,
  masks: Map<string, string>,
): void {
  const [first, second] = words
  if (second === undefined) return
  if (first === 'hostname') reading.hostname ??= second
  if (first === 'domain') reading.domain ??= second
  if (first === 'ip-address' || first === 'netmask') masks.set(first, second)
  const address = addressOf(masks.get('ip-address'), masks.get('netmask'))
  if (address !== undefined) drafts.of('management').addresses = [address]
}

/** PAN-OS, in braces or as `set` lines. */
export function readPanosConfig(text: string): ConfigReading {
  const drafts = new Drafts()
  const reading: ConfigReading = { interfaces: [], vlans: new Map() }
  const masks = new Map<string, string>()
  for (const words of statementsOf(text)) {
    const port = after(words, 'network', 'interface')
    if (port !== undefined) readInterface(drafts, port)
    const system = after(words, 'deviceconfig', 'system')
    if (system !== undefined) readSystem(system, reading, drafts, masks)
  }
  return { ...reading, interfaces: drafts.toInterfaces() }
}
