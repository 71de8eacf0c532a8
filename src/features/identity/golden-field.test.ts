import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { agree } from '#features/identity/field-agreement.ts'
import { byBelief } from '#features/identity/golden-belief.ts'
import type { FieldRule, LinkedContent } from '#features/identity/golden-belief.ts'
import { goldenDevice } from '#features/identity/golden-device.ts'
import { conflictsOf } from '#features/identity/golden-field.ts'
import type { ReportedDevice } from '#model/record.ts'

let next = 1
const record = (
  system: string,
  said: Partial<ReportedDevice>,
  rest: Partial<LinkedContent> = {},
): LinkedContent => ({
  recordId: next++,
  system,
  source: system,
  sourceId: `${system}-1`,
  isHeld: true,
  record: { kind: 'device', sourceId: `${system}-1`, name: 'web', deviceType: 'server', ...said },
  ...rest,
})

const rule = (kind: FieldRule['kind'], rest: Partial<FieldRule>): FieldRule => ({
  id: 1,
  device: 7,
  field: 'os',
  kind,
  sources: [],
  by: 'ada',
  ...rest,
})

const osOf = (records: LinkedContent[], rules: FieldRule[] = []) => {
  const golden = goldenDevice(records, { device: 7, rules })
  return [golden.state['os'], golden.fields.get('os')?.reason]
}

test('what firmware says of hardware that nobody set is nothing, unless a person enters it', () => {
  const unset = { serial: 'Not Specified', vendor: 'To Be Filled By O.E.M.', model: 'System Product Name' }
  const virtual = record('puppet', { ...unset })
  assert.deepEqual(stateOf([virtual]), [undefined, undefined, undefined])
  const noted = record('netbox', { serial: '7MX31', vendor: 'Dell Inc.', model: '0' })
  assert.deepEqual(stateOf([virtual, noted]), ['7MX31', 'Dell Inc.', '0'])
  assert.deepEqual(conflictsOf(goldenDevice([virtual, noted]).fields), [])
  assert.deepEqual(stateOf([virtual, record('manual', { serial: 'none' })]), ['none', undefined, undefined])
})

const stateOf = (records: LinkedContent[]) => {
  const { state } = goldenDevice(records)
  return [state['serial'], state['vendor'], state['model']]
}

const days = (count: number) => new Date(Date.UTC(2026, 0, 1 + count)).toISOString()

test('a lock comes before what was entered, that before a preferred source, that before the order of belief', () => {
  const sources = [record('vcenter', { os: 'Debian 12' }), record('netbox', { os: 'Debian 13' })]
  const entered = record('manual', { os: 'by hand' })
  const preferred = rule('prefer', { sources: ['netbox'] })

  assert.deepEqual(osOf(sources), ['Debian 12', 'most believed source'])
  assert.deepEqual(osOf(sources, [preferred]), ['Debian 13', 'preferred source netbox'])
  assert.deepEqual(osOf([...sources, entered], [preferred]), ['by hand', 'entered by hand'])
  assert.deepEqual(osOf([...sources, entered], [rule('lock', { value: 'locked' })]), [
    'locked',
    'locked by ada',
  ])
  assert.deepEqual(osOf([...sources, entered], [rule('lock', { sources: ['netbox'] })]), [
    'Debian 13',
    'locked by ada',
  ])
})

test('a rule about the device comes before one about all, that before the order of all fields', () => {
  const sources = ['vcenter', 'foreman', 'netbox', 'csv'].map((name) => record(name, { os: name }))
  const everywhere = rule('prefer', { device: null, sources: ['netbox', 'foreman'] })
  const order = rule('prefer', { device: null, field: '*', sources: ['csv'] })
  const own = rule('prefer', { sources: ['foreman'] })

  assert.equal(osOf(sources, [order])[0], 'csv')
  assert.equal(osOf(sources, [order, everywhere])[0], 'netbox')
  assert.equal(osOf(sources, [order, everywhere, own])[0], 'foreman')
  assert.equal(osOf(sources, [rule('prefer', { device: 8, sources: ['csv'] })])[0], 'vcenter')
  const gone = sources.map((each) => ({ ...each, isHeld: each.system !== 'netbox' }))
  assert.equal(osOf(gone, [everywhere])[0], 'foreman')
})

test('of equally believed sources the one that saw it lately counts; a more believed one needs no such help', () => {
  const old = record('vcenter', { os: 'old' }, { source: 'a', seenAt: days(0) })
  const fresh = record('vcenter', { os: 'fresh' }, { source: 'b', seenAt: days(30) })
  const other = record('netbox', { os: 'other' }, { seenAt: days(60) })

  assert.deepEqual(osOf([old, fresh]), ['fresh', 'seen more recently'])
  assert.equal(osOf([old, { ...fresh, seenAt: days(5) }])[0], 'old')
  assert.equal(osOf([old, other])[0], 'old')
  assert.equal(osOf([{ ...old, isHeld: false }, other])[0], 'other')
})

test('what was entered about a device itself comes before what came with one merged into it', () => {
  const own = record('manual', { os: 'own' }, { sourceId: 'device:7' })
  const brought = record('manual', { os: 'brought' }, { sourceId: 'device:12' })
  assert.equal(osOf([brought, own])[0], 'own')
  assert.deepEqual(
    byBelief([own, brought], { device: 12 }).map((each) => each.sourceId),
    ['device:12', 'device:7'],
  )
})

test('values that mean the same are no contradiction; others are, until a person has spoken', () => {
  const same: [string, string, string][] = [
    ['name', 'web-01', 'WEB-01.example.net'],
    ['os', 'Debian', 'Debian GNU/Linux 13 (64-bit)'],
    ['os', 'Microsoft Windows Server 2022 (64-bit)', 'Windows 2022'],
    ['os', 'Ubuntu 24.04.1 LTS', 'Ubuntu 24.04'],
    ['vendor', 'Dell Inc.', 'DELL'],
    ['serial', 'abc-123', 'ABC123'],
    ['rack', 'R 7', 'r-7'],
  ]
  const other: [string, string, string][] = [
    ['name', 'web-01', 'web-01b'],
    ['os', 'Debian 12', 'Debian 13'],
    ['os', 'Ubuntu 24.04', 'Ubuntu 22.04'],
    ['vendor', 'HP', 'Dell'],
    ['deviceType', 'vm', 'server'],
  ]
  for (const [field, left, right] of same) assert.equal(agree(field, left, right), true, `${left} = ${right}`)
  for (const [field, left, right] of other)
    assert.equal(agree(field, left, right), false, `${left} != ${right}`)

  const told = [
    record('vcenter', { os: 'Debian 12', site: 'x' } as Partial<ReportedDevice>),
    record('foreman', { os: 'debian 12' }),
    record('netbox', { os: 'Debian 13' }),
  ]
  const conflicts = (rules: FieldRule[], records = told) =>
    conflictsOf(goldenDevice(records, { device: 7, rules }).fields)
  assert.deepEqual(
    conflicts([]).map(({ field, claims }) => [field, claims.map((claim) => claim.source)]),
    [['os', ['vcenter', 'netbox']]],
  )
  assert.deepEqual(conflicts([rule('prefer', { sources: ['netbox'] })]), [])
  assert.deepEqual(conflicts([rule('lock', { value: 'Debian 11' })]), [])
  assert.deepEqual(conflicts([], [...told, record('manual', { os: 'mine' })]), [])
  assert.equal(conflicts([rule('prefer', { device: null, field: '*', sources: ['netbox'] })]).length, 1)
  assert.deepEqual(
    conflicts(
      [],
      told.map((each) => ({ ...each, isHeld: each.system !== 'netbox' })),
    ),
    [],
  )
})

const systems = fc.constantFrom('vcenter', 'proxmox', 'foreman', 'puppet', 'netbox', 'snmp', 'csv')
const contents = fc.uniqueArray(
  fc.record({ system: systems, source: fc.stringMatching(/^[a-c]$/), os: fc.string({ minLength: 1 }) }),
  { minLength: 1, maxLength: 8, selector: ({ system, source }) => `${system} ${source}` },
)

test('locked and entered values survive whatever sources say, in whatever order they come', () => {
  fc.assert(
    fc.property(contents, fc.boolean(), fc.infiniteStream(fc.nat()), (said, isLocked, numbers) => {
      const linked = said.map(({ system, source, os }) => record(system, { os }, { source }))
      const spoken = isLocked ? [] : [record('manual', { os: 'mine' }, { sourceId: 'device:7' })]
      const rules = isLocked ? [rule('lock', { value: 'mine' })] : []
      const all = [...linked, ...spoken]
      const shuffled = all
        .map((each) => ({ each, at: numbers.next().value as number }))
        .toSorted((left, right) => left.at - right.at)
        .map(({ each }) => each)

      const [golden, again] = [all, shuffled].map((each) => goldenDevice(each, { device: 7, rules }))
      assert.equal(golden!.state['os'], 'mine')
      assert.deepEqual(again!.state, golden!.state)
      assert.deepEqual(conflictsOf(again!.fields), conflictsOf(golden!.fields))
      assert.ok(conflictsOf(golden!.fields).every(({ field }) => field !== 'os'))
    }),
    { numRuns: 300 },
  )
})
