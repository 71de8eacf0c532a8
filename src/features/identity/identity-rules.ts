/**
 * What two records may have in common, from strong to weak. `doubt` is how likely it is that two records that agree in
 * this and nothing else are two machines after all; agreements multiply their doubts. A difference in something
 * stronger than all that agrees keeps records apart; a difference in something weaker multiplies the doubt by `differs`.
 */
export interface IdentityRule {
  /** Place in the order of strength; 1 is the strongest. */
  rank: number
  doubt: number
  /** How much a difference adds to the doubt when something stronger agrees; 1: a difference says nothing. */
  differs: number
  /** For people: `Same BIOS UUID`. */
  title: string
  /** What differs, for people: `the BIOS UUID differs`. */
  noun: string
}

const rule = (
  rank: number,
  doubt: number,
  differs: number,
  noun: string,
  title = `Same ${noun}`,
): IdentityRule => ({
  rank,
  doubt,
  differs,
  title,
  noun: `the ${noun}`,
})

/** The table of rules; docs/identity.md shows it to people. */
export const identityRules = {
  uuid: rule(1, 0.02, 4, 'BIOS UUID'),
  'node-id': rule(1, 0.02, 1, 'node id'),
  'instance-uuid': rule(2, 0.03, 2, 'instance UUID'),
  serial: rule(3, 0.04, 3, 'serial number'),
  'serial-of-other-maker': rule(
    6,
    0.4,
    1,
    'serial number',
    'Same serial number, of makers with different names',
  ),
  chassis: rule(4, 0.05, 1, 'chassis id'),
  certname: rule(7, 0.06, 1, 'certificate name'),
  'machine-id': rule(4, 0.07, 1, 'machine id'),
  'native-id': rule(4, 0.05, 1, 'id'),
  'mac-seen': rule(5, 0.05, 1.5, 'MAC address'),
  macs: rule(5, 0.05, 1.5, 'MAC addresses', 'Several same MAC addresses'),
  mac: rule(5, 0.05, 1.5, 'MAC address'),
  'mac-of-several': rule(5, 0.15, 1.5, 'MAC address', 'One same MAC address of several'),
  'written-mac': rule(
    5,
    0.15,
    1.5,
    'MAC address',
    'Same MAC address, written down for another name and address',
  ),
  'virtual-mac': rule(5, 0.14, 1.5, 'MAC address of a virtual card'),
  'virtual-mac-of-several': rule(5, 0.25, 1.5, 'MAC address', 'One same virtual MAC address of several'),
  'random-mac': rule(7, 0.3, 1, 'random MAC address'),
  'carried-mac': rule(7, 0.3, 1, 'MAC address of a USB adapter or dock'),
  'neighbour-mac': rule(7, 0.3, 1, 'board', 'MAC addresses next to each other, as ports of one board have'),
  /** Any identifier that two machines have, who are not the same: copies, boards of a series. */
  contested: rule(9, 0.4, 1, 'identifier', 'Same identifier, which several machines have'),
  type: rule(6, 1, 2, 'type'),
  maker: rule(6, 1, 1.3, 'maker'),
  site: rule(6.5, 1, 1.5, 'site'),
  'unique-full-name': rule(7, 0.06, 1.3, 'full name', 'Same full name, which nobody else has'),
  'full-name': rule(7, 0.25, 1.3, 'full name'),
  'unique-name': rule(8, 0.07, 1.3, 'name', 'Same name, which nobody else has'),
  name: rule(8, 0.3, 1.3, 'name'),
  address: rule(9, 0.3, 1, 'address'),
  'own-address': rule(9, 0.2, 1, 'address', 'Same address, which only one of those has'),
  network: rule(9, 0.3, 1, 'network', 'Addresses of the same network'),
  'address-of-name': rule(9, 0.09, 1, 'address', 'Same address, at which only the machine of this name is'),
  'only-address': rule(9, 0.09, 1, 'address', 'Same address, and it is all that is known'),
} as const satisfies Record<string, IdentityRule>

export type RuleName = keyof typeof identityRules

/** At most this much doubt joins records. */
export const joinDoubt = 0.1

/** At most this much doubt is worth a person's look. */
export const reviewDoubt = 0.24

/** An agreement with what a record said before counts a little less than one with what it says. */
export const formerFactor = 1.3

/** Of two machines that cannot both be it, one must be this much less doubtful to be taken. */
export const rivalFactor = 1.5

/** A key that more records have than this says nothing of any of them. */
export const crowdOf = (kind: string): number =>
  kind === 'name' || kind === 'ip' || kind === 'bare' ? 24 : 64

/** Programs that hand out addresses are told by each machine what it is called; others ask DNS, which may be late. */
export const leaseSystems: ReadonlySet<string> = new Set(['dhcp', 'mikrotik'])

/** So many cards one machine may have under its name: one in it, one in its dock, one that it had before. */
export const cardsOfName = 4

/** What people write down of addresses is what they were given once. */
export const handSystems: ReadonlySet<string> = new Set(['csv', 'netbox', 'manual'])

/** What runs machines knows them itself: a machine that two of these hold is two machines, or on its way. */
export const hypervisorSystems: ReadonlySet<string> = new Set(['vcenter', 'proxmox'])
