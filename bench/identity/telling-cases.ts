import { cases, noise, type CaseName } from './cases.ts'
import { provesAbsence, type Machine, type MachineKind, type System, type Telling } from './machine.ts'
import type { Confusion } from './nature-cases.ts'
import { deviceTelling, sourceName } from './tellings.ts'
import { fqdn, type World } from './world.ts'

/** Cases that lie in what the sources say: late, wrong, twice, or of another card. */
export function applyTellingCases(world: World): Confusion[] {
  const confusions: Confusion[] = []
  const { random } = world
  const some = (name: CaseName, isFit: (machine: Machine) => boolean, ...kinds: MachineKind[]): Machine[] => {
    const list = world.of(...kinds).filter((each) => !each.isRetired && isFit(each))
    return random.shuffled(list).slice(0, Math.max(2, Math.round(list.length * cases[name].rate)))
  }

  for (const machine of world.machines) {
    if (!machine.isRetired) continue
    for (const telling of machine.tellings) {
      const isByHand = telling.system === 'netbox' || telling.system === 'csv'
      if (provesAbsence(telling.system) && (!isByHand || random.chance(0.7))) telling.isHeld = false
    }
    // Nothing is seen of it any more, and its certificate and its place by name are the new one's.
    machine.tellings = machine.tellings.filter(
      ({ kind, system }) => kind === 'device' && system !== 'puppet' && system !== 'oxidized',
    )
  }
  for (const machine of some('C6', tells('netbox'), 'vm', 'server', 'switch')) {
    const other = (machine.site + 1) % world.sites
    twist(machine, 'netbox', 'C6', { domain: machine.domain.replace(/^[^.]+/, sourceName('vcenter', other)) })
  }
  for (const machine of some('C9', tells('vcenter'), 'vm')) {
    const before = machine.tellings.find(({ system }) => system === 'vcenter')!
    migrate(world, machine, before, (machine.site + 1) % world.sites)
  }
  for (const machine of some('C10', tells('vcenter'), 'vm')) {
    const label = random.chance(0.5)
      ? `${machine.label}_old`
      : `${machine.label.replace(/\d+$/, '')}new-${random.below(90) + 10}`
    twist(machine, 'vcenter', 'C10', { label })
  }
  for (const machine of some('C14', ({ cards }) => cards.length > 2, 'server', 'node')) {
    const [first, second] = machine.cards
    // The system tells one MAC for the bond and all in it; who wrote the cards down had the labels on them.
    twist(machine, 'puppet', 'C14', {
      cards: [
        { ...first!, addresses: [] },
        { ...second!, mac: first!.mac, addresses: [] },
        { name: 'bond0', mac: first!.mac, addresses: first!.addresses, kind: 'software' },
      ],
    })
    twist(machine, 'netbox', 'C14', { cards: [second!] })
    machine.cases.add('C14')
  }
  const near = Map.groupBy(world.of('vm', 'laptop', 'iot'), ({ site }) => site)
  for (const machine of some('C16', isScanned, 'vm', 'laptop', 'iot')) {
    const before = random.pick(near.get(machine.site)!)
    if (before === machine || before.label === machine.label) continue
    const telling = machine.tellings.find((each) => each.system === 'scan' && each.isHeld)!
    mark(machine, telling, 'C16')
    telling.twist = { hostname: fqdn(before) }
    // A scan does not know that the machine which had the address is elsewhere by now.
    const old = before.tellings.find((each) => each.system === 'scan' && each.card !== telling.card)
    if (old !== undefined) old.twist = { ...old.twist, addresses: machine.cards[telling.card!]!.addresses }
    confusions.push({ case: 'C16', machines: [machine, before] })
  }
  for (const machine of some('C19', () => true, 'vm', 'server', 'iot', 'laptop')) {
    const mac = `fa:ce:${random.hex(8).match(/../g)!.join(':')}`
    const telling: Telling = {
      system: 'csv',
      source: 'scanned',
      sourceId: mac,
      kind: 'device',
      isHeld: true,
      twist: { mac },
    }
    machine.tellings.push(telling)
    mark(machine, telling, 'C19')
  }
  for (const machine of some('mainboard', tells('netbox'), 'server')) {
    const { uuid, cards } = machine
    machine.uuid = random.uuid()
    // Cards on the board are new ones; one in a slot stays, as does the maker's number of the whole.
    machine.cards = cards.map((card, index) =>
      index === 1 ? card : { ...card, mac: world.mac(card.mac.slice(0, 8)) },
    )
    for (const telling of machine.tellings) {
      if (telling.kind === 'sighting' && telling.card !== undefined)
        telling.sourceId = machine.cards[telling.card]!.mac
    }
    twist(machine, 'netbox', 'mainboard', { uuid, cards })
    twist(machine, 'foreman', 'mainboard', { uuid, cards })
    machine.cases.add('mainboard')
  }
  const giving = some('moved-card', (each) => tells('netbox')(each) && each.cards.length > 3, 'server')
  for (const machine of giving) {
    const taker = random.pick(world.of('server').filter(({ id }) => id !== machine.id))
    const moved = { ...machine.cards[1]!, name: 'ens7f0', addresses: [] }
    twist(machine, 'netbox', 'moved-card', { cards: machine.cards })
    machine.cards = machine.cards.map((card, index) =>
      index === 1 ? { ...card, mac: world.mac('24:6e:96') } : card,
    )
    machine.tellings = machine.tellings.filter((telling) => telling.card !== 1)
    taker.cards.push(moved)
    for (const each of [machine, taker]) each.cases.add('moved-card')
    confusions.push({ case: 'moved-card', machines: [machine, taker] })
  }
  for (const system of ['netbox', 'csv'] as const)
    for (const machine of some('re-import', tells(system), 'vm', 'server', 'laptop', 'switch'))
      reimport(world, machine, system)
  for (const machine of world.machines) {
    for (const telling of machine.tellings) {
      if (provesAbsence(telling.system) && telling.isHeld && random.chance(noise.stale))
        telling.isHeld = false
      if (telling.system === 'scan' && machine.kind !== 'virtual-address' && random.chance(noise.routedScan))
        telling.isRouted = true
    }
  }
  return confusions
}

const isScanned = ({ tellings }: Machine): boolean => tellings.some(({ system }) => system === 'scan')

const tells =
  (system: System) =>
  (machine: Machine): boolean =>
    machine.tellings.some((each) => each.system === system)

function mark(machine: Machine, telling: Telling, name: CaseName): void {
  machine.cases.add(name)
  telling.cases = [...(telling.cases ?? []), name]
}

function twist(machine: Machine, system: System, name: CaseName, view: Telling['twist']): void {
  for (const telling of machine.tellings) {
    if (telling.system !== system || telling.kind !== 'device') continue
    telling.twist = { ...telling.twist, ...view }
    mark(machine, telling, name)
  }
}

/** The VM lives in another vCenter under another id; the old one remembers it as gone. */
export function migrate(world: World, machine: Machine, before: Telling, site: number): Telling {
  const after = deviceTelling(world, { ...machine, site }, 'vcenter')
  before.isHeld = false
  machine.tellings.push(after)
  mark(machine, before, 'C9')
  mark(machine, after, 'C9')
  return after
}

/** All rows of a hand-kept list are made anew: the old ids are gone. */
export function reimport(world: World, machine: Machine, system: System): void {
  for (const before of machine.tellings.filter((each) => each.system === system && each.isHeld)) {
    if (before.source !== 'main') continue
    const after = { ...before, sourceId: deviceTelling(world, machine, system).sourceId }
    before.isHeld = false
    machine.tellings.push(after)
    mark(machine, before, 're-import')
    mark(machine, after, 're-import')
  }
}
