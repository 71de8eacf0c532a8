import {
  addressOf,
  Drafts,
  unquoted,
  type ConfigReading,
  type InterfaceDraft,
} from '#dialects/config-reading.ts'

/** `1/1-1/3,A1,Trk1` one by one. */
export function portNames(list: string): string[] {
  return list.split(',').flatMap((item) => {
    const [, head, from, tail, to] =
      /^(\D*(?:\d+\/)?\D*)(\d+)-(\D*(?:\d+\/)?\D*)(\d+)$/.exec(item.trim()) ?? []
    if (head === undefined || head.toLowerCase() !== tail!.toLowerCase()) return [item.trim()].filter(Boolean)
    const count = Number(to) - Number(from) + 1
    if (count < 1 || count > 512) return []
    return Array.from({ length: count }, (_, index) => `${head}${Number(from) + index}`)
  })
}

function readPortLine(draft: InterfaceDraft, line: string): void {
  if (line.startsWith('name ')) draft.description = unquoted(line.slice('name '.length))
  if (line === 'disable') draft.isDisabled = true
  if (line === 'enable') draft.isDisabled = false
}

/** A VLAN is the interface that its address lies on, and tells which ports are in it. */
function readVlanLine(number: number, line: string, drafts: Drafts, vlans: ConfigReading['vlans']): void {
  const words = line.split(/\s+/)
  if (line.startsWith('name ')) vlans.set(number, unquoted(line.slice('name '.length)))
  if (words[0] === 'untagged') for (const port of portNames(words[1] ?? '')) drafts.of(port).vlan = number
  if (words[0] === 'tagged') {
    for (const port of portNames(words[1] ?? '')) {
      const draft = drafts.of(port)
      draft.trunk = [draft.trunk, number].filter(Boolean).join(',')
    }
  }
  const address = /^ip(v6)? address \S/.test(line) ? addressOf(words[2], words[3]) : undefined
  if (address !== undefined) drafts.of(`VLAN${number}`).addresses.push(address)
}

/** ProCurve and ArubaOS-Switch: blocks end with `exit`, whatever their indentation. */
export function readProcurveConfig(text: string): ConfigReading {
  const drafts = new Drafts()
  const reading: ConfigReading = { interfaces: [], vlans: new Map() }
  let port: InterfaceDraft | undefined
  let vlan: number | undefined
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith(';') || line.startsWith('!')) continue
    const [first, second] = line.split(/\s+/)
    if (line === 'exit') [port, vlan] = [undefined, undefined]
    else if (first === 'interface' && /^\S*\d$/.test(second ?? '')) port = drafts.of(second!)
    else if (/^vlan \d+$/.test(line)) {
      vlan = Number(second)
      reading.vlans.set(vlan, reading.vlans.get(vlan))
    } else if (vlan !== undefined) readVlanLine(vlan, line, drafts, reading.vlans)
    else if (port !== undefined) readPortLine(port, line)
    else if (first === 'hostname') reading.hostname ??= unquoted(line.slice('hostname '.length))
    else if (first === 'trunk') readTrunk(line, drafts)
  }
  return { ...reading, interfaces: drafts.toInterfaces() }
}

function readTrunk(line: string, drafts: Drafts): void {
  const [, ports = '', trunk] = line.split(/\s+/)
  for (const name of portNames(ports)) drafts.of(name).memberOf = trunk
}
