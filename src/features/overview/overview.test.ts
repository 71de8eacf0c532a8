import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { overviewOperations } from '#features/overview/overview-operations.ts'
import { Overview } from '#features/overview/overview-shapes.ts'
import { runSource } from '#features/sync/run-source.ts'
import { AppError } from '#kernel/errors.ts'
import { rolePermissions, systemActor } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'
import type { ReportedRecord } from '#model/record.ts'
import { sourceTypes } from '#sources/sources.ts'
import type { Verdict } from '#sources/source.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { registryComplaints } from '#surfaces/registry-complaints.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { addDevice, addHosts, limitedTo } from '#test/host-rows.ts'
import { listSource, sighting } from '#test/list-source.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'

const minutes = 60_000
const request = { startedBy: 'system:schedule', jobId: null }

const machines = (count: number): ReportedRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'device',
    sourceId: `${index}`,
    name: `vm-${index}`,
    deviceType: 'vm',
    status: 'active',
  }))

/** An installation that is configured to read these sources; the sources themselves are played. */
function world(database: OpenDatabase, sources: { name: string; type: string; schedule?: string }[] = []) {
  const configured = sources.map((source) => ({
    enabled: true,
    schedule: undefined,
    settings: {},
    ...source,
  }))
  const config = testConfig({ sources: configured })
  const types = new Map([...sourceTypes].filter(([type]) => type !== 'local'))
  const context = testContext(database, { config, sourceTypes: types })
  const show = async (actor: Actor = systemActor('test')): Promise<Overview> => {
    const answer = await answerOperation(
      overviewOperations[0]!,
      context,
      actor,
      {},
      new AbortController().signal,
    )
    return Overview.parse(answer)
  }
  const read = async (
    system: string,
    name: string,
    records: ReportedRecord[],
    verdict?: Verdict | AppError,
  ) => {
    const listed = listSource(system, name, records)
    const source = {
      ...listed.source,
      async *read(signal: AbortSignal) {
        const told = yield* listed.source.read(signal)
        if (verdict instanceof AppError) throw verdict
        return verdict ?? told
      },
    }
    return runSource(context, { ...listed, source }, request, AbortSignal.timeout(60_000))
  }
  const attention = async (actor?: Actor) =>
    (await show(actor)).attention.map(({ kind, message, link }) => ({ kind, message, link }))
  return { context, show, read, attention }
}

test('the operations of the overview follow the rules of the registry', () => {
  assert.deepEqual(registryComplaints(overviewOperations), [])
})

onEachDatabase('the overview', (fresh) => {
  test('an empty installation has nothing to show and nothing to see to', async () => {
    const { show } = world(await fresh())

    assert.deepEqual(await show(), {
      devices: { total: 0, byType: {}, byStatus: {} },
      hosts: { pending: 0, approved: 0, rejected: 0, pushed: 0 },
      sources: [],
      runs: [],
      changes: [],
      findings: [],
      attention: [],
    })
  })

  test('devices are counted by type and status without the retired, hosts by their review', async () => {
    const database = await fresh()
    const { show } = world(database)
    await addDevice(database, 'a')
    await addDevice(database, 'b', { device_type: 'vm' })
    await addDevice(database, 'c', { retired_at: '2026-01-01T00:00:00.000Z' })
    await addHosts(database, 3, (number) => ({ status: number === 1 ? 'approved' : 'pending' }))

    const { devices, hosts } = await show()

    assert.deepEqual(devices, { total: 2, byType: { server: 1, vm: 1 }, byStatus: { active: 2 } })
    assert.deepEqual(hosts, { pending: 2, approved: 1, rejected: 0, pushed: 0 })
  })

  test('somebody limited by tags is told of their devices and hosts only', async () => {
    const database = await fresh()
    const { show, read } = world(database)
    const mine = await addDevice(database, 'mine', { tags: ['lab'] })
    await addDevice(database, 'other')
    await addHosts(database, 3, (number) => ({ device_id: number === 1 ? mine : null }))
    await read('scan', 'lan', [sighting('00:1b:21:00:00:11', ['192.0.2.1'])])
    await read('scan', 'lan', [
      sighting('00:1b:21:00:00:11', ['192.0.2.1']),
      sighting('00:1b:21:00:00:12', ['192.0.2.2']),
    ])

    const { devices, hosts, changes, attention } = await show(limitedTo(['lab']))

    assert.equal(devices.total, 1)
    assert.equal(hosts.pending, 1)
    assert.deepEqual(changes, [])
    assert.deepEqual(
      attention.map(({ message }) => message),
      ['1 host waits for review'],
    )
  })

  test('who may not see sources is told nothing of them and their runs', async () => {
    const { show, read } = world(await fresh(), [{ name: 'lab', type: 'proxmox' }])
    await read('proxmox', 'lab', machines(2), { complete: false, reason: 'A node did not answer' })

    const all = await show({ ...systemActor('x'), permissions: new Set(rolePermissions.viewer) })
    const little = await show({ ...systemActor('x'), permissions: new Set(['inventory.read']) })

    assert.equal(all.sources[0]?.lastRun?.status, 'partial')
    assert.equal(all.runs.length, 1)
    assert.deepEqual(
      { ...little, devices: undefined, changes: [] },
      {
        devices: undefined,
        hosts: { pending: 0, approved: 0, rejected: 0, pushed: 0 },
        sources: [],
        runs: [],
        changes: [],
        findings: [],
        attention: [],
      },
    )
    assert.equal(little.devices.total, 2)
  })

  test('a source that was never read, fails, tells only a part or is late needs attention', async () => {
    const { context, read, attention } = world(await fresh(), [
      { name: 'fails', type: 'proxmox' },
      { name: 'late', type: 'kea', schedule: '0 * * * *' },
      { name: 'never', type: 'csv' },
      { name: 'part', type: 'proxmox' },
      { name: 'well', type: 'dnsmasq', schedule: '*/30 * * * *' },
    ])
    const gone = new AppError('SOURCE_UNREACHABLE', 'Nothing answers at pve.example.net')
    await read('dhcp', 'late', [sighting('da:00:00:00:00:01', ['192.0.2.1'])])
    context.clock.advance(100 * minutes)
    const failed = await read('proxmox', 'fails', [], gone)
    const part = await read('proxmox', 'part', machines(1), {
      complete: false,
      reason: 'A right is missing.',
    })
    await read('dhcp', 'well', [sighting('da:00:00:00:00:01', ['192.0.2.1'])])

    assert.deepEqual(await attention(), [
      {
        kind: 'source-failed',
        message: `fails could not be read: ${failed.reason}`,
        link: `/runs/${failed.id}`,
      },
      { kind: 'source-overdue', message: 'late was not read when it was due', link: '/sources' },
      { kind: 'source-never-read', message: 'never has never been read', link: '/sources' },
      {
        kind: 'source-partial',
        message: `part was read only in part: ${part.reason}`,
        link: `/runs/${part.id}`,
      },
      { kind: 'hosts-pending', message: '1 host waits for review', link: '/hosts?status=pending' },
    ])
  })

  test('the newest runs and changes come first', async () => {
    const { read, show } = world(await fresh(), [{ name: 'lab', type: 'proxmox' }])
    for (let count = 1; count <= 12; count += 1) await read('proxmox', 'lab', machines(count))

    const { runs, changes, sources } = await show()

    assert.deepEqual(
      runs.map(({ id }) => id),
      [12, 11, 10, 9, 8, 7, 6, 5, 4, 3],
    )
    assert.deepEqual(
      changes.map(({ operation, device }) => `${operation} ${device?.name}`),
      Array.from({ length: 10 }, (_, index) => `create vm-${11 - index}`),
    )
    assert.equal(sources[0]?.records, 12)
    assert.equal(sources[0]?.lastRun?.id, 12)
  })

  test('a run that found too much gone waits for a person, and comes first', async () => {
    const { read, attention } = world(await fresh(), [{ name: 'lab', type: 'proxmox' }])
    await read('proxmox', 'lab', machines(50))
    const run = await read('proxmox', 'lab', machines(10))

    assert.equal(run.missingWaiting, 40)
    const [first] = await attention()
    assert.deepEqual(first, {
      kind: 'run-waiting',
      message: 'lab no longer shows 40 records: say whether they are gone',
      link: `/runs/${run.id}`,
    })
  })

  test('findings are told with a page to look at, many of a kind as a number', async () => {
    const { read, show, attention } = world(await fresh())
    const seen = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const digits = index.toString(16).padStart(2, '0')
        return sighting(`00:1b:21:00:00:${digits}`, [`192.0.2.${index}`], { hostname: `pc-${index}` })
      })
    const told = async () => (await attention()).filter(({ kind }) => kind !== 'hosts-pending')
    await read('scan', 'lan', seen(1))
    await read('scan', 'lan', seen(4))

    const few = await told()
    assert.equal(few.length, 3)
    assert.match(few[0]!.message, /^pc-\d+ is new, seen by lan$/)
    assert.match(few[0]!.link!, /^\/devices\/\d+$/)

    await read('scan', 'lan', seen(40))

    assert.deepEqual(await told(), [{ kind: 'new-device', message: '39 machines are new', link: '/' }])
    const { findings } = await show()
    assert.deepEqual(
      findings.map(({ kind, count, newestId }) => [kind, count, newestId]),
      [['new-device', 39, 39]],
    )
  })

  test('a job that failed within a day is told to whoever may see jobs', async () => {
    const { context, attention } = world(await fresh())
    const now = context.clock.now()
    await context.db
      .insertInto('jobs')
      .values({
        name: 'Back up',
        action: 'backup',
        parameters: '{}',
        description: null,
        original_command: 'db backup',
        status: 'failed',
        mode: 'auto',
        total_rows: 0,
        processed_rows: 0,
        successful_rows: 0,
        failed_rows: 0,
        requested_by: 'cli:root',
        error_code: 'DATABASE_FULL',
        error_message: 'The disk is full',
        attempt: 1,
        created_at: now,
        completed_at: now,
        updated_at: now,
      })
      .execute()

    assert.deepEqual(await attention(), [
      { kind: 'job-failed', message: 'Back up failed: The disk is full', link: '/jobs/1' },
    ])
    assert.deepEqual(await attention({ ...systemActor('x'), permissions: new Set(['inventory.read']) }), [])
    context.clock.advance(25 * 60 * minutes)
    assert.deepEqual(await attention(), [])
  })

  test('a job that goes no further without a person is told to whoever may see jobs', async () => {
    const { context, attention } = world(await fresh())
    const at = context.clock.now()
    const job = {
      action: 'tag',
      parameters: '{}',
      description: null,
      original_command: '',
      mode: 'confirm',
      total_rows: 1,
      processed_rows: 0,
      successful_rows: 0,
      failed_rows: 0,
      attempt: 0,
      requested_by: 'ada@example.net',
      created_at: at,
      updated_at: at,
    }
    const soon = { approval: 'waiting', approval_expires_at: '2099-01-01T00:00:00.000Z' }
    const late = { approval: 'waiting', approval_expires_at: '2001-01-01T00:00:00.000Z' }
    await context.db
      .insertInto('jobs')
      .values([
        { ...job, name: 'Tag them', status: 'pending', waiting_for: 'approval', ...soon },
        { ...job, name: 'Tag others', status: 'pending', waiting_for: 'approval', ...late },
        { ...job, name: 'Call it', status: 'paused', waiting_for: 'review' },
        { ...job, name: 'Rest', status: 'paused', waiting_for: 'person' },
      ])
      .execute()

    assert.deepEqual(await attention(), [
      {
        kind: 'job-waiting',
        message: 'Waits for somebody to say what became of its rows: Call it',
        link: '/jobs/3',
      },
      { kind: 'job-waiting', message: 'Waits for an approval: Tag them', link: '/jobs/1' },
    ])
    assert.deepEqual(await attention({ ...systemActor('x'), permissions: new Set(['inventory.read']) }), [])
  })
})
