/** A language in which network devices are configured. */
export const dialects = [
  'ios',
  'nxos',
  'iosxr',
  'eos',
  'asa',
  'aoscx',
  'junos',
  'panos',
  'fortios',
  'routeros',
  'procurve',
  'comware',
  'vrp',
] as const
export type Dialect = (typeof dialects)[number]

/** What other programs call a dialect: Oxidized's models, RANCID's and netmiko's types, without case and punctuation. */
const otherWords: Readonly<Record<string, Dialect>> = {
  iosxe: 'ios',
  cisco: 'ios',
  ciscoios: 'ios',
  ciscoiosxe: 'ios',
  catos: 'ios',
  cisconx: 'nxos',
  cisconxos: 'nxos',
  ciscoxr: 'iosxr',
  ciscoiosxr: 'iosxr',
  arista: 'eos',
  aristaeos: 'eos',
  ciscoasa: 'asa',
  arubacx: 'aoscx',
  arubaaoscx: 'aoscx',
  juniper: 'junos',
  juniperjunos: 'junos',
  paloalto: 'panos',
  paloaltopanos: 'panos',
  fortigate: 'fortios',
  fortinet: 'fortios',
  mikrotik: 'routeros',
  mikrotikrouteros: 'routeros',
  aoss: 'procurve',
  hpprocurve: 'procurve',
  arubaos: 'procurve',
  h3c: 'comware',
  hpcomware: 'comware',
  huawei: 'vrp',
  huaweivrp: 'vrp',
  huaweivrpv8: 'vrp',
}

const isDialect = (word: string): word is Dialect => (dialects as readonly string[]).includes(word)

/** The dialect that a word of another program means; undefined for one that is not understood. */
export function dialectOf(word: string): Dialect | undefined {
  const squeezed = word.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return isDialect(squeezed)
    ? squeezed
    : Object.hasOwn(otherWords, squeezed)
      ? otherWords[squeezed]
      : undefined
}

const makers: Readonly<Record<Dialect, string>> = {
  ios: 'Cisco',
  nxos: 'Cisco',
  iosxr: 'Cisco',
  eos: 'Arista',
  asa: 'Cisco',
  aoscx: 'HPE Aruba',
  junos: 'Juniper',
  panos: 'Palo Alto Networks',
  fortios: 'Fortinet',
  routeros: 'MikroTik',
  procurve: 'HPE',
  comware: 'HPE',
  vrp: 'Huawei',
}

export const makerOf = (dialect: Dialect): string => makers[dialect]

const systems: Readonly<Record<Dialect, string>> = {
  ios: 'Cisco IOS',
  nxos: 'Cisco NX-OS',
  iosxr: 'Cisco IOS XR',
  eos: 'Arista EOS',
  asa: 'Cisco ASA',
  aoscx: 'ArubaOS-CX',
  junos: 'Junos OS',
  panos: 'PAN-OS',
  fortios: 'FortiOS',
  routeros: 'RouterOS',
  procurve: 'ArubaOS-Switch',
  comware: 'Comware',
  vrp: 'Huawei VRP',
}

/** The system's name for people, without a version. */
export const systemOf = (dialect: Dialect): string => systems[dialect]
