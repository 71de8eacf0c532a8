import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { permissionsOf } from '#features/access/rights.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import { jobActions } from '#features/job-actions.ts'
import { scheduleOperations, scheduleProviders, scheduleTools } from '#features/scheduled-work.ts'
import { createScheduleKeeper } from '#features/schedules/keep-schedules.ts'
import type { Schedule } from '#features/schedules/schedule-shapes.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { emptiedBetween, onEachDatabase } from '#test/each-database.ts'
import { sourceWorld } from '#test/source-world.ts'

const minutes = 60_000

const person = (name: string, rest: Partial<Actor> = {}): Actor => ({
  kind: 'user',
  name: `${name}@example.net`,
  userId: name,
  role: 'admin',
  permissions: permissionsOf({ role: 'admin' }),
  ...rest,
})
const ada = person('ada')
const bob = person('bob', {
  role: 'operator',
  permissions: permissionsOf({ role: 'operator' }),
  tags: ['ours'],
})

const reading = { name: 'Read assets often', action: 'sync', cron: '*/10 * * * *', timeZone: 'UTC' }
const tagging = {
  name: 'Tag servers',
  action: 'tag',
  parameters: { add: ['nightly'] },
  rowsFrom: { kind: 'query', q: 'type:server' },
  cron: '0 * * * *',
  timeZone: 'Europe/Berlin',
}

/** One source in the file, two people, and one process that keeps schedules. */
async function world(opened: OpenDatabase) {
  const { context } = sourceWorld(
    opened,
    'discovery: { startup: false }\nsources: [{ name: assets, type: csv, path: ./assets.csv, schedule: "@daily" }]\n',
  )
  context.jobs = createJobQueue(context, jobActions)
  for (const { userId, name, role, tags } of [ada, bob])
    await context.db
      .insertInto('users')
      .values({
        id: userId!,
        name,
        email: name,
        email_verified: true,
        role: role!,
        tags: tags === undefined ? null : JSON.stringify(tags),
        two_factor_enabled: false,
        created_at: context.clock.now(),
        updated_at: context.clock.now(),
        version: 1,
      })
      .execute()
  const keeper = createScheduleKeeper(context, scheduleTools, scheduleProviders)
  const look = async () => {
    await keeper.read()
    await keeper.look()
  }
  // oxlint-disable-next-line typescript/no-explicit-any -- the tests look into answers of every shape
  const ask = async (name: string, input: object = {}, actor = ada): Promise<any> =>
    answerOperation(
      scheduleOperations.find((each) => each.name === name)!,
      context,
      actor,
      input,
      new AbortController().signal,
    )
  const jobs = () =>
    context.db
      .selectFrom('jobs')
      .select(['id', 'name', 'action', 'approval', 'mode', 'schedule_id', 'requested_by', 'requester'])
      .orderBy('id')
      .execute()
  return { context, ask, look, jobs }
}

const complaintsOf = (path: string, expected: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error))
  const found = error.complaints.find((each) => each.path === path)
  assert.match(found?.expected ?? `no complaint of ${path}: ${JSON.stringify(error.complaints)}`, expected)
  return true
}

onEachDatabase('a schedule', (each, engine) => {
  const fresh = emptiedBetween(each, engine, ['users', 'schedules', 'schedule_slots', 'jobs'])

  test('is made, shown with its next five times, changed, run now and deleted', async () => {
    const { context, ask, jobs } = await world(await fresh())

    const made: Schedule = await ask('schedule.create', reading)
    const changed: Schedule = await ask('schedule.update', {
      id: made.id,
      cron: '0 6 * * 1',
      expectedVersion: 1,
    })
    const { jobId } = await ask('schedule.run', { id: made.id })
    const shown: Schedule = await ask('schedule.show', { id: made.id })
    await ask('schedule.delete', { id: made.id })

    assert.deepEqual(
      made.next.map(({ at }) => at.slice(11, 16)),
      ['00:10', '00:20', '00:30', '00:40', '00:50'],
    )
    assert.deepEqual(
      [made.mode, made.catchUp, made.overlap, made.createdBy],
      ['auto', 'last', 'skip', ada.name],
    )
    assert.deepEqual([changed.version, changed.next[0]!.local], [2, '2026-01-05T06:00:00+00:00'])
    assert.equal(shown.name, reading.name)
    assert.deepEqual(
      (await jobs()).map(({ id, name, requested_by: by }) => [id, name, by]),
      [[jobId, reading.name, ada.name]],
    )
    await assert.rejects(ask('schedule.show', { id: made.id }), { code: 'NOT_FOUND' })
    assert.equal(context.happenings.filter(({ topic }) => topic === 'schedule.changed').length, 3)
  })

  test('makes its jobs as the person who made it, and says what became of the newest time', async () => {
    const { context, ask, look, jobs } = await world(await fresh())
    const { id } = await ask('schedule.create', reading)
    context.clock.advance(10 * minutes)

    await look()

    const [job] = await jobs()
    assert.deepEqual([job!.requested_by, job!.schedule_id, job!.action], [ada.name, id, 'sync'])
    assert.deepEqual((await ask('schedule.show', { id })).last, {
      slot: '2026-01-01T00:10:00.000Z',
      outcome: 'made',
      jobId: job!.id,
      reason: null,
    })
  })

  test('shows no time that is still to come as its newest: a clock was ahead when it was dealt with', async () => {
    const { context, ask, look } = await world(await fresh())
    const { id } = await ask('schedule.create', reading)
    context.clock.advance(300 * 60 * minutes)
    await look()
    context.clock.advance(-299 * 60 * minutes)

    assert.equal((await ask('schedule.show', { id })).last, null)
  })

  test('of rows makes a preview at each time, which waits for an approval unless it may go on by itself', async () => {
    const { context, ask, look, jobs } = await world(await fresh())
    await ask('schedule.create', tagging)
    await ask('schedule.create', { ...tagging, name: 'By itself', mode: 'auto' })
    context.clock.advance(60 * minutes)

    await look()

    assert.deepEqual(
      (await jobs()).map(({ name, mode, approval }) => `${name} ${mode} ${approval}`).toSorted(),
      ['By itself auto preparing', 'Tag servers confirm preparing'],
    )
  })

  test('of somebody who is disabled or gone does nothing, and says so', async () => {
    const { context, ask, look, jobs } = await world(await fresh())
    const { id } = await ask('schedule.create', reading)
    const { id: other } = await ask('schedule.create', tagging, bob)
    await context.db
      .updateTable('users')
      .set({ disabled_at: context.clock.now() })
      .where('id', '=', 'ada')
      .execute()
    await context.db.deleteFrom('users').where('id', '=', 'bob').execute()
    context.clock.advance(60 * minutes)

    await look()

    assert.deepEqual(await jobs(), [])
    const { last } = await ask('schedule.show', { id })
    assert.deepEqual([last.outcome, last.reason], ['refused', 'ada@example.net is disabled'])
    assert.equal((await ask('schedule.show', { id: other })).last.outcome, 'refused')
  })

  test('never does more than its person may do now', async () => {
    const { context, ask, look, jobs } = await world(await fresh())
    await ask('schedule.create', tagging)
    await context.db
      .updateTable('users')
      .set({ role: 'operator', tags: '["ours"]' })
      .where('id', '=', 'ada')
      .execute()
    context.clock.advance(60 * minutes)

    await look()

    const requester = JSON.parse((await jobs())[0]!.requester) as { tags: string[]; permissions: string[] }
    assert.deepEqual(requester.tags, ['ours'])
    assert.ok(!requester.permissions.includes('access.manage'))
  })

  test('of a token does nothing once that is revoked, whatever others have tokens of its name', async () => {
    const { context, ask, look, jobs } = await world(await fresh())
    const token = (userId: string) => ({
      name: 'ci',
      hash: userId,
      prefix: 'rc_',
      user_id: userId,
      created_by: userId,
      role: 'admin' as const,
      created_at: context.clock.now(),
    })
    await context.db
      .insertInto('api_tokens')
      .values([token('ada'), token('bob')])
      .execute()
    const { id } = await ask('schedule.create', reading, { ...ada, kind: 'token', name: 'token:ci' })
    context.clock.advance(10 * minutes)
    await look()
    const before = await jobs()
    await context.db
      .updateTable('api_tokens')
      .set({ revoked_at: context.clock.now() })
      .where('user_id', '=', 'ada')
      .execute()
    await context.db.updateTable('jobs').set({ status: 'completed' }).execute()
    context.clock.advance(10 * minutes)
    await look()

    assert.deepEqual([before.length, (await jobs()).length], [1, 1])
    assert.deepEqual((await ask('schedule.show', { id })).last.reason, 'The token ci is no longer in force')
  })

  test('belongs to whoever changed it last', async () => {
    const { context, ask, look, jobs } = await world(await fresh())
    const { id } = await ask('schedule.create', tagging, bob)
    await ask('schedule.update', { id, description: 'Every hour' }, ada)
    context.clock.advance(60 * minutes)

    await look()

    assert.deepEqual(
      (await jobs()).map((job) => job.requested_by),
      [ada.name],
    )
    await assert.rejects(ask('schedule.show', { id }, bob), { code: 'NOT_FOUND' })
  })

  test('of others is neither seen nor changed by who is limited to tags', async () => {
    const { ask } = await world(await fresh())
    const { id } = await ask('schedule.create', reading)
    const { id: own } = await ask('schedule.create', tagging, bob)

    assert.deepEqual(
      (await ask('schedule.list', {}, bob)).items.map((each: Schedule) => each.id),
      [own],
    )
    for (const name of ['schedule.show', 'schedule.update', 'schedule.delete', 'schedule.run'])
      await assert.rejects(ask(name, { id }, bob), { code: 'NOT_FOUND' })
  })

  test('that makes no sense is refused with the field, the value and what was expected', async () => {
    const { ask } = await world(await fresh())
    const create = (change: object, base: object = reading) => ask('schedule.create', { ...base, ...change })
    const window = { days: ['mon'], from: '02:00', to: '04:00' }

    await assert.rejects(create({ cron: '61 * * * *' }), complaintsOf('cron', /a cron expression/))
    await assert.rejects(create({ cron: '0 0 30 2 *' }), complaintsOf('cron', /a time to come/))
    await assert.rejects(create({ timeZone: 'Mars/Olympus' }), complaintsOf('timeZone', /an IANA time zone/))
    await assert.rejects(create({ catchUp: 'some' }), complaintsOf('catchUp', /none.*last.*all/))
    await assert.rejects(
      create({ windows: [{ ...window, to: '02:00' }] }),
      complaintsOf('windows.0.to', /the window is empty/),
    )
    await assert.rejects(
      create({ windows: [{ ...window, days: [] }] }),
      complaintsOf('windows.0.days', /one day/),
    )
    await assert.rejects(
      create({ windows: [{ ...window, from: '2am' }] }),
      complaintsOf('windows.0.from', /a time of day/),
    )
    await assert.rejects(create({ cron: '0 12 * * *', windows: [window] }), complaintsOf('windows', /0 12/))
    await assert.rejects(create({ action: 'snyc' }), (error: unknown) => {
      assert.equal((error as AppError).hint, 'Did you mean sync?')
      return complaintsOf('action', /one of/)(error)
    })
    await assert.rejects(create({ mode: 'confirm' }), complaintsOf('mode', /auto/))
    await assert.rejects(create({ rowsFrom: null }, tagging), complaintsOf('rowsFrom', /a query/))
    await assert.rejects(create({ parameters: { ad: 'x' } }, tagging), complaintsOf('parameters', /./))
    await assert.rejects(create({ rowsFrom: { kind: 'query', q: 'type:(' } }, tagging), {
      code: 'QUERY_INVALID',
    })
    await assert.rejects(create({ rowsFrom: { kind: 'sources', names: ['nowhere'] } }), { code: 'NOT_FOUND' })
    await create({})
    await assert.rejects(create({}), complaintsOf('name', /no other schedule/))
  })

  test('is refused to who may not do its work', async () => {
    const { ask } = await world(await fresh())
    const viewer = person('vi', { role: 'viewer', permissions: permissionsOf({ role: 'viewer' }) })
    const permissions = permissionsOf({ role: 'operator' })
    permissions.delete('sync.run')
    const half = person('half', { role: 'operator', permissions })

    await assert.rejects(ask('schedule.create', reading, viewer), { code: 'FORBIDDEN' })
    await assert.rejects(ask('schedule.create', reading, half), /sync\.run/)
  })

  test('is listed page by page beside those of sources and the upkeep, which are edited elsewhere', async () => {
    const { ask } = await world(await fresh())
    await ask('schedule.create', reading)
    const names: string[] = []
    let cursor: string | null = null
    do {
      const page: { items: Schedule[]; nextCursor: string | null; total: number } = await ask(
        'schedule.list',
        {
          limit: 2,
          ...(cursor === null ? {} : { cursor }),
        },
      )
      assert.ok(page.items.length <= 2 && page.total === 4)
      names.push(...page.items.map(({ key }) => key))
      cursor = page.nextCursor
    } while (cursor !== null)

    assert.deepEqual(names, ['upkeep/backup', 'source/assets', 'person/1', 'upkeep/maintain'])
    const { items } = await ask('schedule.list', { origin: 'source' })
    assert.deepEqual(
      items.map((each: Schedule) => [each.id, each.page, each.next.length]),
      [[null, '/sources', 5]],
    )
  })

  test('shows its times before there is one', async () => {
    const { ask } = await world(await fresh())
    const given = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', count: 2 }

    const { items } = await ask('schedule.times', given)

    assert.deepEqual(items[0], {
      at: '2026-01-01T01:30:00.000Z',
      local: '2026-01-01T02:30:00+01:00',
      note: null,
    })
    await assert.rejects(ask('schedule.times', { ...given, cron: 'now' }), complaintsOf('cron', /cron/))
  })
})
