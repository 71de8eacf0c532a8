import type { DeviceType, ReportedDevice } from '#model/record.ts'
import { cases, noise } from './cases.ts'
import type { Machine, MachineKind } from './machine.ts'
import type { Random } from './random.ts'
import { mainAddress, realCards, type Seen } from './seen.ts'
import { fqdn, siteCode } from './world.ts'

/** NetBox and lists in files: kept by people, so incomplete, misspelled and late. */
export function tellByHand({ machine, telling, view, random, note }: Seen): ReportedDevice {
  const isNetbox = telling.system === 'netbox'
  const isMember = machine.kind === 'member'
  // Half of what was found without a card got no name either.
  const isScanned = telling.twist?.mac !== undefined
  const hasMac = isScanned || (!isMember && !random.chance(noise.handWithoutMac))
  const address = random.chance(noise.oldAddress)
    ? staleAddress(machine.site, random)
    : mainAddress(view.cards)
  const prefix = random.chance(cases.C22.rate) ? random.pick([23, 16, 32]) : 24
  if (prefix !== 24 && address !== undefined) note('C22')
  const cards = isScanned
    ? [{ name: 'net0', mac: telling.twist!.mac!, addresses: [] }]
    : realCards(view.cards)
  const serial =
    isScanned || random.chance(noise.handWithoutSerial) ? undefined : spelled(view.serial, random, note)
  const isNameless = isScanned && random.chance(0.5)
  if (isNameless) note('no-key')
  return {
    kind: 'device',
    sourceId: telling.sourceId,
    name: isNameless
      ? '(name not found)'
      : nameOf({ label: view.label, domain: view.domain }, isNetbox, random, note),
    deviceType: deviceTypes[machine.kind],
    status: 'active',
    ...(address === undefined ? {} : { address }),
    ...(serial === undefined || isHypervised(machine.kind) ? {} : { serial }),
    ...(view.vendor === undefined || isHypervised(machine.kind) || isScanned
      ? {}
      : { vendor: otherVendorName(view.vendor, random), model: view.model }),
    interfaces: hasMac
      ? cards.slice(0, isNetbox ? 4 : 1).map((card, index) => ({
          name: card.name,
          mac: random.chance(noise.macTypo) ? mistypedMac(card.mac, random) : card.mac,
          addresses: index === 0 && address !== undefined ? [`${address}/${prefix}`] : [],
        }))
      : address === undefined
        ? []
        : [{ name: isNetbox ? 'mgmt' : 'net0', addresses: [`${address}/${prefix}`] }],
    facts: {
      site: siteOf(machine, view.domain),
      ...(isNetbox ? { role: machine.label.split('-')[1] ?? '' } : {}),
    },
  }
}

const deviceTypes: Record<MachineKind, DeviceType> = {
  vm: 'vm',
  guest: 'vm',
  container: 'container',
  server: 'server',
  esxi: 'server',
  node: 'server',
  switch: 'network_device',
  member: 'network_device',
  array: 'storage',
  laptop: 'workstation',
  mobile: 'phone',
  'ip-phone': 'phone',
  iot: 'iot',
  vagrant: 'vm',
  'virtual-address': 'unknown',
}

/** Who writes a machine down under another site's domain puts it at that site. */
const siteOf = ({ site }: Machine, domain: string): string =>
  domain.endsWith('.corp.example') ? domain.split('.')[0]! : siteCode(site)

const isHypervised = (kind: MachineKind): boolean => kind === 'vm' || kind === 'guest' || kind === 'container'

/** An address of the same site that may long be another machine's. */
const staleAddress = (site: number, random: Random): string =>
  `10.${site + 1}.${random.below(8)}.${1 + random.below(250)}`

function nameOf(
  view: { label: string; domain: string },
  isNetbox: boolean,
  random: Random,
  note: Seen['note'],
): string {
  if (random.chance(noise.nameTypo)) return mistyped(view.label, random)
  const spelling = random.below(4)
  if (spelling === 0) note('C7')
  if (spelling === 0) return isNetbox ? fqdn(view) : view.label.toUpperCase()
  return view.label
}

function spelled(serial: string | undefined, random: Random, note: Seen['note']): string | undefined {
  if (serial === undefined) return undefined
  if (random.chance(cases['serial-typo'].rate)) {
    note('serial-typo')
    return mistyped(serial, random)
  }
  if (!random.chance(cases['serial-spelling'].rate)) return serial
  note('serial-spelling')
  return random.pick([
    serial.toLowerCase(),
    ` ${serial} `,
    `${serial.slice(0, 4)} ${serial.slice(4)}`,
    `S/N ${serial}`,
  ])
}

/** Two neighbours exchanged, or O for 0. */
function mistyped(text: string, random: Random): string {
  if (text.includes('0') && random.chance(0.5)) return text.replace('0', 'O')
  const at = random.below(Math.max(1, text.length - 1))
  return text.slice(0, at) + (text[at + 1] ?? '') + text[at]! + text.slice(at + 2)
}

function mistypedMac(mac: string, random: Random): string {
  const at = 9 + random.pick([0, 1, 3, 4, 6, 7])
  const digit = (Number.parseInt(mac[at] ?? '0', 16) + 1 + random.below(14)) % 16
  return mac.slice(0, at) + digit.toString(16) + mac.slice(at + 1)
}

const otherNames: Record<string, readonly string[]> = {
  'Dell Inc.': ['Dell Inc.', 'Dell', 'DELL'],
  HPE: ['HPE', 'Hewlett Packard Enterprise', 'HP'],
  LENOVO: ['Lenovo', 'LENOVO'],
  Cisco: ['Cisco', 'Cisco Systems, Inc.'],
  HP: ['HP', 'Hewlett-Packard', 'Aruba'],
  Juniper: ['Juniper', 'Juniper Networks'],
  'Apple Inc.': ['Apple', 'Apple Inc.'],
  Supermicro: ['Supermicro', 'Super Micro Computer, Inc.'],
}
const otherVendorName = (vendor: string, random: Random): string =>
  random.pick(otherNames[vendor] ?? [vendor])
