import { atLeast } from '../figures.ts'
import { bySource, devicesByRef, readAgain, readEstate, withDatabase } from './estate-database.ts'
import { estateOf, makeScene, type EstateRecord } from './estate.ts'
import { eventKinds, laterRounds, type EventKind, type Round } from './rounds.ts'

/** Whether machines stay the devices they are while they are renamed, moved, repaired and written down anew. */
export async function benchSurvival(
  seed: number,
  options: { machines: number; events: number },
): Promise<void> {
  const rounds = 4
  const scene = makeScene({ seed, machines: options.machines })
  const kept = new Map(
    eventKinds.map((kind): [EventKind, { kept: number; all: number }] => [kind, { kept: 0, all: 0 }]),
  )
  await withDatabase(async (context) => {
    let { records } = estateOf(scene)
    await readEstate(context, records, bySource(records))
    let devices = await devicesByRef(context)
    for (const round of laterRounds(scene, { rounds, events: Math.ceil(options.events / rounds) })) {
      await readAgain(context, round.records)
      const now = await devicesByRef(context)
      tally(kept, round, records, devices, now)
      ;({ records } = round)
      devices = now
    }
  })
  for (const [kind, count] of kept)
    atLeast(
      `${kind}: of ${count.all} machines, the device is the same`,
      (count.kept / count.all) * 100,
      100,
      '%',
    )
}

/** A machine keeps its device if all its records are where they were, and new ones where those before them were. */
function tally(
  kept: Map<EventKind, { kept: number; all: number }>,
  { number, events, records }: Round,
  recordsBefore: readonly EstateRecord[],
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): void {
  const ofMachine = Map.groupBy(records, ({ truth }) => truth.machine)
  const ofMachineBefore = Map.groupBy(recordsBefore, ({ truth }) => truth.machine)
  for (const { kind, machine } of events) {
    const old = ofMachineBefore.get(machine)!.filter((each) => each.record.kind === 'device' && each.isHeld)
    const lost = (ofMachine.get(machine) ?? []).filter((each) => {
      if (each.record.kind !== 'device' || !each.isHeld) return false
      const same =
        old.find(({ ref }) => ref === each.ref) ??
        old.find(({ source }) => source.system === each.source.system)
      const expected = same && before.get(same.ref)
      return expected !== undefined && now.get(each.ref) !== expected
    })
    const count = kept.get(kind)!
    count.all += 1
    if (lost.length === 0) count.kept += 1
    else {
      console.log(`    round ${number}, ${kind} of ${machine}: ${lost.map(({ ref }) => ref).join(', ')} left`)
      for (const { ref, isHeld } of ofMachine.get(machine)!)
        console.log(
          `      ${ref}${isHeld ? '' : ' (gone)'}: ${before.get(ref) ?? '-'} then ${now.get(ref) ?? '-'}`,
        )
    }
  }
}
