import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashSecret } from '#features/access/secret-text.ts'
import type { Context, Newest } from '#features/context.ts'
import { operations } from '#features/operations.ts'
import { createHeartbeatIntake } from '#features/servers/take-heartbeats.ts'
import { receiveEntries } from '#features/servers/receive-entries.ts'
import type { Reading } from '#features/servers/receipt.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'
import { coreMetrics } from '#model/sample.ts'
import type { Entry } from '#model/sample.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'

const relay = systemActor('relay')
const never = new AbortController().signal
const minute = 60_000
const nobody = () => Promise.reject(new Error('nobody was asked'))

// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
type Answer = any

onEachDatabase('taking readings', (fresh) => {
  async function world(overrides: Partial<Context> = {}) {
    const kept: Entry[] = []
    const metrics: Context['metrics'] = {
      append: async (entries) => void kept.push(...entries),
      latest: async () => new Map(),
      read: async () => ({ tier: 'raw', step: 60_000, times: [], series: {} }),
    }
    const context = testContext(await fresh(), { metrics, ...overrides })
    const ask = async (name: string, input: object, actor: Actor = relay): Promise<Answer> =>
      answerOperation(
        operations.find((each) => each.name === name)!,
        context,
        actor,
        input,
        never,
      )
    const now = () => toMilliseconds(context.clock.now())
    const reading = (subject: string, at = now(), more: Partial<Reading> = {}): Reading => ({
      subject,
      at,
      core: coreMetrics.map((_, index) => (index === 0 ? 5 : null)),
      ...more,
    })
    const receive = (...readings: Reading[]) => receiveEntries(context, { actor: relay }, readings)
    const intake = createHeartbeatIntake(context)
    const send = async (key: string, ...items: object[]): Promise<Answer> =>
      intake.take(await intake.senderOf(`Bearer ${key}`, nobody), items)
    return { context, ask, kept, now, reading, receive, send }
  }

  test('a server that nobody made is made by its first reading, once', async () => {
    const { context, ask, kept, reading, receive } = await world()

    const receipts = await Promise.all([
      receive(reading('web-01', undefined, { hostname: 'Web-01.lan' }), reading('web-02')),
      receive(reading('web-01', undefined, { hostname: 'Web-01.lan' })),
    ])

    assert.deepEqual(
      receipts.map(({ accepted, rejected }) => [accepted, rejected.length]),
      [
        [2, 0],
        [1, 0],
      ],
    )
    assert.equal(kept.length, 3)
    const { items, total } = await ask('server.list', {})
    assert.equal(total, 2)
    assert.deepEqual(
      items.map((each: Answer) => [each.id, each.hostname, each.status, each.condition]),
      [
        ['web-01', 'Web-01.lan', 'unknown', 'never_seen'],
        ['web-02', 'web-02', 'unknown', 'never_seen'],
      ],
    )
    assert.ok(
      context.happenings.some(({ topic, data }) => topic === 'server.changed' && data['id'] === 'web-01'),
    )
  })

  test('where servers are made by hand, others are refused and the good readings are taken', async () => {
    const config = testConfig({ monitoring: { register: 'manual' } })
    const { ask, kept, reading, receive } = await world({ config })
    await ask('server.create', { id: 'known' })

    const receipt = await receive(reading('stranger'), reading('known'))

    assert.equal(receipt.accepted, 1)
    assert.deepEqual(
      receipt.rejected.map(({ index, code, path, value }) => [index, code, path, value]),
      [[0, 'NOT_FOUND', 'server_id', 'stranger']],
    )
    assert.deepEqual(
      kept.map(({ subject }) => subject),
      ['known'],
    )
  })

  test('a token that was ended is asked about again at once', async () => {
    const { context, ask } = await world()
    const intake = createHeartbeatIntake(context)
    const { token } = await ask('token.create', { name: 'telegraf', role: 'operator' })
    let asked = 0
    const send = () => intake.senderOf('Bearer rc_secret', async () => ((asked += 1), relay))
    await send()
    await send()
    assert.equal(asked, 1)

    await ask('token.revoke', { id: token.id })

    await send()
    assert.equal(asked, 2)
  })

  test('what was told with a reading that could not be kept is told again with the next', async () => {
    const kept: Entry[] = []
    let isFull = true
    const metrics: Context['metrics'] = {
      append: async (entries) => {
        if (isFull) throw new AppError('BUSY', 'Too many wait')
        kept.push(...entries)
      },
      latest: async () => new Map(),
      read: async () => ({ tier: 'raw', step: 60_000, times: [], series: {} }),
    }
    const { reading, receive } = await world({ metrics })
    const told = { facts: { hostname: 'web-01' } }
    await assert.rejects(receive(reading('web-01', undefined, { told })))
    isFull = false

    await receive(reading('web-01', undefined, { told }))

    assert.deepEqual(kept[0]!.told, told)
  })

  test('when a server was heard last is told of its newest reading, not of its row', async () => {
    const newest = new Map<string, Newest>()
    const metrics: Context['metrics'] = {
      append: async () => {},
      latest: async () => newest,
      read: async () => ({ tier: 'raw', step: 60_000, times: [], series: {} }),
    }
    const { ask, now } = await world({ metrics })
    await ask('server.create', { id: 'web-01' })
    assert.equal((await ask('server.show', { id: 'web-01' })).lastSeen, null)

    newest.set('web-01', { at: now() - minute, received: now(), values: {} })

    const [item] = (await ask('server.list', {})).items
    assert.equal(toMilliseconds(item.lastSeen), now())
    assert.equal((await ask('server.show', { id: 'web-01' })).lastSeen, item.lastSeen)
  })

  test('an id that is no slug makes no server', async () => {
    const { ask, reading, receive } = await world()

    const receipt = await receive(reading('Web 01'), reading('../etc'))

    assert.equal(receipt.rejected.length, 2)
    assert.equal((await ask('server.list', {})).total, 0)
  })

  test('a reading from the future is refused, yet proves that its server lives', async () => {
    const { kept, now, reading, receive } = await world()

    const receipt = await receive(reading('a', now() + 60 * minute))

    assert.equal(receipt.accepted, 0)
    assert.match(receipt.rejected[0]!.expected, /10 minutes ahead of our clock/)
    assert.deepEqual(
      kept.map(({ at, backfill, core, extra }) => [at, backfill, core.every((each) => each === null), extra]),
      [[now(), false, true, { clock_skew_seconds: -3_600 }]],
    )
  })

  test('what is older than is kept is refused and proves nothing', async () => {
    const { kept, now, reading, receive } = await world()

    const receipt = await receive(reading('a', now() - 91 * 86_400_000))

    assert.equal(receipt.rejected[0]!.path, 'timestamp')
    assert.deepEqual(kept, [])
  })

  test('what was stored is back-filled, and a clock that is behind is no store', async () => {
    const { context, kept, now, reading, receive } = await world()
    const backfill = () => kept.at(-1)!.backfill

    await receive(reading('a'))
    assert.equal(backfill(), false)
    await receive(reading('a', now() - 3 * minute), reading('a', now() - 2.5 * minute))
    assert.equal(backfill(), true)
    await receive(reading('a', now() - minute, { backfill: true }))
    assert.equal(backfill(), true)
    for (const live of [true, false, false]) {
      context.clock.advance(minute)
      await receive(reading('behind', now() - 60 * minute))
      assert.equal(backfill(), live, 'two readings tell that the clock is behind')
    }
    await receive(reading('behind', now() - 61 * minute, { backfill: false }))
    assert.equal(backfill(), false)
  })

  test('a server may be told by how long its interval is that its readings are not late', async () => {
    const { ask, kept, now, reading, receive } = await world()
    await ask('server.create', { id: 'slow', intervalSeconds: 600 })

    await receive(reading('slow', now() - 15 * minute))

    assert.equal(kept[0]!.backfill, false)
  })

  test('what is said again is passed on once an hour', async () => {
    const { context, kept, reading, receive } = await world()
    const told = { agentVersion: '1.0.0' }
    const toldOf = async (more: Partial<Reading>) => {
      await receive(reading('a', undefined, more))
      return kept.at(-1)!.told
    }

    assert.deepEqual(await toldOf({ told }), told)
    assert.equal(await toldOf({ told: { ...told } }), undefined)
    assert.deepEqual(await toldOf({ told: { agentVersion: '1.0.1' } }), { agentVersion: '1.0.1' })
    context.clock.advance(60 * minute)
    assert.deepEqual(await toldOf({ told: { agentVersion: '1.0.1' } }), { agentVersion: '1.0.1' })
  })

  test('a reading that is not on disk is not acknowledged', async () => {
    const busy = new AppError('BUSY', 'Too many wait', { retryAfterSeconds: 2 })
    const { reading, receive } = await world({
      metrics: { append: () => Promise.reject(busy) } as unknown as Context['metrics'],
    })

    await assert.rejects(receive(reading('a')), (error: AppError) => error.retryAfterSeconds === 2)
  })

  test('a deleted server does not come back by itself, and its key is refused', async () => {
    const { ask, reading, receive, send } = await world()
    const { token } = await ask('agent.invite', {})
    const { server_id: id, key } = await ask('agent.enrol', { token, hostname: 'gone.lan' })
    await send(key, { server_id: id })

    await ask('server.delete', { id })

    await assert.rejects(send(key, { server_id: id }), { code: 'UNAUTHENTICATED' })
    assert.equal((await receive(reading(id))).rejected[0]!.code, 'NOT_FOUND')
    await ask('server.create', { id })
    assert.equal((await receive(reading(id))).accepted, 1)
  })

  test('a key is for one server', async () => {
    const { ask, send } = await world()
    const { token } = await ask('agent.invite', {})
    const {
      server_id: id,
      key,
      interval,
      heartbeatUrl,
    } = await ask('agent.enrol', { token, hostname: 'NAS 01.lan' })
    await ask('server.create', { id: 'other' })

    assert.deepEqual([id, interval, heartbeatUrl], ['nas-01', 60, '/api/v1/agents/heartbeat'])
    await assert.rejects(send(key, { server_id: 'other' }), { code: 'FORBIDDEN' })
    const answer = await send(key, { server_id: id }, { server_id: 'other' })
    assert.deepEqual([answer.accepted, answer.rejected[0].index, answer.nextIntervalSeconds], [1, 1, 60])
  })

  test('a token enrols as often as it says, and not after it expired or was ended', async () => {
    const { context, ask } = await world()
    const enrol = (token: string, hostname: string) => ask('agent.enrol', { token, hostname })
    const one = await ask('agent.invite', { uses: 1 })
    const late = await ask('agent.invite', { expiresInHours: 1 })
    const ended = await ask('agent.invite', {})
    await ask('agent.uninvite', { id: ended.invite.id })

    const tries = await Promise.allSettled([enrol(one.token, 'a'), enrol(one.token, 'b')])
    context.clock.advance(60 * minute)

    assert.deepEqual(tries.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
    for (const token of [late.token, ended.token, one.token, 'ri_guess'])
      await assert.rejects(enrol(token, 'c'), { code: 'UNAUTHENTICATED' })
    assert.equal((await ask('server.list', {})).total, 1)
  })

  test('the same machine takes its old server again, a copy of it and a namesake do not', async () => {
    const { ask } = await world()
    const { token } = await ask('agent.invite', { uses: 9, machineType: 'workstation' })
    const enrol = async (more: object): Promise<string> =>
      (await ask('agent.enrol', { token, hostname: 'pc', ...more })).server_id

    const first = { machine_id: 'm1', product_uuid: 'u1' }
    assert.equal(await enrol(first), 'pc')
    assert.equal(await enrol({ ...first, hostname: 'renamed' }), 'pc')
    assert.equal(await enrol({ machine_id: 'm1', product_uuid: 'u2' }), 'pc-2')
    assert.equal(await enrol({ machine_id: 'm3' }), 'pc-3')
    await assert.rejects(enrol({ machine_id: 'm4', server_id: 'pc' }), { code: 'ALREADY_EXISTS' })
    await ask('server.create', { id: 'by-hand' })
    assert.equal(await enrol({ machine_id: 'm5', server_id: 'by-hand' }), 'by-hand')
    assert.equal((await ask('server.show', { id: 'pc-2' })).machineType, 'workstation')
  })

  test('after a rotation the old key works until the new one is used', async () => {
    const { context, ask, send } = await world()
    const { token } = await ask('agent.invite', {})
    const { server_id: id, key: old } = await ask('agent.enrol', { token, hostname: 'a' })

    const { key, agent } = await ask('agent.rotate', { server: id })

    assert.equal(agent.oldKeyWorks, true)
    assert.equal((await send(old, { server_id: id })).accepted, 1)
    assert.equal((await send(key, { server_id: id })).accepted, 1)
    await assert.rejects(send(old, { server_id: id }), { code: 'UNAUTHENTICATED' })
    await ask('agent.revoke', { server: id })
    await assert.rejects(send(key, { server_id: id }), { code: 'UNAUTHENTICATED' })
    const rows = await context.db.selectFrom('agents').select('key_hash').execute()
    assert.deepEqual(
      rows.map((row) => row.key_hash),
      [hashSecret(key)],
    )
  })

  test('of two machines with one key the first stays and the second is refused', async () => {
    const { ask, send } = await world()
    const { token } = await ask('agent.invite', {})
    const { server_id: id, key } = await ask('agent.enrol', { token, hostname: 'a', machine_id: 'm1' })
    const from = (boot: string) => send(key, { server_id: id, boot_id: boot })

    await from('first')
    await from('restarted')
    assert.equal((await ask('agent.list', {})).items[0].clone, null, 'a restart is no copy')
    await from('copy')
    await from('restarted')

    await assert.rejects(from('copy'), { code: 'CONFLICT' })
    assert.equal((await from('restarted')).accepted, 1)
    assert.deepEqual((await ask('server.show', { id })).agent.clone.bootIds, ['copy'])
    await assert.rejects(send(key, { server_id: id, machine_id: 'm2' }), { code: 'CONFLICT' })
  })

  test('a batch takes the good ones and names the bad ones', async () => {
    const { ask, send, kept } = await world()
    const { token } = await ask('agent.invite', {})
    const { server_id: id, key } = await ask('agent.enrol', { token, hostname: 'a' })

    const answer = await send(
      key,
      { server_id: id, metrics: { cpu_percent: 101, load_1m: 1 } },
      { timestamp: 5 },
      { server_id: id, timestamp: '2030-01-01T00:00:00Z' },
    )

    assert.equal(answer.accepted, 1)
    assert.deepEqual(
      answer.rejected.map(({ index, path }: Answer) => [index, path]),
      [
        [0, 'metrics.cpu_percent'],
        [1, 'server_id'],
        [2, 'timestamp'],
      ],
    )
    assert.equal(kept.length, 2, 'the one of a wrong clock is a sign of life')
    await assert.rejects(send(key), { code: 'INPUT_INVALID' })
  })
})
