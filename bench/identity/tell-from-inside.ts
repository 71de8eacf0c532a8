import type { ReportedDevice } from '#model/record.ts'
import { cases, noise } from './cases.ts'
import type { Card } from './machine.ts'
import { mainAddress, realCards, type Seen } from './seen.ts'
import { fqdn } from './world.ts'

/** Puppet, Foreman and Tailscale: what a machine says of itself. */
export function tellFromInside(seen: Seen): ReportedDevice {
  if (seen.telling.system === 'puppet') return toNode(seen)
  return seen.telling.system === 'foreman' ? toHost(seen) : toPeer(seen)
}

/** The first three groups of an SMBIOS uuid are little-endian from version 2.6 on; not every reader knows that. */
export function swapUuid(uuid: string): string {
  const [first, second, third, ...rest] = uuid.split('-')
  return [first!, second!, third!]
    .map((group) => group.match(/../g)!.toReversed().join(''))
    .concat(rest)
    .join('-')
}

/** `VMware-42 31 94 3a ...`: the uuid once more, in groups of bytes. */
export function vmwareSerial(uuid: string): string {
  const bytes = uuid.replaceAll('-', '').match(/../g)!
  return `VMware-${bytes.slice(0, 8).join(' ')}-${bytes.slice(8).join(' ')}`
}

function toNode({ machine, telling, view, random, note }: Seen): ReportedDevice {
  const isVmware = machine.kind === 'vm'
  const isSwapped = isVmware && random.chance(cases['swapped-uuid'].rate)
  if (isSwapped) note('swapped-uuid')
  const isGuest = machine.kind === 'guest' || machine.kind === 'vagrant'
  const serial = isVmware
    ? vmwareSerial(view.uuid!)
    : isGuest
      ? random.pick(['0', 'Not Specified', 'None'])
      : view.serial
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: fqdn(view),
    deviceType: isVmware || isGuest ? 'vm' : machine.kind === 'container' ? 'container' : 'server',
    status: 'active',
    nativeIds: [
      `certname:${telling.sourceId}`,
      ...(view.uuid === undefined ? [] : [`uuid:${isSwapped ? swapUuid(view.uuid) : view.uuid}`]),
    ],
    names: [fqdn(view)],
    address: mainAddress(view.cards),
    serial,
    vendor: view.vendor,
    model: view.model,
    os: random.pick(['Debian 12.5', 'RedHat 9.4', 'Ubuntu 24.04']),
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8'], type: 'loopback' },
      ...view.cards.filter(({ kind }) => kind !== 'bmc').map((card) => toInterface(card)),
    ],
    facts: { kernel: 'Linux', environment: 'production' },
  }
}

const toInterface = ({ name, mac, addresses, kind }: Card) => ({
  name,
  mac,
  addresses: addresses.map((each) => `${each}/24`),
  type: kind === 'physical' || kind === 'wireless' ? ('physical' as const) : ('virtual' as const),
})

function toHost({ machine, telling, view, random }: Seen): ReportedDevice {
  const isVm = machine.kind === 'vm' || machine.kind === 'guest'
  const bmc = view.cards.find(({ kind }) => kind === 'bmc')
  const hasFacts = !isVm && random.chance(0.7)
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: fqdn(view),
    deviceType: isVm ? 'vm' : 'server',
    status: random.chance(0.9) ? 'active' : 'unknown',
    nativeIds: [
      `certname:${fqdn(view)}`,
      // The compute resource's id of it: of VMware the instance uuid.
      ...(machine.kind === 'vm' ? [`instance-uuid:${view.instanceUuid}`] : []),
      ...(machine.kind === 'guest' || hasFacts ? [`uuid:${view.uuid}`] : []),
    ],
    names: [fqdn(view)],
    address: mainAddress(view.cards),
    ...(hasFacts ? { serial: view.serial, vendor: view.vendor } : {}),
    model: view.model,
    interfaces: [
      ...realCards(view.cards)
        .filter(({ kind }) => kind !== 'bmc')
        .slice(0, random.chance(0.3) ? 1 : 8)
        .map(toInterface),
      ...(bmc ? [{ name: 'ipmi', mac: bmc.mac, addresses: bmc.addresses, metadata: { role: 'bmc' } }] : []),
    ],
    facts: { hostgroup: random.pick(['base', 'web', 'db']) },
  }
}

/** Names are made unique within the tailnet; serial and cards are told only where posture is collected. */
function toPeer({ machine, telling, view, random }: Seen): ReportedDevice {
  const hasPosture = machine.kind === 'laptop' && random.chance(0.4)
  const host = 64 + random.below(64)
  const hostname = random.chance(noise.silentGuest) ? view.label.toUpperCase() : view.label
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: `${view.label}.tail9f3c1.ts.net`,
    deviceType: machine.kind === 'laptop' ? 'workstation' : machine.kind === 'mobile' ? 'phone' : 'server',
    status: random.chance(0.8) ? 'active' : 'inactive',
    nativeIds: [`node-id:${telling.sourceId.toLowerCase()}`],
    names: [hostname],
    address: `100.${host}.${random.below(256)}.${random.below(256)}`,
    ...(hasPosture ? { serial: view.serial } : {}),
    os: random.pick(['linux', 'windows', 'macOS']),
    interfaces: [
      { name: 'tailscale0', type: 'virtual', addresses: [] },
      ...(hasPosture
        ? view.cards
            .filter(({ kind }) => kind === 'physical')
            .map(({ mac }, index) => ({ name: `posture${index}`, mac, type: 'physical' as const }))
        : []),
    ],
    facts: { clientVersion: '1.72.1' },
  }
}
