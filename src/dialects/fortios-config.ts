import {
  addressOf,
  Drafts,
  numberOf,
  type ConfigReading,
  type InterfaceDraft,
} from '#dialects/config-reading.ts'

/** `set` lines with the tables and entries that they stand in: `['system interface', 'wan1']`. */
interface Setting {
  path: readonly string[]
  words: readonly string[]
}

/** Words and quoted texts; a text may have several lines. */
const word = /"(?:[^"\\]|\\[\s\S])*"|[^\s"]+|\n/g

function* settingsOf(text: string): Generator<Setting> {
  const path: string[] = []
  let line: string[] = []
  const withoutComments = text.replaceAll(/^#.*$/gm, '')
  for (const [found] of `${withoutComments}\n`.matchAll(word)) {
    if (found !== '\n') {
      line.push(found.startsWith('"') ? found.slice(1, -1) : found)
      continue
    }
    const [verb, ...words] = line
    line = []
    if (verb === 'config' || verb === 'edit') path.push(words.join(' '))
    else if (verb === 'next' || verb === 'end') path.pop()
    else if (verb === 'set') yield { path: [...path], words }
    // An entry is there also where nothing is set on it.
    if (verb === 'edit') yield { path: [...path], words: [] }
  }
}

function readSetting(draft: InterfaceDraft, words: readonly string[]): void {
  const [name, value, more] = words
  if (name === 'ip') addAddress(draft, addressOf(value, more))
  if (name === 'ip6-address') addAddress(draft, addressOf(value))
  if (name === 'description') draft.description = value
  if (name === 'alias') draft.description ??= value
  if (name === 'status') draft.isDisabled = value === 'down'
  if (name === 'vlanid') draft.vlan = numberOf(value)
  if (name === 'macaddr') draft.mac = value
  if (name === 'mtu') draft.mtu = numberOf(value)
  if (name === 'vdom') draft.vrf = value
  if (name === 'interface') draft.memberOf = value
}

function addAddress(draft: InterfaceDraft, address: string | undefined): void {
  if (address !== undefined && !/^(0\.0\.0\.0|::)(\/|$)/.test(address)) draft.addresses.push(address)
}

/** FortiOS, with and without virtual domains. */
export function readFortiosConfig(text: string): ConfigReading {
  const drafts = new Drafts()
  const reading: ConfigReading = { interfaces: [], vlans: new Map() }
  for (const { path, words } of settingsOf(text)) {
    const table = path.indexOf('system interface')
    const name = table === -1 ? undefined : path[table + 1]
    if (name !== undefined) readSetting(drafts.of(name), words)
    if (path.at(-1) === 'system global' && words[0] === 'hostname') reading.hostname ??= words[1]
    if (path.at(-1) === 'system dns' && words[0] === 'domain') reading.domain ??= words[1]
  }
  return { ...reading, interfaces: drafts.toInterfaces() }
}
