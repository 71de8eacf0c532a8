/**
 * The hard cases of a labelled estate: what systems of this kind are known to get wrong. C1 to C22 are the catalogue
 * that was gathered from their issue trackers; the others were seen in recorded answers of our own sources.
 *
 * `rate` is the share of the machines it can happen to that it happens to. No tracker publishes how often its cases
 * occur; these rates are chosen high enough that each case stands several times in an estate of 1,500 machines, which
 * is more often than in most real ones. Where a rate was measured the comment says so.
 */
export const cases = {
  C1: { title: 'cloned VM: same MAC, BIOS and instance UUID in two vCenters', rate: 0.006 },
  C2: { title: 'same VM name in two clusters', rate: 0.015 },
  C3: { title: 'same MAC on unrelated machines of two sites', rate: 0.006 },
  C4: { title: 'several hypervisor hosts with one hardware id', rate: 0.1 },
  C5: { title: 'same name twice within one source', rate: 0.01 },
  C6: { title: 'written down by hand with the same name, at another site', rate: 0.02 },
  C7: { title: 'full name, short name, upper and lower case', rate: 0.5 },
  C8: { title: 'stacked switches: one device here, several there', rate: 0.12 },
  C9: { title: 'VM that went to another vCenter and got another id', rate: 0.02 },
  C10: { title: 'VM renamed in one system only', rate: 0.03 },
  C11: { title: 'virtual router addresses (VRRP, CARP, HSRP)', rate: 0.3 },
  C12: { title: 'several cards of one machine seen one by one', rate: 0.5 },
  C13: { title: 'one card with several addresses', rate: 0.05 },
  C14: { title: 'bonded cards: each source sees another MAC', rate: 0.25 },
  C15: { title: 'random MACs, another one each day', rate: 0.7 },
  C16: { title: 'lease given to another machine while DNS has the old name', rate: 0.02 },
  C17: { title: 'bridges and containers of Docker', rate: 0.1 },
  C18: { title: 'constant MACs of network software', rate: 0.06 },
  C19: { title: 'a MAC made up from the address', rate: 0.01 },
  C20: { title: 'one MAC on several interfaces of a machine', rate: 0.3 },
  C21: { title: 'same address in two VRFs', rate: 0.06 },
  C22: { title: 'same address with two masks', rate: 0.1 },
  'default-serial': { title: 'serial number that the maker never filled in', rate: 0.08 },
  'default-uuid': { title: 'BIOS UUID that the maker never filled in', rate: 0.02 },
  'swapped-uuid': { title: 'BIOS UUID with its first groups in the other byte order', rate: 0.35 },
  vagrant: { title: 'VMs of one image: same MAC, address 10.0.2.15', rate: 0.04 },
  'default-name': { title: 'name that thousands have: localhost, raspberrypi, android-...', rate: 0.25 },
  dock: { title: 'USB card or dock that went from one laptop to another', rate: 0.04 },
  mainboard: { title: 'mainboard replaced: another BIOS UUID and other cards on board', rate: 0.02 },
  'moved-card': { title: 'network card that went to another server', rate: 0.02 },
  'name-reuse': { title: 'name of a retired machine given to a new one', rate: 0.015 },
  're-import': { title: 'rows made anew under other ids', rate: 0.02 },
  'serial-spelling': { title: 'serial number in other case, with spaces', rate: 0.08 },
  'serial-typo': { title: 'serial number mistyped', rate: 0.02 },
  'no-key': { title: 'nothing but an address, or less', rate: 0 },
} as const satisfies Record<string, { title: string; rate: number }>

export type CaseName = keyof typeof cases

/** How often a source leaves out or misspells a thing. Chosen, except that 399 of 771 (half) had no card: C19's thread. */
export const noise = {
  /** No VMware tools or agent: no guest name and no guest addresses. */
  silentGuest: 0.15,
  /** Hand-kept rows (netbox, csv) without a MAC. */
  handWithoutMac: 0.5,
  /** Hand-kept rows without a serial number. */
  handWithoutSerial: 0.2,
  /** MAC written down wrongly by hand. */
  macTypo: 0.005,
  /** Name written down wrongly by hand. */
  nameTypo: 0.005,
  /** Address written down and not true any more. */
  oldAddress: 0.04,
  /** Scan across a router: an address without a MAC. */
  routedScan: 0.2,
  /** A machine gone from its source that is still remembered. */
  stale: 0.01,
  /** Leases and scan answers without a name. */
  namelessSighting: 0.4,
} as const
