import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { OpenDatabase } from '#database/open.ts'
import { ownTables } from '#database/own-tables.ts'
import { cleanUps } from '#features/system/clean-ups.ts'
import { maintain, maintainAction } from '#features/system/maintain.ts'
import { systemOperations } from '#features/system/system-operations.ts'
import type { AnyOperation } from '#features/operation.ts'
import { shift } from '#kernel/clock.ts'
import { JobId } from '#model/ids.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machine, macOf, sighting } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'
import { callBy } from '#test/test-context.ts'

const never = new AbortController().signal
const day = 86_400_000

/** A machine that only a scan sees. */
const seen = sighting(macOf(1), { addresses: ['192.0.2.1'], hostname: 'camera' })
const other = sighting(macOf(2), { addresses: ['192.0.2.2'], hostname: 'printer' })
const scan = { name: 'lan', system: 'scan', provesAbsence: false }

const clean = (world: SyncWorld) => maintain(world.context, { dryRun: false }, never)

async function countOf(world: SyncWorld, name: string, dryRun = false): Promise<number> {
  const { cleanUps } = await maintain(world.context, { dryRun }, never)
  return cleanUps.find((each) => each.name === name)!.count
}

/** Every row of every table, as text. */
async function everything({ db, engine }: OpenDatabase): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {}
  for (const table of ownTables(engine)) {
    const { rows } = await sql<object>`select * from ${sql.table(table)}`.execute(db)
    dump[table] = rows.map((row) => JSON.stringify(row)).toSorted()
  }
  return dump
}

/** Rows of every kind that a clean-up removes, and neighbours that stay. */
async function fillWithOld({ context }: SyncWorld): Promise<void> {
  const { db, clock } = context
  const now = clock.now()
  const ago = (days: number) => shift(now, -days * day)
  const change = {
    sync_id: 'x',
    source_system: 'csv',
    operation: 'update',
    change_type: 'os',
    performed_by: 'x',
  }
  await db
    .insertInto('sync_history')
    .values([400, 366, 364, 1].map((days) => ({ ...change, performed_at: ago(days) })))
    .execute()
  const job = {
    name: 'x',
    action: 'sync',
    parameters: '{}',
    original_command: '',
    mode: 'auto',
    total_rows: 0,
    processed_rows: 0,
    successful_rows: 0,
    failed_rows: 0,
    requested_by: 'x',
    attempt: 0,
    created_at: ago(100),
    updated_at: ago(100),
  }
  await db
    .insertInto('jobs')
    .values([
      { ...job, status: 'completed', completed_at: ago(91) },
      { ...job, status: 'completed', completed_at: ago(89) },
      { ...job, status: 'completed', completed_at: ago(91), total_rows: 4 },
      { ...job, status: 'running' },
    ])
    .execute()
  const finding = { kind: 'new-mac', detail: '{}', created_at: ago(500) }
  await db
    .insertInto('findings')
    .values([
      { ...finding, subject: 'a', resolved_at: ago(366) },
      { ...finding, subject: 'b', resolved_at: ago(364) },
      { ...finding, subject: 'c' },
    ])
    .execute()
  const link = { purpose: 'setup', created_by: 'x', created_at: ago(3) }
  await db
    .insertInto('setup_links')
    .values([
      { ...link, hash: 'a', expires_at: ago(1) },
      { ...link, hash: 'b', expires_at: ago(-1) },
    ])
    .execute()
  await db
    .insertInto('idempotency_keys')
    .values([
      { actor: 'a', key: '1', request_hash: '', created_at: ago(2) },
      { actor: 'a', key: '2', request_hash: '', created_at: now },
    ])
    .execute()
}

async function addConfigs({ context }: SyncWorld, device: number, ages: readonly number[]): Promise<void> {
  await context.db
    .insertInto('device_configs')
    .values(
      ages.map((days, index) => ({
        device_id: device,
        config_text: 'x',
        config_hash: String(index),
        version: ages.length - index,
        retrieved_at: shift(context.clock.now(), -days * day),
        source_system: 'ssh',
        source_identifier: '',
        source_id: String(device),
        metadata: '{}',
      })),
    )
    .execute()
}

onEachDatabase('a clean-up', (fresh, engine) => {
  test('removes what is old and leaves what is not', async () => {
    const world = syncWorld(await fresh())
    const { db } = world.context
    await fillWithOld(world)

    const { cleanUps, freedBytes } = await clean(world)

    const counts = Object.fromEntries(cleanUps.map((each) => [each.name, each.count]))
    assert.deepEqual(
      [counts['history'], counts['jobs'], counts['findings'], counts['links'], counts['repetitions']],
      [2, 1, 1, 1, 1],
    )
    assert.ok(freedBytes !== null && freedBytes >= 0)
    const left = async (table: 'sync_history' | 'jobs' | 'findings' | 'setup_links' | 'idempotency_keys') =>
      (await db.selectFrom(table).selectAll().execute()).length
    assert.deepEqual(
      [
        await left('sync_history'),
        await left('jobs'),
        await left('findings'),
        await left('setup_links'),
        await left('idempotency_keys'),
      ],
      [2, 3, 2, 1, 1],
    )
  })

  const onPostgres = engine === 'postgres' ? test : () => {}
  onPostgres('drops whole months of the history as partitions', async () => {
    const opened = await fresh()
    const world = syncWorld(opened, { retention: { historyDays: 60 } })
    const { db, clock } = world.context
    const change = {
      sync_id: 'x',
      source_system: 'csv',
      operation: 'update',
      change_type: 'os',
      performed_by: 'x',
    }
    await clean(world)
    const at = clock.now()
    await db
      .insertInto('sync_history')
      .values({ ...change, performed_at: at })
      .execute()
    clock.advance(120 * day)

    const count = await countOf(world, 'history')

    const { rows } = await sql<{ name: string }>`
      select child.relname as name from pg_inherits join pg_class child on child.oid = inhrelid
      where inhparent = 'sync_history'::regclass`.execute(db)
    assert.equal(count, 1)
    assert.equal(
      rows.some((row) => row.name === `sync_history_${at.slice(0, 7).replace('-', '_')}`),
      false,
    )
  })

  test('keeps the newest configurations of each device, and those that are young', async () => {
    const world = syncWorld(await fresh(), { retention: { configVersions: 2, configDays: 30 } })
    await world.read([[machine(1), machine(2)]])
    const [first, second] = await world.devices()
    await addConfigs(world, first!.id, [1, 10, 20, 31, 400])
    await addConfigs(world, second!.id, [500, 600, 700])

    const count = await countOf(world, 'configurations')

    const rows = await world.context.db
      .selectFrom('device_configs')
      .select(['device_id', 'version'])
      .orderBy('device_id')
      .orderBy('version')
      .execute()
    assert.equal(count, 3)
    assert.deepEqual(
      rows.map((row) => [row.device_id, row.version]),
      [
        [first!.id, 3],
        [first!.id, 4],
        [first!.id, 5],
        [second!.id, 2],
        [second!.id, 3],
      ],
    )
  })

  test('thins out runs to one a day, and keeps what records point at and what changed something', async () => {
    const world = syncWorld(await fresh())
    const { clock, db } = world.context
    const first = await world.read([[machine(1), machine(2)]])
    const idle = [await world.read([[machine(1), machine(2)]]), await world.read([[machine(1), machine(2)]])]
    clock.advance(day)
    const failed = await world.read([new Error('broken')])
    const changing = await world.read([[machine(1), machine(2, { os: 'Debian 13' })]])
    clock.advance(day)
    const newest = await world.read([[machine(1), machine(2, { os: 'Debian 14' })]])
    clock.advance(91 * day)

    const count = await countOf(world, 'runs')

    const left = (await db.selectFrom('sync_runs').select('id').orderBy('id').execute()).map((row) => row.id)
    assert.equal(count, 2)
    assert.deepEqual(left, [first.id, idle[1]!.id, changing.id, newest.id])
    assert.ok(!left.includes(failed.id))
  })

  test('says in a dry run exactly what it would do, and changes nothing', async () => {
    const opened = await fresh()
    const world = syncWorld(opened, { retention: { staleDays: 1, configVersions: 1, configDays: 1 } })
    await world.read([[seen, other]], scan)
    world.context.clock.advance(day)
    await world.read([[other]], scan)
    await addConfigs(world, (await world.devices())[0]!.id, [5, 6, 7])
    await fillWithOld(world)
    const before = await everything(opened)
    world.context.happenings.length = 0

    const planned = await maintain(world.context, { dryRun: true }, never)

    assert.deepEqual(await everything(opened), before)
    assert.deepEqual(world.context.happenings, [])
    assert.equal(planned.freedBytes, null)
    const done = await clean(world)
    assert.deepEqual(done.cleanUps, planned.cleanUps)
    assert.ok(done.cleanUps.filter((each) => each.count > 0).length >= 6)
  })

  test('removes many rows in short steps, between which others write', async () => {
    const world = syncWorld(await fresh())
    const { db, clock } = world.context
    const old = shift(clock.now(), -400 * day)
    const keys = Array.from({ length: 3_500 }, (_, index) => ({
      actor: 'a',
      key: String(index),
      request_hash: '',
      created_at: old,
    }))
    for (let start = 0; start < keys.length; start += 500)
      await db
        .insertInto('idempotency_keys')
        .values(keys.slice(start, start + 500))
        .execute()

    const order: string[] = []
    const onStep = (_: number, __: number, message: string) => {
      order.push(message.split(' ')[0]!)
      if (!message.startsWith('Answers')) return
      const tag = { name: 'meanwhile', type: 'x', created_at: old, version: 1 }
      void db
        .insertInto('tags')
        .values(tag)
        .execute()
        .then(() => order.push('(written)'))
    }

    const done = await maintain(world.context, { dryRun: false, onStep }, never)

    assert.equal(done.cleanUps.find((each) => each.name === 'repetitions')!.count, 3_500)
    const answers = order.indexOf('Answers')
    assert.deepEqual(order.slice(answers, answers + 2), ['Answers', '(written)'])
    assert.equal(order.at(-1), 'Indexes,')
  })

  test('stops where it is told to, and the next one goes on', async () => {
    const world = syncWorld(await fresh())
    await fillWithOld(world)
    const stop = new AbortController()
    const onStep = (done: number) => {
      if (done === 2) stop.abort(new Error('enough'))
    }

    await assert.rejects(maintain(world.context, { dryRun: false, onStep }, stop.signal), /enough/)

    assert.equal((await world.context.db.selectFrom('sync_history').selectAll().execute()).length, 2)
    assert.equal(await countOf(world, 'jobs'), 1)
  })

  test('tells as a job how far it is and what it did', async () => {
    const world = syncWorld(await fresh())
    await fillWithOld(world)
    const told: (string | null)[] = []
    const job = {
      ...callBy(world.context),
      jobId: JobId.parse(1),
      progress: ({ message }: { message: string | null }) => void told.push(message),
    }

    const row = { number: 1, key: '1', attempt: 1, deviceId: null, effectKey: null }
    const { result } = await maintainAction.run({ ...job, run: 1, row }, {}, {}, never)

    assert.equal((result as { counts: Record<string, number> }).counts['history'], 2)
    assert.deepEqual(told, [...cleanUps.map(({ about }) => about), 'Indexes, statistics and free space'])
  })

  test('can be asked for as an operation, to count only, too', async () => {
    const world = syncWorld(await fresh())
    await fillWithOld(world)
    const found = systemOperations.find((each) => each.name === 'db.maintain') as AnyOperation

    const answer = found.output.parse(
      await found.run(callBy(world.context), found.input.parse({ dryRun: true }), never),
    ) as { dryRun: boolean; bytes: number }

    assert.equal(answer.dryRun, true)
    assert.ok(answer.bytes > 0)
  })
})
