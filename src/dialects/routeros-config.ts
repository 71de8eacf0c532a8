import {
  addressOf,
  Drafts,
  numberOf,
  type ConfigReading,
  type InterfaceDraft,
} from '#dialects/config-reading.ts'

/** One `add` or `set` with the menu it stands in. */
interface Command {
  menu: string
  verb: string
  /** What `[ find default-name=ether1 ]` looks for. */
  found: string | undefined
  values: ReadonlyMap<string, string>
}

/** Menus whose entries are interfaces. */
const makesInterfaces =
  /^\/interface (ethernet|bridge|vlan|bonding|wireguard|gre6?|eoip6?|eoipv6|ipip6?|ipipv6|vrrp|vxlan|pppoe-client|l2tp-client|ovpn-client|sstp-client|pptp-client|lte|wireless|wifi|wifiwave2|veth|macvlan|6to4|loopback)$/

const pair = /([A-Za-z0-9.!-]+)=("(?:[^"\\]|\\.)*"|\S*)/g

function valuesOf(line: string): Map<string, string> {
  const pairs = [...line.matchAll(pair)].map(([, name, value]): [string, string] => [
    name!,
    value!.startsWith('"') ? value!.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value!,
  ])
  return new Map(pairs)
}

function* commandsOf(text: string): Generator<Command> {
  // A long line is broken by a backslash, and the next begins with blanks.
  const joined = text.replaceAll('\r', '').replaceAll(/\\\n\s*/g, '')
  let menu = ''
  for (const raw of joined.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, path, rest] = /^(\/[a-z0-9 -]*?)(?: +((?:add|set)\b.*))?$/i.exec(line) ?? []
    if (path !== undefined) menu = path.trim()
    const command = path === undefined ? line : rest
    const verb = /^(add|set)\b/.exec(command ?? '')?.[1]
    if (verb === undefined) continue
    const [, inside] = /\[ *find (.*?)\]/.exec(command!) ?? []
    const found = valuesOf(inside ?? '')
    yield {
      menu,
      verb,
      found: found.get('default-name') ?? found.get('name') ?? /^set ([a-z][\w.-]*)(?= )/.exec(command!)?.[1],
      values: valuesOf(command!.replace(/\[ *find .*?\]/, '')),
    }
  }
}

function readInterface(draft: InterfaceDraft, values: ReadonlyMap<string, string>): void {
  draft.description ??= values.get('comment')
  draft.mac ??= values.get('mac-address') ?? values.get('admin-mac')
  draft.mtu ??= numberOf(values.get('mtu'))
  if (values.get('disabled') === 'yes') draft.isDisabled = true
  if (values.has('vlan-id')) {
    draft.vlan = numberOf(values.get('vlan-id'))
    draft.memberOf ??= values.get('interface')
  }
}

/** An interface is named by `name`, else by what was looked for; a renamed port keeps being found by its first name. */
function takeInterface({ found, values }: Command, drafts: Drafts): void {
  const name = values.get('name') ?? found
  if (name !== undefined) readInterface(drafts.of(name), values)
}

function takeAddress({ values }: Command, drafts: Drafts): void {
  const name = values.get('interface')
  const address = addressOf(values.get('address'))
  if (name === undefined || address === undefined || values.get('disabled') === 'yes') return
  drafts.of(name).addresses.push(address)
}

/** RouterOS, as `/export` writes it. Ports at their defaults are only known where others speak of them. */
export function readRouterosConfig(text: string): ConfigReading {
  const drafts = new Drafts()
  const reading: ConfigReading = { interfaces: [], vlans: new Map() }
  for (const command of commandsOf(text)) {
    const { menu, values } = command
    const port = values.get('interface')
    if (makesInterfaces.test(menu)) takeInterface(command, drafts)
    else if (menu === '/ip address' || menu === '/ipv6 address') takeAddress(command, drafts)
    else if (menu === '/interface bridge port' && port !== undefined)
      drafts.of(port).memberOf = values.get('bridge')
    else if (menu === '/ip dhcp-client' && port !== undefined) drafts.of(port)
    else if (menu === '/system identity') reading.hostname = values.get('name') ?? reading.hostname
    else if (menu === '/interface bridge vlan') noteVlans(values.get('vlan-ids'), reading)
  }
  return { ...reading, interfaces: drafts.toInterfaces() }
}

function noteVlans(ids: string | undefined, { vlans }: ConfigReading): void {
  for (const id of (ids ?? '').split(',').map(numberOf)) if (id !== undefined) vlans.set(id, vlans.get(id))
}
