import type { CaseName } from './cases.ts'

/** The true things of an estate. Some are none a person would call a machine, but records speak of them. */
export const machineKinds = [
  'vm',
  'guest',
  'container',
  'server',
  'esxi',
  'node',
  'switch',
  'array',
  'laptop',
  'mobile',
  'ip-phone',
  'iot',
  'vagrant',
  'member',
  'virtual-address',
] as const
export type MachineKind = (typeof machineKinds)[number]

export interface Card {
  name: string
  mac: string
  /** Without prefix length. */
  addresses: string[]
  kind: 'physical' | 'virtual' | 'wireless' | 'bmc' | 'software'
}

/** What can be told of a machine; a source may be given another view of it than the truth. */
export interface View {
  /** Short name, lower case. */
  label: string
  domain: string
  uuid?: string | undefined
  instanceUuid?: string | undefined
  serial?: string | undefined
  vendor?: string | undefined
  model?: string | undefined
  cards: Card[]
}

export const systems = [
  'vcenter',
  'proxmox',
  'foreman',
  'puppet',
  'oxidized',
  'dorado',
  'netapp',
  'snmp',
  'mikrotik',
  'tailscale',
  'netbox',
  'csv',
  'dhcp',
  'scan',
] as const
export type System = (typeof systems)[number]

/** A complete answer of these is proof of what is not in it; others only see what happens to be there. */
export const provesAbsence = (system: System): boolean => !seeing.has(system)
const seeing = new Set<System>(['dhcp', 'scan', 'snmp', 'mikrotik'])

/** One source telling of one machine. A sighting is of one card. */
export interface Telling {
  system: System
  /** Name of the source: there is a vCenter at each site. */
  source: string
  sourceId: string
  kind: 'device' | 'sighting'
  /** Of a sighting: which card. */
  card?: number
  /** Of a sighting: seen across a router, so without its MAC. */
  isRouted?: boolean
  isHeld: boolean
  /** What this source has wrong, or sees otherwise. */
  twist?: Partial<View> & { hostname?: string; mac?: string; addresses?: string[] }
  cases?: CaseName[]
}

export interface Machine extends View {
  id: string
  kind: MachineKind
  site: number
  /** It is no more: most of its sources know that, the hand-kept ones not always. */
  isRetired?: boolean
  tellings: Telling[]
  cases: Set<CaseName>
}
