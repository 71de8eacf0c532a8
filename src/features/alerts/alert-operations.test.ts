import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SeriesRequest } from '#features/context.ts'
import { operations } from '#features/operations.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { AlertWorld } from '#test/alert-world.ts'
import { onEachDatabase, onSqlite } from '#test/each-database.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- answers of any operation
type Answer = any

const asking =
  (lab: AlertWorld) =>
  (name: string, input: object): Promise<Answer> =>
    answerOperation(
      operations.find((each) => each.name === name)!,
      lab.context,
      systemActor('ada'),
      input,
      new AbortController().signal,
    )

const complaintsOf = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => [],
    (error: unknown) => {
      assert.ok(error instanceof AppError, String(error))
      return [error.code, ...error.complaints.map(({ path, expected }) => `${path}: ${expected}`)]
    },
  )

const busy = { on: 'metric', metric: 'load_1m' }

onEachDatabase('operations of alerts', (fresh) => {
  test('a rule is made, found, changed under its version, and fires', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const ask = asking(lab)
    const device = await lab.device('web')
    lab.server('web', { deviceId: device })
    lab.server('db')
    const made = await ask('rule.create', {
      name: 'Load',
      query: 'name:web',
      condition: busy,
      levels: { warning: 8 },
    })
    lab.tell('web', { load_1m: 9 })
    lab.tell('db', { load_1m: 9 })
    await lab.run(5)
    const { items } = await ask('alert.list', { rule: made.id })
    assert.deepEqual(
      items.map(({ subject, severity, value, threshold }: Answer) => [subject, severity, value, threshold]),
      [['web', 'warning', 9, 8]],
    )
    const { startedAt } = items[0]
    const began = async (times: object) => (await ask('alert.list', { rule: made.id, ...times })).total
    assert.deepEqual(
      [
        await began({ from: startedAt, to: shift(startedAt, 1) }),
        await began({ to: startedAt }),
        await began({ from: shift(startedAt, 1) }),
      ],
      [1, 0, 0],
    )
    assert.deepEqual(await complaintsOf(ask('alert.list', { from: 'once' })), [
      'INPUT_INVALID',
      'from: a time such as 2026-11-22T10:00:00Z, or an age such as 7d',
    ])

    const changed = await ask('rule.update', { id: made.id, levels: { warning: 20 }, expectedVersion: 1 })
    assert.equal(changed.version, 2)
    assert.deepEqual(
      await complaintsOf(ask('rule.update', { id: made.id, enabled: false, expectedVersion: 1 })),
      ['CHANGED_SINCE'],
    )
    await lab.run(10)
    assert.equal((await ask('alert.list', { rule: made.id })).items[0].state, 'resolved')

    await ask('rule.delete', { id: made.id })
    assert.deepEqual(await complaintsOf(ask('rule.show', { id: made.id })), ['NOT_FOUND'])
    await lab.end()
  })

  test('a rule and a silence over servers are about those without a device too', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const ask = asking(lab)
    const now = lab.context.clock.now()
    for (const id of ['edge-1', 'edge-2']) {
      lab.server(id)
      await lab.context.db
        .insertInto('servers')
        .values({ id, hostname: id, created_at: now, updated_at: now, status: 'online' })
        .execute()
    }
    const asked = { subject: 'server', query: 'id:edge-1', condition: busy, levels: { warning: 8 } }
    const made = await ask('rule.create', { name: 'Load', ...asked })
    assert.equal((await ask('rule.test', asked)).servers, 1)
    const silence = await ask('silence.create', {
      subject: 'server',
      q: 'id:edge-1',
      minutes: 5,
      reason: 'new',
    })
    assert.equal(silence.subject, 'server')
    for (const id of ['edge-1', 'edge-2']) lab.tell(id, { load_1m: 9 })
    await lab.run(5)
    const { items } = await ask('alert.list', { rule: made.id })
    assert.deepEqual(
      items.map(({ subject, suppressedBy }: Answer) => [subject, suppressedBy]),
      [['edge-1', 'silence']],
    )

    const wrong = { subject: 'server', query: 'nosuchfield:1' }
    assert.deepEqual(
      (await complaintsOf(ask('rule.create', { name: 'Wrong', ...asked, ...wrong })))[0],
      'QUERY_INVALID',
    )
    await lab.end()
  })

  test('an alert is acknowledged, noted, silenced and told again, and its course says who did', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const ask = asking(lab)
    lab.server('web')
    lab.lose('web')
    await lab.run(5)
    const [{ id }] = (await ask('alert.list', { open: true, severity: 'critical' })).items
    await ask('alert.silence', { id, minutes: 10, reason: 'known' })
    await lab.run(60)
    assert.deepEqual(await lab.told(), [])
    assert.equal((await ask('silence.list', {})).items.length, 1)
    await ask('alert.unsilence', { id })
    await lab.run(5)
    assert.deepEqual(await lab.told(), ['firing: web is offline'])
    await ask('alert.acknowledge', { id, note: 'On my way' })
    await ask('alert.note', { id, note: 'Power supply' })
    assert.equal((await ask('alert.show', { id })).acknowledgedBy, 'system:ada')
    await ask('alert.unacknowledge', { id })
    const first = await ask('alert.timeline', { id, limit: 4 })
    const rest = await ask('alert.timeline', { id, cursor: first.nextCursor })
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ kind }: Answer) => kind),
      ['unacknowledged', 'note', 'acknowledged', 'told', 'unsilenced', 'silenced', 'fired'],
    )
    assert.deepEqual(await complaintsOf(ask('alert.resolve', { id })), ['CONFLICT'])
    Object.assign(lab.servers.get('web')!, { status: 'unknown' })
    await lab.run(5)
    assert.equal((await ask('alert.resolve', { id })).resolution, 'person')
    await lab.run(5)
    assert.equal((await ask('alert.list', { open: true })).items.length, 0)
    await lab.end()
  })

  test('consequences are under their cause, the worst first, a page at a time', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const ask = asking(lab)
    const esx = await lab.device('esx')
    lab.server('esx', { deviceId: esx })
    await lab.machines(['vm-1', 'vm-2', 'vm-3'], esx, 'hosts')
    lab.server('other')
    lab.tell('other', { memory_percent: 92 })
    await lab.run(300)
    lab.lose('esx', 'vm-1', 'vm-2', 'vm-3')
    await lab.run(20)

    const page = await ask('alert.list', { limit: 1 })
    assert.deepEqual([page.total, page.items[0].title, page.items[0].affected], [2, 'esx is offline', 3])
    const next = await ask('alert.list', { limit: 1, cursor: page.nextCursor })
    assert.deepEqual([next.items[0].severity, next.nextCursor], ['warning', null])
    const under = await ask('alert.list', { cause: page.items[0].id })
    assert.equal(under.total, 3)
    assert.deepEqual((await lab.told()).slice(1), ['firing: esx is offline'])
    await lab.end()
  })

  test('who is told after how long is said by an escalation', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const ask = asking(lab)
    const [channel] = await lab.context.db.selectFrom('channels').select('id').execute()
    assert.deepEqual(
      await complaintsOf(
        ask('escalation.create', { name: 'x', steps: [{ afterMinutes: 0, channelIds: [99] }] }),
      ),
      ['INPUT_INVALID', 'steps.0.channelIds.0: the id of a channel'],
    )
    const made = await ask('escalation.create', {
      name: 'On call',
      isDefault: true,
      steps: [{ afterMinutes: 5, channelIds: [channel!.id], severities: ['critical'] }],
    })
    lab.server('web')
    lab.lose('web')
    await lab.run(300)
    assert.deepEqual(await lab.told(), [])
    await lab.run(20)
    assert.equal((await lab.told()).length, 1)
    await ask('escalation.update', { id: made.id, name: 'Night', expectedVersion: 1 })
    assert.equal((await ask('escalation.list', {})).items[0].version, 2)
    await ask('escalation.delete', { id: made.id })
    await lab.end()
  })
})

onSqlite('rules', (fresh) => {
  test('what could never work is refused with the field and what was expected', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const ask = asking(lab)
    const make = (more: object) =>
      complaintsOf(ask('rule.create', { name: 'x', condition: busy, levels: { warning: 1 }, ...more }))

    assert.deepEqual(await make({ levels: {} }), [
      'INPUT_INVALID',
      'levels: a threshold for at least one severity',
    ])
    assert.deepEqual(await make({ levels: { warning: 9, critical: 5 } }), [
      'INPUT_INVALID',
      'levels: thresholds that get higher with the severity',
    ])
    assert.deepEqual(
      await make({ condition: { on: 'state', state: 'server_offline' }, levels: { critical: 3 } }),
      ['INPUT_INVALID', 'levels: 1 for the severity of a state'],
    )
    assert.deepEqual((await make({ query: 'nosuchfield:1' }))[0], 'QUERY_INVALID')
    assert.deepEqual((await make({ policyId: 7 }))[0], 'NOT_FOUND')
    assert.deepEqual((await make({ name: 'CPU busy' }))[0], 'ALREADY_EXISTS')
    assert.deepEqual(
      (await complaintsOf(ask('silence.create', { until: '2020-01-01', reason: 'x' })))[0],
      'INPUT_INVALID',
    )
    await lab.end()
  })

  test('a preview knows the losses and the failed checks of the past, and a test the checks of now', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const { db, clock } = lab.context
    const now = clock.now()
    const ago = (hours: number): string => shift(now, -hours * 3_600_000)
    await db
      .insertInto('servers')
      .values({ id: 'web', hostname: 'web', created_at: now, updated_at: now, status: 'online' })
      .execute()
    const change = (hours: number, status: string) => ({
      server_id: 'web',
      at: ago(hours),
      status,
      condition: null,
      cause: 'test',
      incident_id: null,
    })
    await db
      .insertInto('status_changes')
      .values([
        change(9, 'online'),
        change(8, 'offline'),
        change(7, 'online'),
        change(6, 'unknown'),
        change(5, 'online'),
      ])
      .execute()
    const { id } = await db
      .insertInto('checks')
      .values({
        name: 'port',
        kind: 'tcp',
        settings: '{}',
        interval_seconds: 60,
        timeout_ms: 1_000,
        retries: 0,
        severity: 'critical',
        state: 'down',
        state_since: ago(1),
        created_by: 'ada',
        created_at: now,
        updated_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await db
      .insertInto('check_changes')
      .values([
        { check_id: id, at: ago(4), state: 'up', message: '' },
        { check_id: id, at: ago(1), state: 'down', message: 'refused' },
      ])
      .execute()
    const ask = asking(lab)
    const rule = (state: string) => ({ condition: { on: 'state', state }, levels: { critical: 1 } })
    const fired = async (state: string) => (await ask('rule.preview', rule(state))).fired

    assert.deepEqual(
      [await fired('server_offline'), await fired('server_unknown'), await fired('check_down')],
      [1, 1, 1],
    )
    const tooLong = { ...rule('check_down'), forSeconds: 7_200 }
    assert.equal((await ask('rule.preview', tooLong)).fired, 0)
    assert.match((await ask('rule.preview', rule('service_failed'))).note, /no past is kept/)
    const { servers, matches } = await ask('rule.test', rule('check_down'))
    assert.deepEqual([servers, matches[0].server, matches[0].name], [1, `check:${id}`, 'port'])
    await lab.end()
  })

  test('a preview replays the past and says how closely it looked', async () => {
    const lab = await new AlertWorld(await fresh()).start()
    const { context } = lab
    const now = context.clock.now()
    for (const id of ['web', 'db'])
      await context.db
        .insertInto('servers')
        .values({ id, hostname: id, created_at: now, updated_at: now, status: 'online' })
        .execute()
    const asked: SeriesRequest[] = []
    context.metrics.read = async (request) => {
      asked.push(request)
      // Busy for ten minutes of every two hours.
      const times = Array.from({ length: 288 }, (_, index) => request.from + index * 300_000)
      const avg = times.map((_, index) => (index % 24 < 3 ? 95 : 20))
      return { tier: 'raw', step: 300_000, times, series: { cpu_percent: { avg, min: avg, max: avg } } }
    }
    context.metrics.latest = async (ids) =>
      new Map(ids.map((id) => [id, { at: lab.wall, received: lab.wall, values: { cpu_percent: 97 } }]))
    const ask = asking(lab)
    const rule = {
      condition: { on: 'metric', metric: 'cpu_percent' },
      levels: { warning: 90 },
      forSeconds: 300,
    }

    const preview = await ask('rule.preview', { ...rule, days: 1 })
    assert.deepEqual(
      [preview.servers, preview.sampled, preview.fired, preview.estimated, preview.resolution, preview.note],
      [2, 2, 24, 24, 300, null],
    )
    assert.equal(asked[0]!.to - asked[0]!.from, 86_400_000)
    assert.equal((await ask('rule.preview', { ...rule, forSeconds: 900, days: 1 })).fired, 0)

    const found = await ask('rule.test', rule)
    assert.deepEqual([found.total, found.matches[0].value], [2, 97])

    assert.equal((await ask('service.expect', { id: 'web', service: 'nginx' })).services[0], 'nginx')
    assert.deepEqual((await ask('service.unexpect', { id: 'web', service: 'nginx' })).services, [])
    await lab.end()
  })
})
