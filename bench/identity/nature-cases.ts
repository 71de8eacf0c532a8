import { cases, type CaseName } from './cases.ts'
import type { Card, Machine, MachineKind } from './machine.ts'
import { sightingTelling } from './tellings.ts'
import { siteCode, type World } from './world.ts'

/** Machines that look alike and are not one, and the case that makes them so. */
export interface Confusion {
  case: CaseName
  machines: Machine[]
}

/** Serial numbers that makers, firmware and inventories write where there is none. */
export const defaultSerials = [
  '0',
  'None',
  'Not Specified',
  'To be filled by O.E.M.',
  'To Be Filled By O.E.M.',
  'Default string',
  'System Serial Number',
  '0123456789',
  '123456789',
  'N/A',
  'Unknown',
  'XXXXXXX',
]
const defaultUuids = [
  '03000200-0400-0500-0006-000700080009',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '12345678-1234-5678-90ab-cddeefaabbcc',
]
/** Vagrant gives every VM of a box the MAC of the box. */
const boxMacs = ['08:00:27:8d:c0:4d', '08:00:27:b1:28:5d', '08:00:27:53:8b:dc']
/** What docker0 was given by all versions before 1.9. */
const oldDockerMac = '56:84:7a:fe:97:99'
export const defaultNames = [
  'localhost',
  'raspberrypi',
  'iphone',
  'android',
  'galaxy-s21',
  'esp_3f21',
  'ubuntu',
  'brw',
]

/** Cases that lie in what the machines are: they repeat each other's names, ids, cards and addresses. */
export function applyNatureCases(world: World): Confusion[] {
  const confusions: Confusion[] = []
  const confuse = (name: CaseName, machines: Machine[]): void => {
    for (const machine of machines) machine.cases.add(name)
    if (machines.length > 1) confusions.push({ case: name, machines })
  }
  const { random } = world
  /** Pairs of machines that a case happens to, each machine at most once by case. */
  const pairs = (
    name: CaseName,
    isPair: (left: Machine, right: Machine) => boolean,
    ...kinds: MachineKind[]
  ) => {
    const list = random.shuffled(world.of(...kinds))
    const wanted = Math.max(2, Math.round((list.length * cases[name].rate) / 2))
    const found: [Machine, Machine][] = []
    const taken = new Set<Machine>()
    for (const left of list) {
      if (found.length >= wanted) break
      if (taken.has(left)) continue
      const right = list.find((each) => each !== left && !taken.has(each) && isPair(left, each))
      if (!right) continue
      taken.add(left).add(right)
      found.push([left, right])
    }
    return found
  }
  const some = (name: CaseName, ...kinds: MachineKind[]): Machine[] => {
    const list = world.of(...kinds)
    const wanted = Math.max(2, Math.round(list.length * cases[name].rate))
    return random.shuffled(list).slice(0, wanted)
  }
  const isElsewhere = (left: Machine, right: Machine): boolean => left.site !== right.site
  const isNear = (left: Machine, right: Machine): boolean => left.site === right.site

  for (const machine of some('C1', 'vm')) {
    const copy = world.add('vm', (machine.site + 1) % world.sites)
    copy.uuid = machine.uuid
    copy.instanceUuid = machine.instanceUuid
    copy.cards = machine.cards.map((card) => ({
      ...card,
      addresses: random.chance(0.5) ? card.addresses : [world.address(copy.site)],
    }))
    copy.label = random.chance(0.5) ? machine.label : `${machine.label}-restored`
    if (random.chance(0.5)) copy.domain = machine.domain
    confuse('C1', [machine, copy])
  }
  for (const [left, right] of pairs('C2', isElsewhere, 'vm')) {
    right.label = left.label
    if (random.chance(0.2)) right.domain = left.domain
    confuse('C2', [left, right])
  }
  for (const [left, right] of pairs('C3', isElsewhere, 'vm', 'guest')) {
    right.cards[0]!.mac = left.cards[0]!.mac
    confuse('C3', [left, right])
  }
  const sharing = some('C4', 'esxi')
  for (let start = 0; start + 1 < sharing.length; start += 3) {
    const group = sharing.slice(start, start + 3)
    const isUuid = random.chance(0.5)
    for (const machine of group.slice(1)) {
      if (isUuid) machine.uuid = group[0]!.uuid
      else machine.serial = group[0]!.serial
      machine.vendor = group[0]!.vendor
    }
    confuse('C4', group)
  }
  for (const [left, right] of pairs('C5', isNear, 'vm')) {
    right.label = left.label
    confuse('C5', [left, right])
  }
  for (const [left, right] of pairs('C6', isElsewhere, 'switch')) {
    left.label = `core-sw-${world.next('core')}`
    right.label = left.label
    if (random.chance(0.3)) right.domain = left.domain
    right.cards[0]!.addresses = left.cards[0]!.addresses
    confuse('C6', [left, right])
  }
  for (const machine of some('C8', 'switch')) {
    const members = Array.from({ length: 1 + random.below(3) }, (_, index) => {
      const member = world.add('member', machine.site)
      member.label = `${machine.label}${random.chance(0.5) ? ':' : '-'}${index + 2}`
      member.domain = machine.domain
      member.vendor = machine.vendor
      member.model = machine.model
      member.serial = world.serial(11)
      member.cards = [{ name: 'Vlan1', mac: '', addresses: machine.cards[0]!.addresses, kind: 'software' }]
      return member
    })
    confuse('C8', [machine, ...members])
  }
  for (const [left, right] of pairs('C11', isNear, 'switch')) {
    const group = 1 + (world.next(`vrrp ${left.site}`) % 255)
    const prefix = random.pick(['00:00:5e:00:01', '00:00:5e:00:01', '00:00:0c:07:ac'])
    const shared: Card = {
      name: `vrrp${group}`,
      mac: `${prefix}:${group.toString(16).padStart(2, '0')}`,
      addresses: [world.address(left.site)],
      kind: 'software',
    }
    const virtual = world.add('virtual-address', left.site)
    virtual.cards = [shared]
    virtual.tellings = [sightingTelling(virtual, 'scan', 0), sightingTelling(virtual, 'snmp', 0)]
    for (const router of [left, right]) if (random.chance(0.7)) router.cards.push(shared)
    confuse('C11', [left, right, virtual])
  }
  for (const machine of some('C13', 'vm', 'server')) {
    machine.cards[0]!.addresses.push(world.address(machine.site), world.address(machine.site))
    confuse('C13', [machine])
  }
  for (const machine of random.shuffled([
    ...some('C15', 'mobile'),
    ...random.shuffled(world.of('laptop')).slice(0, Math.ceil(world.of('laptop').length / 20)),
  ])) {
    const days = machine.kind === 'mobile' ? 3 : 2
    const cards = Array.from({ length: days }, (_, day): Card => ({
      name: `wlan0 day ${day + 1}`,
      mac: randomMac(world),
      addresses: [world.address(machine.site)],
      kind: 'wireless',
    }))
    machine.cards =
      machine.kind === 'mobile'
        ? cards
        : [...machine.cards.filter((card) => card.kind !== 'wireless'), ...cards]
    confuse('C15', [machine])
  }
  confuseSoftware(world, some, confuse)
  for (const [left, right] of pairs('C21', isElsewhere, 'server', 'switch', 'iot')) {
    const address = `192.168.${world.next('vrf') % 250}.10`
    left.cards[0]!.addresses = [address]
    right.cards[0]!.addresses = [address]
    confuse('C21', [left, right])
  }
  confuseDefaults(world, some, confuse)
  for (const [left, right] of pairs('dock', () => true, 'laptop')) {
    const dock: Card = { name: 'usb0', mac: world.mac('00:e0:4c'), addresses: [], kind: 'physical' }
    left.cards.push({ ...dock })
    right.cards.push({ ...dock, addresses: [world.address(right.site)] })
    confuse('dock', [left, right])
  }
  for (const machine of some('name-reuse', 'vm', 'server', 'switch')) {
    const old = world.add(machine.kind, machine.site)
    old.label = machine.label
    old.domain = machine.domain
    if (random.chance(0.6)) old.cards[0]!.addresses = [...machine.cards[0]!.addresses]
    old.cases.add('name-reuse')
    confusions.push({ case: 'name-reuse', machines: [machine, old] })
    old.isRetired = true
  }
  return confusions
}

/** A phone's own choice: locally administered. */
export function randomMac({ random }: World): string {
  const digits = random.hex(1) + random.pick(['2', '6', 'a', 'e']) + random.hex(10)
  return digits.match(/../g)!.join(':')
}

type Some = (name: CaseName, ...kinds: MachineKind[]) => Machine[]
type Confuse = (name: CaseName, machines: Machine[]) => void

/** Cards that software makes: Docker's, Calico's, VLANs and bonds on a card. */
function confuseSoftware(world: World, some: Some, confuse: Confuse): void {
  const { random } = world
  const software = (machine: Machine, name: string, mac: string, ...addresses: string[]): void => {
    machine.cards.push({ name, mac, addresses, kind: 'software' })
  }
  const hosts = some('C17', 'vm', 'server', 'guest')
  for (const machine of hosts) {
    const mac = random.chance(0.2) ? oldDockerMac : `02:42:${random.hex(8).match(/../g)!.join(':')}`
    software(machine, 'docker0', mac, '172.17.0.1')
    if (random.chance(0.5)) software(machine, `veth${random.hex(7)}`, randomMac(world))
    // A container's MAC comes from its address, so the same stands on every host.
    if (random.chance(0.3)) software(machine, 'br-lan', '02:42:ac:12:00:01', '172.18.0.1')
  }
  confuse('C17', hosts)
  for (let site = 0; site < world.sites; site += 1) {
    const container = world.add('virtual-address', site)
    container.label = `${siteCode(site)}-container`
    container.cards = [
      { name: 'eth0', mac: '02:42:ac:11:00:02', addresses: ['172.17.0.2'], kind: 'software' },
    ]
    container.tellings = [sightingTelling(container, 'scan', 0)]
    confuse('C17', [container])
  }
  const workers = some('C18', 'vm', 'server')
  for (const machine of workers) {
    software(machine, `cali${random.hex(11)}`, 'ee:ee:ee:ee:ee:ee')
    software(machine, `cali${random.hex(11)}`, 'ee:ee:ee:ee:ee:ee')
    software(machine, 'tunl0', '00:00:00:00:00:00', `192.168.${random.below(255)}.0`)
  }
  confuse('C18', workers)
  for (const machine of some('C20', 'server', 'vm')) {
    const { mac } = machine.cards[0]!
    software(machine, `eth0.${100 + random.below(900)}`, mac, world.address(machine.site))
    if (machine.kind === 'server' && random.chance(0.3))
      machine.cards.find((card) => card.kind === 'bmc')!.mac = mac
    confuse('C20', [machine])
  }
}

/** Values that firmware, images and people never filled in. */
function confuseDefaults(world: World, some: Some, confuse: Confuse): void {
  const { random } = world
  const alike = (
    name: CaseName,
    machines: readonly Machine[],
    value: (machine: Machine) => string | undefined,
  ) => {
    for (const group of Map.groupBy(machines, value).values()) confuse(name, group)
  }
  const unnumbered = some('default-serial', 'server', 'iot', 'laptop')
  for (const machine of unnumbered) machine.serial = random.pick(defaultSerials)
  alike('default-serial', unnumbered, (machine) => machine.serial)
  const unset = some('default-uuid', 'server', 'laptop')
  for (const machine of unset) machine.uuid = random.pick(defaultUuids)
  alike('default-uuid', unset, (machine) => machine.uuid)
  for (const machine of world.of('vagrant'))
    machine.cards = [{ name: 'eth0', mac: random.pick(boxMacs), addresses: ['10.0.2.15'], kind: 'virtual' }]
  alike('vagrant', world.of('vagrant'), (machine) => machine.cards[0]!.mac)
  const unnamed = some('default-name', 'iot', 'mobile', 'vagrant')
  for (const machine of unnamed) {
    machine.label = machine.kind === 'vagrant' ? 'localhost' : random.pick(defaultNames)
    machine.domain = machine.kind === 'vagrant' ? 'localdomain' : 'lan'
  }
  alike('default-name', unnamed, (machine) => machine.label)
}
