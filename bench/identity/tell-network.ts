import type { ReportedDevice } from '#model/record.ts'
import { mainAddress, realCards, type Seen } from './seen.ts'
import { fqdn } from './world.ts'

/** SNMP, Oxidized and storage arrays: boxes that speak for themselves, by their management. */
export function tellNetwork(seen: Seen): ReportedDevice {
  if (seen.telling.system === 'oxidized') return toConfigured(seen)
  return seen.telling.system === 'snmp' ? toPolled(seen) : toArray(seen)
}

/** sysName is short or full; a stack tells the numbers of all its members, its own is the first's. */
function toPolled({ machine, telling, view, random, note }: Seen): ReportedDevice {
  const isFull = random.chance(0.4)
  if (isFull) note('C7')
  const isStack = machine.cases.has('C8')
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: isFull ? fqdn(view) : view.label,
    deviceType: machine.kind === 'array' ? 'storage' : 'network_device',
    status: 'active',
    address: mainAddress(view.cards),
    ...(random.chance(0.9) ? { serial: view.serial } : {}),
    vendor: view.vendor,
    model: view.model,
    interfaces: view.cards.map((card) => ({
      name: card.name,
      mac: card.mac,
      addresses: card.addresses.map((each) => `${each}/24`),
      status: 'up',
      type: card.kind === 'software' ? 'virtual' : 'physical',
    })),
    facts: isStack ? { stackMembers: 2 } : {},
  }
}

/** The number stands in the head of most configurations, MACs in none. */
function toConfigured({ telling, view, random }: Seen): ReportedDevice {
  const address = mainAddress(view.cards)
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: view.label,
    deviceType: 'network_device',
    status: 'active',
    address,
    ...(random.chance(0.6) ? { serial: view.serial } : {}),
    vendor: view.vendor,
    interfaces: realCards(view.cards).map((card) => ({
      name: card.name,
      addresses: card.addresses.map((each) => `${each}/24`),
    })),
    facts: { model: 'IOS', group: telling.source },
  }
}

function toArray({ telling, view }: Seen): ReportedDevice {
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: view.label,
    deviceType: 'storage',
    status: 'active',
    ...(telling.system === 'netapp' ? { nativeIds: [`uuid:${telling.sourceId}`] } : {}),
    address: mainAddress(view.cards),
    serial: view.serial,
    vendor: view.vendor,
    model: view.model,
    interfaces: view.cards.map((card) => ({
      name: card.name,
      mac: card.mac,
      addresses: card.addresses.map((each) => `${each}/24`),
    })),
    facts: { kind: 'array' },
  }
}
