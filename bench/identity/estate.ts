import type { ReportedRecord } from '#model/record.ts'
import type { CaseName } from './cases.ts'
import { decide, tellsHardware } from './decidable.ts'
import { provesAbsence, type Machine, type System, type Telling } from './machine.ts'
import { applyNatureCases, type Confusion } from './nature-cases.ts'
import { tell } from './tell.ts'
import { applyTellingCases } from './telling-cases.ts'
import { chooseTellings } from './tellings.ts'
import { World } from './world.ts'

/** A record with the truth about it, which nothing that correlates may look at. */
export interface EstateRecord {
  /** `system/source/sourceId`. */
  ref: string
  source: { system: System; name: string; provesAbsence: boolean }
  record: Exclude<ReportedRecord, { kind: 'volume' }>
  /** False once its source has proved that it is gone. */
  isHeld: boolean
  truth: Truth
}

export interface Truth {
  machine: string
  /**
   * Records of one machine with the same group can be told to be of it by what they carry; of records in no group
   * with any other nobody could say whose they are. Decided by what is exclusive to the machine, see decidable.ts.
   */
  group: number
  /** Nothing ties it to any other record of its machine, although there are some. */
  isUndecidable: boolean
  /**
   * In the largest group of its machine, and something in it says which that is: not only that a card was seen twice,
   * nor a single row with a name.
   */
  isMain: boolean
  cases: readonly CaseName[]
}

export interface Estate {
  seed: number
  /** Number of true machines. */
  machines: number
  records: EstateRecord[]
  /** Pairs of records, by ref, of machines that a hard case makes look like one. */
  mustNotMerge: { case: CaseName; left: string; right: string }[]
}

/** A world with all that its sources will tell. */
export interface Scene {
  seed: number
  world: World
  confusions: Confusion[]
}

/** An estate of about so many machines with all hard cases, the same for the same seed. */
export function makeEstate(options: { seed: number; machines: number }): Estate {
  return estateOf(makeScene(options))
}

export function makeScene({ seed, machines }: { seed: number; machines: number }): Scene {
  const world = new World(seed, machines)
  const confusions = applyNatureCases(world)
  for (const machine of world.machines) chooseTellings(world, machine)
  confusions.push(...applyTellingCases(world))
  return { seed, world, confusions }
}

/** What all sources tell of a world, in no order that means anything. */
export function estateOf({ seed, world, confusions }: Scene): Estate {
  const byRef = new Map<string, EstateRecord>()
  for (const machine of world.machines)
    for (const telling of machine.tellings) addRecord(byRef, seed, machine, telling)
  const records = [...byRef.values()]
  label(records, new Map(world.machines.map((each) => [each.id, each.label])))
  return { seed, machines: world.machines.length, records, mustNotMerge: forbidden(records, confusions) }
}

function addRecord(byRef: Map<string, EstateRecord>, seed: number, machine: Machine, telling: Telling): void {
  const { record, cases } = tell(seed, machine, telling)
  if (record.kind === 'volume') return
  // A scan across a router has only the address to know it by.
  const sourceId =
    telling.isRouted && record.kind === 'sighting' ? `ip:${record.addresses[0]}` : record.sourceId
  const ref = `${telling.system}/${telling.source}/${sourceId}`
  const known = byRef.get(ref)
  if (known) {
    repeat(known, record)
    return
  }
  byRef.set(ref, {
    ref,
    source: { system: telling.system, name: telling.source, provesAbsence: provesAbsence(telling.system) },
    record: { ...record, sourceId },
    isHeld: telling.isHeld,
    truth: { machine: machine.id, group: 0, isUndecidable: false, isMain: false, cases },
  })
}

/** One source sees two machines under one id, and so one record with what it saw of both. It is the first one's. */
function repeat(known: EstateRecord, record: ReportedRecord): void {
  if (known.record.kind !== 'sighting' || record.kind !== 'sighting') return
  known.record.addresses = [...new Set([...known.record.addresses, ...record.addresses])]
}

function label(records: readonly EstateRecord[], names: ReadonlyMap<string, string>): void {
  const groups = decide(records.map(({ record, truth }) => ({ machine: truth.machine, record })))
  const byMachine = Map.groupBy(records.keys(), (index) => records[index]!.truth.machine)
  for (const [machine, indexes] of byMachine) {
    const byGroup = [...Map.groupBy(indexes, (index) => groups[index]!)]
    const [main] = byGroup.toSorted(([, left], [, right]) => right.length - left.length)
    for (const [group, members] of byGroup) {
      const isUndecidable = members.length === 1 && indexes.length > 1
      const isMain =
        group === main![0] &&
        !isUndecidable &&
        members.some((index) => saysWhat(records[index]!, names.get(machine)!)) &&
        (members.length > 1 || tellsHardware(records[members[0]!]!.record))
      for (const index of members)
        records[index]!.truth = { ...records[index]!.truth, group, isUndecidable, isMain }
    }
  }
}

/** A device is somebody's entry of a machine; a card seen is of one only if it goes by the machine's name. */
const saysWhat = ({ record }: EstateRecord, name: string): boolean =>
  record.kind === 'device' || record.hostname?.toLowerCase().split('.')[0] === name

/** All pairs of few machines; of many that share one thing, each with the next. */
const atMostAll = 6

/**
 * Pairs that must not be merged. Records that nobody could place are left out, as a card that a scan calls by the name
 * of the machine which had its address before; except those of systems that list machines themselves: two entries that
 * hypervisors hold are two machines, however alike.
 */
function forbidden(
  records: readonly EstateRecord[],
  confusions: readonly Confusion[],
): Estate['mustNotMerge'] {
  const byMachine = Map.groupBy(records, ({ truth }) => truth.machine)
  const recordsOf = ({ id }: Machine): EstateRecord[] =>
    (byMachine.get(id) ?? []).filter(
      ({ truth, source, isHeld }) =>
        truth.isMain || (isHeld && (source.system === 'vcenter' || source.system === 'proxmox')),
    )
  return confusions.flatMap(({ case: name, machines }) =>
    pairsOf(machines).flatMap(([left, right]) =>
      recordsOf(left).flatMap((one) =>
        recordsOf(right).map((other) => ({ case: name, left: one.ref, right: other.ref })),
      ),
    ),
  )
}

const pairsOf = (machines: readonly Machine[]): [Machine, Machine][] =>
  machines.flatMap((left, index) => {
    const others = machines.slice(index + 1)
    return (machines.length > atMostAll ? others.slice(0, 1) : others).map((right): [Machine, Machine] => [
      left,
      right,
    ])
  })
