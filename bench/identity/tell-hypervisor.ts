import type { ReportedDevice } from '#model/record.ts'
import { noise } from './cases.ts'
import { mainAddress, realCards, type Seen } from './seen.ts'
import { fqdn } from './world.ts'

/** vCenter and Proxmox: guests from outside, with what the tools inside say where they run; and the hosts. */
export function tellHypervisor(seen: Seen): ReportedDevice {
  const { kind } = seen.machine
  if (kind === 'esxi') return toHost(seen)
  if (kind === 'node') return toNode(seen)
  return seen.telling.system === 'vcenter' ? toVm(seen) : toGuest(seen)
}

function toVm({ machine, telling, view, random, note }: Seen): ReportedDevice {
  const isSilent = random.chance(noise.silentGuest)
  const spelling = random.below(4)
  if (spelling < 2) note('C7')
  const address = isSilent ? undefined : mainAddress(view.cards)
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: [view.label.toUpperCase(), fqdn(view), view.label, view.label][spelling]!,
    deviceType: 'vm',
    status: 'active',
    nativeIds: [`uuid:${view.uuid}`, `instance-uuid:${view.instanceUuid}`],
    // The guest's own name is that of the machine, whatever the list calls it.
    ...(isSilent ? {} : { names: [fqdn(machine)], address }),
    interfaces: realCards(view.cards).map((card, index) => ({
      name: `Network adapter ${index + 1}`,
      mac: card.mac,
      addresses: isSilent ? [] : card.addresses.map((each) => `${each}/24`),
      status: 'up',
      type: 'virtual',
    })),
    vm: {
      instanceUuid: view.instanceUuid,
      guestOs: random.pick(['Ubuntu Linux (64-bit)', 'Microsoft Windows Server 2022 (64-bit)']),
      cpuCount: random.pick([2, 4, 8]),
      memoryMb: random.pick([4096, 8192, 16_384]),
      powerState: isSilent ? 'POWERED_OFF' : 'POWERED_ON',
      toolsRunning: !isSilent,
    },
    relationships: [{ type: 'hosts', other: 'parent', sourceId: `host-${1 + random.below(5)}` }],
    facts: { kind: 'vm', template: false },
  }
}

function toHost({ telling, view }: Seen): ReportedDevice {
  const cards = view.cards.filter(({ kind }) => kind === 'physical')
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: fqdn(view),
    deviceType: 'server',
    status: 'active',
    nativeIds: [`uuid:${view.uuid}`],
    address: mainAddress(view.cards),
    serial: view.serial,
    vendor: view.vendor,
    model: view.model,
    os: 'VMware ESXi 8.0.2 build-22380479',
    interfaces: [
      ...cards.map((card, index) => ({
        name: `vmnic${index}`,
        mac: card.mac,
        addresses: [],
        speedMbps: 10_000,
        type: 'physical' as const,
      })),
      // The first kernel port takes the MAC of the first card.
      { name: 'vmk0', mac: cards[0]!.mac, addresses: [`${cards[0]!.addresses[0]}/24`], type: 'virtual' },
    ],
    facts: { kind: 'host' },
  }
}

function toGuest({ machine, telling, view, random, note }: Seen): ReportedDevice {
  const isContainer = machine.kind === 'container'
  const isSilent = !isContainer && random.chance(noise.silentGuest)
  const cards = isSilent || isContainer ? realCards(view.cards) : view.cards
  if (random.chance(0.2)) note('C7')
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: view.label,
    deviceType: isContainer ? 'container' : 'vm',
    status: 'active',
    ...(isContainer ? {} : { nativeIds: [`uuid:${view.uuid}`] }),
    ...(isSilent ? {} : { address: mainAddress(view.cards) }),
    interfaces: cards.map((card, index) => ({
      name: card.kind === 'software' ? card.name : `net${index}`,
      mac: card.mac,
      addresses: isSilent ? [] : card.addresses.map((each) => `${each}/24`),
      type: 'virtual',
      ...(card.kind === 'software' ? {} : { metadata: { model: 'virtio', bridge: 'vmbr0' } }),
    })),
    vm: {
      instanceUuid: isContainer ? undefined : view.uuid,
      cpuCount: 2,
      memoryMb: 2048,
      powerState: 'POWERED_ON',
    },
    facts: { kind: isContainer ? 'lxc' : 'qemu' },
  }
}

/** Proxmox VE tells no MACs of its own cards, no serial number and no uuid. */
function toNode({ telling, view }: Seen): ReportedDevice {
  const address = mainAddress(view.cards)
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: view.label,
    deviceType: 'server',
    status: 'active',
    address,
    os: 'Proxmox VE 8.2.4',
    interfaces: [{ name: 'vmbr0', addresses: [`${address}/24`], type: 'virtual', status: 'up' }],
    facts: { kind: 'node' },
  }
}
