import { estateOf, type EstateRecord, type Scene } from './estate.ts'
import type { Machine, MachineKind, Telling } from './machine.ts'
import { migrate, reimport } from './telling-cases.ts'
import { deviceTelling } from './tellings.ts'
import type { World } from './world.ts'

/** What happens to machines while they stay what they are. */
export const eventKinds = ['rename', 'readdress', 'migrate', 'card-swap', 're-import', 'mainboard'] as const
export type EventKind = (typeof eventKinds)[number]

export interface EstateEvent {
  kind: EventKind
  /** The true machine; whatever device its records were before, they are to be afterwards. */
  machine: string
}

export interface Round {
  number: number
  events: EstateEvent[]
  /** All that the sources tell after it, the unchanged too. */
  records: EstateRecord[]
}

const eligible: Record<EventKind, readonly MachineKind[]> = {
  rename: ['vm', 'guest', 'server', 'laptop', 'switch'],
  readdress: ['vm', 'guest', 'server', 'laptop', 'switch', 'esxi'],
  migrate: ['vm'],
  'card-swap': ['server', 'esxi', 'laptop'],
  're-import': ['vm', 'server', 'laptop', 'switch', 'esxi'],
  mainboard: ['server'],
}

/**
 * Later readings of the same world: in each, so many machines are renamed, given other addresses, migrated, given other
 * cards, written down anew or repaired. Changes the scene. Lists kept by hand learn of it one round later.
 */
export function* laterRounds(scene: Scene, options: { rounds: number; events: number }): Generator<Round> {
  const { world } = scene
  const free = world.random.shuffled(world.machines.filter((each) => !each.isRetired))
  let catchUp: Telling[] = []
  for (let number = 2; number < options.rounds + 2; number += 1) {
    for (const telling of catchUp) delete telling.twist
    catchUp = []
    const events: EstateEvent[] = []
    for (let index = 0; index < options.events; index += 1) {
      const kind = eventKinds[index % eventKinds.length]!
      const at = free.findIndex((each) => canHappen(kind, each))
      if (at < 0) continue
      const [machine] = free.splice(at, 1)
      catchUp.push(...happen(world, kind, machine!))
      events.push({ kind, machine: machine!.id })
    }
    yield { number, events, records: estateOf(scene).records }
  }
}

function canHappen(kind: EventKind, machine: Machine): boolean {
  if (!eligible[kind].includes(machine.kind)) return false
  const devices = machine.tellings.filter((each) => each.kind === 'device' && each.isHeld)
  if (devices.length < 2 || devices.some(({ twist }) => twist !== undefined)) return false
  if (kind === 'migrate') return devices.some(({ system }) => system === 'vcenter')
  if (kind === 're-import') return devices.some(({ system }) => system === 'netbox' || system === 'csv')
  // With all cards or the board new, something that knows its serial number or uuid has to tell so.
  if (kind === 'card-swap' || kind === 'mainboard')
    return devices.some(({ system }) => system === 'puppet' || system === 'vcenter')
  return true
}

/** Gives the hand-kept rows that do not know of it yet. */
function happen(world: World, kind: EventKind, machine: Machine): Telling[] {
  const byHand = machine.tellings.filter(({ system }) => system === 'netbox' || system === 'csv')
  const before = { label: machine.label, domain: machine.domain, uuid: machine.uuid, cards: machine.cards }
  const late = (...fields: (keyof typeof before)[]): Telling[] => {
    for (const telling of byHand)
      telling.twist = Object.fromEntries(fields.map((field) => [field, before[field]]))
    return byHand
  }
  switch (kind) {
    case 'rename':
      machine.label = `${machine.label.replace(/-?\d+$/, '')}-n${world.next('renamed')}`
      for (const telling of machine.tellings.filter(isKnownByName)) comeAgain(world, machine, telling)
      return late('label')
    case 'readdress':
      machine.cards = machine.cards.map((card) => ({
        ...card,
        addresses:
          card.kind === 'software' ? card.addresses : card.addresses.map(() => world.address(machine.site)),
      }))
      return late('cards')
    case 'migrate':
      migrate(
        world,
        machine,
        machine.tellings.find(({ system, isHeld }) => system === 'vcenter' && isHeld)!,
        (machine.site + 1) % world.sites,
      )
      return []
    case 'card-swap':
    case 'mainboard':
      machine.cards = machine.cards.map((card, index) =>
        card.kind === 'software' || (kind === 'mainboard' && index === 1)
          ? card
          : { ...card, mac: world.mac(card.mac.slice(0, 8)) },
      )
      if (kind === 'mainboard') machine.uuid = world.random.uuid()
      for (const telling of machine.tellings)
        if (telling.kind === 'sighting') telling.sourceId = machine.cards[telling.card!]!.mac
      return late('cards', 'uuid')
    case 're-import':
      reimport(world, machine, byHand.find(({ isHeld }) => isHeld)!.system)
      return []
  }
}

/** Its id in the source is its name, so that under another name it is another record. */
const isKnownByName = ({ system, isHeld }: Telling): boolean =>
  isHeld && (system === 'puppet' || system === 'oxidized')

function comeAgain(world: World, machine: Machine, telling: Telling): void {
  const { sourceId } = deviceTelling(world, machine, telling.system)
  machine.tellings.push({ ...telling, sourceId })
  telling.isHeld = false
  // What is remembered of it is what it said last, under its old name.
  telling.twist = { ...telling.twist, label: telling.sourceId.replace(/^.*\//, '').split('.')[0]! }
}
