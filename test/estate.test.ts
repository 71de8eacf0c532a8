import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { cases } from '../bench/identity/cases.ts'
import { estateOf, makeEstate, makeScene, type EstateRecord } from '../bench/identity/estate.ts'
import { laterRounds } from '../bench/identity/rounds.ts'

const estate = makeEstate({ seed: 1, machines: 1_500 })
const byRef = new Map(estate.records.map((each) => [each.ref, each]))
const share = (isOne: (record: EstateRecord) => boolean): number =>
  estate.records.filter(isOne).length / estate.records.length

test('the same seed makes the same estate, another seed another', () => {
  const digest = (seed: number): string => hash('sha256', JSON.stringify(makeEstate({ seed, machines: 300 })))
  assert.equal(digest(7), digest(7))
  assert.notEqual(digest(7), digest(8))
})

test('each machine has four to five records, and no two records have one ref', () => {
  const perMachine = estate.records.length / estate.machines
  assert.ok(perMachine > 4 && perMachine < 5.5, `${perMachine} records a machine`)
  assert.equal(byRef.size, estate.records.length)
})

test('every hard case is there, on more than one record', () => {
  const seen = Map.groupBy(
    estate.records.flatMap(({ truth }) => truth.cases),
    (name) => name,
  )
  for (const name of Object.keys(cases) as (keyof typeof cases)[])
    assert.ok((seen.get(name)?.length ?? 0) > 1, name)
})

test('no case that parts machines is without pairs that must not be merged', () => {
  const parting = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C8', 'C11', 'C16', 'C17', 'C18', 'C21'] as const
  const unset = ['default-serial', 'default-uuid', 'default-name', 'vagrant', 'dock', 'moved-card'] as const
  const told = new Set(estate.mustNotMerge.map((each) => each.case))
  for (const name of [...parting, ...unset, 'name-reuse'] as const) assert.ok(told.has(name), name)
})

test('pairs that must not be merged are records of two machines', () => {
  for (const { left, right } of estate.mustNotMerge)
    assert.notEqual(byRef.get(left)!.truth.machine, byRef.get(right)!.truth.machine)
})

test('records of one group are of one machine, and hard records are a small part of all', () => {
  const groups = Map.groupBy(estate.records, ({ truth }) => truth.group)
  for (const records of groups.values())
    assert.equal(new Set(records.map(({ truth }) => truth.machine)).size, 1)
  const undecidable = share(({ truth }) => truth.isUndecidable)
  assert.ok(undecidable > 0.02 && undecidable < 0.1, `${undecidable} undecidable`)
  const gone = share(({ isHeld }) => !isHeld)
  assert.ok(gone > 0.01 && gone < 0.06, `${gone} gone`)
})

test('clones have one MAC, BIOS UUID and instance UUID in two vCenters', () => {
  const pairs = estate.mustNotMerge.filter(
    ({ case: name, left, right }) =>
      name === 'C1' && left.startsWith('vcenter/') && right.startsWith('vcenter/'),
  )
  assert.ok(pairs.length >= 2)
  for (const { left, right } of pairs) {
    const [one, other] = [byRef.get(left)!, byRef.get(right)!]
    assert.ok(one.record.kind === 'device' && other.record.kind === 'device')
    assert.notEqual(one.source.name, other.source.name)
    assert.deepEqual(one.record.nativeIds, other.record.nativeIds)
    assert.equal(one.record.interfaces![0]!.mac, other.record.interfaces![0]!.mac)
  }
})

test('in later rounds only what something happened to is told otherwise', () => {
  const scene = makeScene({ seed: 4, machines: 400 })
  const told = (records: readonly EstateRecord[]): Map<string, string> =>
    new Map(records.map((each) => [each.ref, JSON.stringify([each.record, each.isHeld])]))
  let before = told(estateOf(scene).records)
  for (const round of laterRounds(scene, { rounds: 2, events: 24 })) {
    const touched = new Set(round.events.map(({ machine }) => machine))
    assert.ok(touched.size >= 20, `${touched.size} events`)
    const after = told(round.records)
    const changed = round.records.filter(({ ref }) => before.get(ref) !== after.get(ref))
    assert.ok(changed.length > touched.size)
    if (round.number === 2)
      for (const { truth } of changed) assert.ok(touched.has(truth.machine), truth.machine)
    before = after
  }
})

test('what was chosen to be as often as it is, is', () => {
  const rate = (of: (record: EstateRecord) => boolean, isOne: (record: EstateRecord) => boolean): number => {
    const all = big.filter(of)
    return all.filter(isOne).length / all.length
  }
  const big = makeEstate({ seed: 2, machines: 2_500 }).records
  const isDevice = ({ record }: EstateRecord): boolean => record.kind === 'device'
  const has = (name: keyof typeof cases) => (each: EstateRecord) => each.truth.cases.includes(name)
  const within = (value: number, least: number, most: number): void =>
    assert.ok(value >= least && value <= most, `${value} is not from ${least} to ${most}`)
  within(
    rate(
      (each) => each.source.system === 'puppet' && /\/[^/]*-(web|app|mail)-/.test(each.ref),
      has('swapped-uuid'),
    ),
    0.2,
    0.4,
  )
  within(
    rate(
      ({ source, record }) =>
        source.system === 'netbox' && record.kind === 'device' && record.deviceType === 'server',
      ({ record }) => record.kind === 'device' && record.interfaces!.every(({ mac }) => mac === undefined),
    ),
    0.4,
    0.6,
  )
  within(
    rate(
      (each) => each.source.system === 'scan',
      ({ record }) => record.sourceId.startsWith('ip:'),
    ),
    0.15,
    0.25,
  )
  within(rate(isDevice, has('C1')), 0.002, 0.03)
  within(rate(isDevice, has('name-reuse')), 0.002, 0.03)
  within(
    rate(isDevice, (each) => each.truth.isUndecidable),
    0.005,
    0.06,
  )
})
