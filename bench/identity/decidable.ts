import { isLocalMac, isSharedMac, isUnicastMac } from '#model/mac.ts'
import type { ReportedRecord } from '#model/record.ts'
import { Joining } from './joining.ts'
import { defaultNames, defaultSerials } from './nature-cases.ts'
import { swapUuid } from './tell-from-inside.ts'

/**
 * Which records can be told to be of their machine at all. It asks the truth, as no rule can: a value ties records
 * together if records of this one machine carry it and no other's do. What nothing ties to the rest of its machine
 * nobody could place, so it counts neither as found nor as missed. An address ties only what has nothing else; random
 * and shared MACs, default serial numbers and default names tie nothing.
 */
export function decide(records: readonly { machine: string; record: ReportedRecord }[]): number[] {
  const groups = new Joining(records.length)
  const values = records.map(({ record }) => tyingValues(record))
  const carriers = new Carriers()
  for (const [index, list] of values.entries())
    for (const value of list) carriers.add(value, records[index]!.machine, index)
  for (const [index, list] of values.entries())
    for (const value of list) groups.join(index, carriers.only(value) ?? index)
  const holders = new Carriers()
  for (const [index, { machine, record }] of records.entries())
    if (values[index]!.length > 0)
      for (const address of addressesOf(record)) holders.add(address, machine, index)
  for (const [index, { machine, record }] of records.entries()) {
    if (values[index]!.length > 0 || hasCard(record)) continue
    for (const address of addressesOf(record))
      if (holders.machine(address) === machine) groups.join(index, holders.only(address) ?? index)
  }
  return records.map((_, index) => groups.find(index))
}

/** Who carries a value: one machine, or several. */
class Carriers {
  readonly #known = new Map<string, { machine: string | undefined; first: number }>()

  add(value: string, machine: string, index: number): void {
    const known = this.#known.get(value)
    if (!known) this.#known.set(value, { machine, first: index })
    else if (known.machine !== machine) known.machine = undefined
  }

  machine(value: string): string | undefined {
    return this.#known.get(value)?.machine
  }

  /** The first carrier, where all are of one machine. */
  only(value: string): number | undefined {
    const known = this.#known.get(value)
    return known?.machine === undefined ? undefined : known.first
  }
}

function tyingValues(record: ReportedRecord): string[] {
  if (record.kind === 'volume') return []
  if (record.kind === 'sighting')
    return [...(record.mac ? macValues(record.mac) : []), ...nameValues(record.hostname)]
  const { name, names = [], nativeIds = [], interfaces = [], serial } = record
  return [
    ...nativeIds.map((id) => (id.startsWith('uuid:') ? uuidValue(id.slice(5)) : id)),
    ...serialValues(serial),
    ...interfaces.flatMap(({ mac }) => (mac ? macValues(mac) : [])),
    ...[name, ...names].flatMap((each) => nameValues(each)),
  ]
}

/** Whether it tells something of the machine itself, not only what that is called. */
export const tellsHardware = (record: ReportedRecord): boolean =>
  tyingValues(record).some((value) => /^(uuid|instance-uuid|serial|mac):/.test(value))

const hasCard = (record: ReportedRecord): boolean => record.kind === 'sighting' && record.mac !== undefined

function addressesOf(record: ReportedRecord): string[] {
  if (record.kind === 'volume') return []
  if (record.kind === 'sighting') return record.addresses
  const own = record.interfaces?.flatMap(({ addresses }) => addresses ?? []) ?? []
  return [...own.map((each) => each.split('/')[0]!), ...(record.address ? [record.address] : [])]
}

const macValues = (mac: string): string[] => (isTying(mac) ? [`mac:${mac}`] : [])

const isTying = (mac: string): boolean =>
  isUnicastMac(mac) && !isSharedMac(mac) && (!isLocalMac(mac) || mac.startsWith('52:54:00'))

function uuidValue(uuid: string): string {
  const other = swapUuid(uuid)
  return `uuid:${uuid < other ? uuid : other}`
}

function serialValues(serial: string | undefined): string[] {
  if (serial === undefined || defaultSerials.includes(serial.trim())) return []
  const vmware = serial.startsWith('VMware-') ? serial.slice(7).replaceAll(/[ -]/g, '') : undefined
  if (vmware !== undefined) {
    const groups = [
      vmware.slice(0, 8),
      vmware.slice(8, 12),
      vmware.slice(12, 16),
      vmware.slice(16, 20),
      vmware.slice(20),
    ]
    return [uuidValue(groups.join('-'))]
  }
  return [`serial:${serial.replaceAll(/^S\/N|\s/g, '').toUpperCase()}`]
}

function nameValues(text: string | undefined): string[] {
  if (text === undefined || text.startsWith('(')) return []
  const lower = text.toLowerCase()
  const label = lower.split('.')[0]!
  return defaultNames.includes(label) ? [] : [`name:${label}`, `name:${lower}`]
}
