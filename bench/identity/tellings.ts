import type { Machine, MachineKind, System, Telling } from './machine.ts'
import { siteCode, type World } from './world.ts'

type Chances = Partial<Record<System, number>>

/** How likely each system knows a machine of each kind. Chosen so that a machine has three to eight records. */
const chances: Record<MachineKind, Chances> = {
  vm: {
    vcenter: 1,
    puppet: 0.65,
    foreman: 0.5,
    netbox: 0.6,
    csv: 0.1,
    dhcp: 0.25,
    scan: 0.6,
    snmp: 0.7,
    tailscale: 0.04,
  },
  guest: {
    proxmox: 1,
    puppet: 0.6,
    foreman: 0.2,
    netbox: 0.5,
    dhcp: 0.4,
    scan: 0.6,
    snmp: 0.6,
    mikrotik: 0.2,
  },
  container: { proxmox: 1, puppet: 0.2, netbox: 0.3, dhcp: 0.5, scan: 0.6, snmp: 0.6 },
  server: {
    puppet: 0.75,
    foreman: 0.6,
    netbox: 0.9,
    csv: 0.7,
    dhcp: 0.2,
    scan: 0.6,
    snmp: 0.7,
    tailscale: 0.05,
  },
  esxi: { vcenter: 1, netbox: 0.9, csv: 0.8, scan: 0.5, snmp: 0.6 },
  node: { proxmox: 1, puppet: 0.5, netbox: 0.9, csv: 0.8, scan: 0.5, snmp: 0.6 },
  switch: { snmp: 1, oxidized: 0.9, netbox: 0.95, csv: 0.5, scan: 0.5 },
  array: { dorado: 1, netbox: 0.9, csv: 0.9, scan: 0.4, snmp: 0.3 },
  laptop: { tailscale: 0.6, csv: 0.8, dhcp: 0.9, scan: 0.5, snmp: 0.6, puppet: 0.15, mikrotik: 0.2 },
  mobile: { dhcp: 1, scan: 0.6, snmp: 0.7, tailscale: 0.1, mikrotik: 0.3 },
  'ip-phone': { dhcp: 1, snmp: 0.9, netbox: 0.4, csv: 0.3, scan: 0.5 },
  iot: { dhcp: 0.9, scan: 0.8, snmp: 0.8, netbox: 0.2, csv: 0.3, mikrotik: 0.2 },
  vagrant: { puppet: 1, tailscale: 0.3 },
  member: { netbox: 1, csv: 0.6 },
  'virtual-address': {},
}

const sightingSystems = new Set<System>(['dhcp', 'scan', 'snmp', 'mikrotik'])
const siteSystems = new Set<System>(['vcenter', 'proxmox', 'dorado', 'netapp', ...sightingSystems])

/** Says which sources tell of the machine: at least three, where so many can, and eight at most. */
export function chooseTellings(world: World, machine: Machine): void {
  const { random } = world
  const can = Object.entries(chances[machine.kind]) as [System, number][]
  const chosen = can.filter(([, chance]) => random.chance(chance)).map(([system]) => system)
  for (const [system] of random.shuffled(can)) {
    if (chosen.length >= Math.min(3, can.length)) break
    if (!chosen.includes(system)) chosen.push(system)
  }
  for (const system of chosen.slice(0, 8)) machine.tellings.push(...tellingsOf(world, machine, system))
}

function tellingsOf(world: World, machine: Machine, system: System): Telling[] {
  if (machine.kind === 'array' && system === 'dorado')
    return [deviceTelling(world, machine, machine.vendor === 'NetApp' ? 'netapp' : 'dorado')]
  const isOwnDevice =
    (machine.kind === 'switch' && system === 'snmp') || (machine.kind === 'array' && system === 'snmp')
  if (!sightingSystems.has(system) || isOwnDevice) return [deviceTelling(world, machine, system)]
  // A network sees each card that is plugged in; a lease is mostly of one.
  const seen = machine.cards.flatMap((card, index) =>
    card.kind === 'software' || card.addresses.length === 0 ? [] : index,
  )
  const count = system === 'dhcp' || machine.kind === 'switch' ? 1 : 2
  const cards = machine.kind === 'switch' ? [0] : world.random.shuffled(seen).slice(0, count)
  if (cards.length > 1) machine.cases.add('C12')
  return cards.map((card) => sightingTelling(machine, system, card))
}

export function deviceTelling(world: World, machine: Machine, system: System): Telling {
  const source = sourceName(system, machine.site)
  return {
    system,
    source,
    sourceId: sourceIdOf(world, machine, system, source),
    kind: 'device',
    isHeld: true,
  }
}

export function sightingTelling(machine: Machine, system: System, card: number): Telling {
  const source = sourceName(system, machine.site)
  return { system, source, sourceId: machine.cards[card]!.mac, kind: 'sighting', card, isHeld: true }
}

export const sourceName = (system: System, site: number): string =>
  siteSystems.has(system) ? siteCode(site) : 'main'

function sourceIdOf(world: World, machine: Machine, system: System, source: string): string {
  const number = world.next(`${system}/${source}`)
  switch (system) {
    case 'vcenter':
      return machine.kind === 'esxi' ? `host-${number}` : `vm-${number}`
    case 'proxmox':
      if (machine.kind === 'node') return `node/${machine.label}`
      return machine.kind === 'container' ? `lxc/${100 + number}` : `qemu/${100 + number}/${machine.uuid}`
    case 'puppet':
      return `${machine.label}.${machine.domain}`
    case 'oxidized':
      return `${source}/${machine.label}`
    case 'snmp':
    case 'dorado':
      return machine.serial ?? machine.label
    case 'netapp':
      return world.random.uuid()
    case 'tailscale':
      return `n${world.random.hex(12)}CNTRL`
    case 'netbox':
      return machine.kind === 'vm' || machine.kind === 'guest' ? `vm/${number}` : `device/${number}`
    case 'csv':
      return `A-${String(number).padStart(5, '0')}`
    default:
      return String(number)
  }
}
