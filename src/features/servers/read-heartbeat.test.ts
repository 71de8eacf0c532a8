import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHeartbeat } from '#features/servers/check-heartbeat.ts'
import { Heartbeat } from '#features/servers/heartbeat-shape.ts'
import { readHeartbeat } from '#features/servers/read-heartbeat.ts'
import { coreMetrics } from '#model/sample.ts'

const now = Date.parse('2026-01-01T00:00:00.000Z')
const good = { server_id: 'nas-01', timestamp: '2026-01-01T00:00:00.000Z', metrics: { cpu_percent: 3.5 } }

/** Numbers at and beyond every bound. */
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, -1, 100, 100.1, 100.2, 2 ** 53, 2 ** 53 - 1, 1e300, Infinity, Number.NaN),
)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.constantFrom('', 'eth0', 'a\u0000b', 'ü', 'running', '\u{1F600}'.repeat(60), 'x'.repeat(1_001)),
)
const any = fc.oneof(number, text, fc.constant(null), fc.boolean(), fc.constant([]), fc.constant({}))
const word = fc.constantFrom('eth0', 'ü', '/data', '\u{1F600}'.repeat(50))
const amount = fc.oneof(fc.nat(100), fc.constant(0.5), fc.constant(null))
/** Mostly as it should be, so that some heartbeats are good as a whole and others at fault in one place. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 25, arbitrary }, { weight: 1, arbitrary: any })
const heartbeats = fc.record(
  {
    server_id: maybe(fc.constantFrom('nas-01', 'a')),
    timestamp: maybe(word),
    backfill: maybe(fc.boolean()),
    metrics: maybe(
      fc.dictionary(fc.constantFrom(...coreMetrics, 'other'), maybe(amount), { noNullPrototype: true }),
    ),
    hostname: maybe(word),
    interval_seconds: maybe(fc.integer({ min: 1, max: 60 })),
    filesystems: maybe(
      fc.array(
        fc.record(
          { mount_point: maybe(word), total_bytes: maybe(amount), percent: maybe(amount) },
          { noNullPrototype: true },
        ),
        { maxLength: 3 },
      ),
    ),
    interfaces: maybe(
      fc.array(
        fc.record(
          { name: maybe(word), rx_bytes: maybe(amount), addresses: maybe(fc.array(maybe(word))) },
          { requiredKeys: ['name'], noNullPrototype: true },
        ),
        { maxLength: 3 },
      ),
    ),
    services: maybe(
      fc.array(
        fc.record(
          { name: maybe(word), status: maybe(fc.constantFrom('running', 'failed')) },
          { noNullPrototype: true },
        ),
        {
          maxLength: 3,
        },
      ),
    ),
    temperatures: maybe(
      fc.array(
        fc.record(
          { sensor: maybe(word), celsius: maybe(fc.double({ min: -50, max: 100, noNaN: true })) },
          { noNullPrototype: true },
        ),
        {
          maxLength: 2,
        },
      ),
    ),
    power_watts: maybe(amount),
    power_covers: maybe(fc.constantFrom('machine', 'parts')),
    updates_available: maybe(amount),
  },
  { requiredKeys: [], noNullPrototype: true },
)

test('the compiled check and the shape say the same of every body, good or broken', () => {
  let taken = 0
  fc.assert(
    fc.property(heartbeats, (body) => {
      const verdict = Heartbeat.safeParse(body).success
      if (verdict) taken += 1
      assert.equal(isHeartbeat(body), verdict)
    }),
    { numRuns: 1_500 },
  )
  assert.ok(taken > 150, `${taken} of them were good`)
})

test('whatever is sent, what is taken of it is whole and what is not is named', () => {
  fc.assert(
    fc.property(fc.oneof(heartbeats, any), (body) => {
      const { reading, rejected } = readHeartbeat(body, now)

      assert.ok(reading !== undefined || rejected.length > 0)
      for (const { expected } of rejected) assert.doesNotMatch(expected, /^(Invalid|Too|Unrec)/)
      for (const value of reading?.core ?? [])
        assert.ok(value === null || (value >= 0 && value <= Number.MAX_SAFE_INTEGER))
      for (const value of Object.values(reading?.extra ?? {})) assert.ok(Number.isFinite(value))
    }),
    { numRuns: 500 },
  )
})

const faults: [string, Record<string, unknown>, string][] = [
  ['more than a hundred percent', { cpu_percent: 101 }, 'metrics.cpu_percent'],
  ['a negative share', { memory_percent: -1 }, 'metrics.memory_percent'],
  ['a negative load', { load_1m: -0.5 }, 'metrics.load_1m'],
  ['a text for a number', { cpu_percent: '3.5' }, 'metrics.cpu_percent'],
  ['more than a number can hold', { network_rx_bytes: 2 ** 53 }, 'metrics.network_rx_bytes'],
  ['infinity', JSON.parse('{"load_5m":1e999}') as Record<string, unknown>, 'metrics.load_5m'],
  ['no number', { load_5m: Number.NaN }, 'metrics.load_5m'],
  ['a metric of a strange name', { 'a b': 1 }, 'metrics.a b'],
  ['a metric that is a list', { swap: [1] }, 'metrics.swap'],
]

for (const [what, metrics, path] of faults) {
  test(`${what} costs that field, and the rest is taken`, () => {
    const { reading, rejected } = readHeartbeat({ ...good, metrics: { uptime_seconds: 7, ...metrics } }, now)

    assert.deepEqual(
      rejected.map((each) => each.path),
      [path],
    )
    assert.equal(reading!.core.at(-1), 7)
    assert.equal(reading!.core.filter((value) => value !== null).length, 1)
  })
}

test('a complaint says once a field what was expected, in words', () => {
  const body = { ...good, metrics: { load_1m: -0.5, cpu_percent: 101 }, backfill: 1, updates_available: 1.5 }
  const named = [body, { server_id: '' }, {}].map((each) =>
    readHeartbeat(each, now)
      .rejected.map(({ path, expected }) => `${path}: ${expected}`)
      .toSorted(),
  )

  const slug = 'up to 100 small letters, digits and dashes, such as nas-01'
  assert.deepEqual(named, [
    [
      'backfill: true or false',
      'metrics.cpu_percent: a number from 0 to 100',
      'metrics.load_1m: a number of at least 0',
      'updates_available: a whole number of at least 0',
    ],
    [`server_id: ${slug}`],
    [`server_id: ${slug} (it is required)`],
  ])
})

test('what rounding makes of a hundred percent stays as it is', () => {
  const { reading, rejected } = readHeartbeat({ ...good, metrics: { cpu_percent: 100.00000000000001 } }, now)

  assert.deepEqual([reading!.core[0], rejected], [100.00000000000001, []])
})

for (const [what, body] of [
  ['without a server', { metrics: {} }],
  ['of a server that is no slug', { ...good, server_id: 'Web 01' }],
  ['with a time without a zone', { ...good, timestamp: '2026-01-01T00:00:00' }],
  ['with a time that is none', { ...good, timestamp: 'yesterday' }],
  ['that is a text', 'nas-01'],
  ['that is nothing', null],
] as const) {
  test(`a heartbeat ${what} is not taken`, () => {
    const { reading, rejected } = readHeartbeat(body, now)

    assert.equal(reading, undefined)
    assert.equal(rejected.length, 1)
  })
}

test('file systems, cards and sensors become series, and the rest is told', () => {
  const { reading, rejected } = readHeartbeat(
    {
      ...good,
      hostname: 'nas',
      boot_id: 'b1',
      filesystems: [{ mount_point: '/data', total_bytes: 100, used_bytes: 40 }],
      interfaces: [
        { name: 'eth0', rx_bytes: 5, tx_bytes: 6, mac: '02:00:00:00:00:01', addresses: ['192.0.2.7/24'] },
      ],
      temperatures: [{ sensor: 'cpu', celsius: 41.5 }],
      services: [{ name: 'ssh.service', status: 'failed', status_reason: 'exit 1' }],
      updates_available: 3,
      reboot_required: true,
      metrics: { cpu_percent: 1, swap_used_mb: 12, reboot_required: true },
    },
    now,
  )

  assert.deepEqual(rejected, [])
  assert.deepEqual(reading!.extra, {
    swap_used_mb: 12,
    reboot_required: 1,
    'filesystem_size_bytes{mount="/data"}': 100,
    'filesystem_used_bytes{mount="/data"}': 40,
    'interface_rx_bytes{interface="eth0"}': 5,
    'interface_tx_bytes{interface="eth0"}': 6,
    'temperature_celsius{sensor="cpu"}': 41.5,
    updates_available: 3,
  })
  assert.deepEqual(reading!.told, {
    bootId: 'b1',
    services: [{ name: 'ssh.service', status: 'failed', reason: 'exit 1' }],
    updates: { available: 3, rebootRequired: true },
    facts: {
      hostname: 'nas',
      interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['192.0.2.7/24'] }],
    },
  })
})

test('a thing of a list that is at fault is left out by itself', () => {
  const filesystems = [
    { mount_point: '/a\u0000b', used_bytes: 1 },
    { mount_point: '/', used_bytes: 2 },
  ]
  const { reading, rejected } = readHeartbeat({ ...good, filesystems }, now)

  assert.deepEqual(
    rejected.map((each) => each.path),
    ['filesystems.0.mount_point'],
  )
  assert.deepEqual(reading!.extra, { 'filesystem_used_bytes{mount="/"}': 2 })
})
