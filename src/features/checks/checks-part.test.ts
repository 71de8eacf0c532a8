import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { checkOperations } from '#features/checks/check-operations.ts'
import { nextState } from '#features/checks/check-state.ts'
import { createChecksPart } from '#features/checks/checks-part.ts'
import type { CheckOutcome } from '#features/checks/outcome.ts'
import type { Watch } from '#features/monitoring/watch.ts'
import { systemActor } from '#model/actor.ts'
import type { Entry } from '#model/sample.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { rejectsWith } from '#test/access-client.ts'
import { emptiedBetween, onEachDatabase } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal
// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
type Answer = any

test('a check is down when it failed often enough, and unknown when we could not ask', () => {
  const after = (results: CheckOutcome['result'][], retries = 2): string => {
    let progress = { state: 'unknown' as const, failures: 0 } as Parameters<typeof nextState>[0]
    for (const result of results) progress = nextState(progress, result, retries)
    return progress.state
  }
  assert.equal(after(['up']), 'up')
  assert.equal(after(['up', 'down', 'down']), 'pending')
  assert.equal(after(['up', 'down', 'down', 'down']), 'down')
  assert.equal(after(['down'], 0), 'down')
  assert.equal(after(['up', 'down', 'unable']), 'unknown')
  assert.equal(after(['down', 'down', 'down', 'unable']), 'down')
  assert.equal(after(['down', 'down', 'down', 'up']), 'up')
})

/** The part over a real database; what a check finds is what the test says. */
function lab(opened: OpenDatabase) {
  const appended: Entry[] = []
  const metrics = {
    append: async (entries: readonly Entry[]) => void appended.push(...entries),
    latest: async () => new Map(),
    read: async () => ({ tier: 'raw' as const, step: 60_000, times: [], series: {} }),
  }
  const context = testContext(opened, { metrics })
  const found = new Map<number, CheckOutcome>()
  const ran: number[] = []
  const part = createChecksPart(async (_, { row }) => {
    ran.push(row.id)
    return found.get(row.id) ?? { result: 'up', message: 'well', latency: 3 }
  })
  const watch: Watch = {
    context,
    head: { latest: () => undefined, recent: () => ({ times: [], values: [] }), subjects: () => [] },
    servers: new Map(),
    checks: new Map(),
    watchedUntil: undefined,
    lease: { mine: (work) => context.db.transaction().execute(work), renew: async () => true },
  }
  const ask = (name: string, input: object): Promise<Answer> =>
    answerOperation(
      checkOperations.find((each) => each.name === name)!,
      context,
      systemActor('test'),
      input,
      never,
    )
  async function pass(seconds: number): Promise<void> {
    for (let at = 0; at < seconds; at += 1) {
      context.clock.advance(1_000)
      await part.tick!(never)
      // What was begun has ended.
      await Promise.resolve()
    }
  }
  async function addDevice(name: string): Promise<number> {
    const now = context.clock.now()
    const { id } = await context.db
      .insertInto('devices')
      .values({
        name,
        device_type: 'switch',
        source_system: 'manual',
        source_identifier: 'manual',
        source_id: name,
        status: 'active',
        metadata: '{}',
        first_seen: now,
        last_seen: now,
        created_at: now,
        updated_at: now,
        ip_address: '192.0.2.7',
        ip_sort: '',
        custom: '{}',
        name_sort: name,
        search_text: name,
        version: 1,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  }
  return { context, part, watch, ask, pass, found, ran, appended, addDevice }
}

onEachDatabase('checks', (openFresh, engine) => {
  const fresh = emptiedBetween(openFresh, engine, ['checks', 'devices'])

  test('run in their place of the interval, keep what they measured, and change state after retries', async () => {
    const { part, watch, ask, pass, found, ran, appended, context } = lab(await fresh())
    const { id } = await ask('check.create', {
      name: 'web',
      kind: 'http',
      target: 'web.example.net',
      retries: 1,
    })
    await part.start!(watch, never)
    await pass(62)
    assert.deepEqual(ran, [id])
    assert.equal(watch.checks.get(id)!.state, 'up')
    assert.deepEqual(
      appended.map(({ subject, extra }) => [subject, extra]),
      [[`check:${id}`, { up: 1, latency_ms: 3 }]],
    )
    found.set(id, { result: 'down', message: 'status 500' })
    for (let seconds = 0; watch.checks.get(id)!.state === 'up' && seconds < 61; seconds += 1) await pass(1)
    assert.equal(watch.checks.get(id)!.state, 'pending')
    // Sooner than its interval.
    await pass(22)
    assert.equal(watch.checks.get(id)!.state, 'down')
    found.set(id, { result: 'unable', message: 'this machine has no network' })
    const measured = appended.length
    await pass(60)
    assert.equal(watch.checks.get(id)!.state, 'down')
    assert.equal(appended.length, measured)
    await part.stop!()

    const history = await ask('check.history', { id })
    assert.deepEqual(
      history.items.map(({ state, message }: Answer) => [state, message]),
      [
        ['down', 'status 500'],
        ['pending', 'status 500'],
        ['up', 'well'],
      ],
    )
    assert.equal((await ask('check.show', { id })).state, 'down')
    assert.deepEqual(
      context.happenings.filter(({ data }) => data['state'] !== undefined).map(({ data }) => data['state']),
      ['up', 'pending', 'down'],
    )
  })

  test('of a query there is one for each device, as long as the query finds it', async () => {
    const { part, watch, ask, pass, ran, addDevice, context } = lab(await fresh())
    const [first, second] = [await addDevice('sw-1'), await addDevice('sw-2')]
    const parent = await ask('check.create', { name: 'switches', kind: 'ping', q: 'name:sw-*' })
    await part.start!(watch, never)
    assert.deepEqual(
      [...watch.checks.values()].map(({ deviceId }) => deviceId),
      [first, second],
    )
    const below = await ask('check.list', { parent: parent.id })
    assert.equal(below.items[0].name, `switches on sw-1 (${first})`)
    await rejectsWith('READ_ONLY', ask('check.update', { id: below.items[0].id, retries: 9 }))

    await pass(60)
    assert.deepEqual(new Set(ran), new Set(below.items.map(({ id }: Answer) => id)))
    await context.db
      .updateTable('devices')
      .set({ name: 'x', name_sort: 'x' })
      .where('id', '=', second)
      .execute()
    await pass(61)
    assert.equal(watch.checks.size, 1)
    await ask('check.pause', { id: parent.id })
    await pass(1)
    assert.deepEqual(
      [...watch.checks.values()].map(({ isPaused }) => isPaused),
      [true],
    )
    await ask('check.delete', { id: parent.id })
    await pass(1)
    assert.equal(watch.checks.size, 0)
    await part.stop!()
  })

  test('are held to what their kind takes, and never show a secret', async () => {
    const { ask, context } = lab(await fresh())
    const web = await ask('check.create', {
      name: 'web',
      kind: 'http',
      target: 'https://web.example.net/',
      settings: { headers: { authorization: 'top-secret' }, contains: 'ok' },
    })
    assert.deepEqual(web.settings, { headers: { authorization: '(set)' }, contains: 'ok' })
    const changed = await ask('check.update', {
      id: web.id,
      settings: { headers: web.settings.headers, contains: null },
    })
    assert.deepEqual(changed.settings, { headers: { authorization: '(set)' } })
    const { settings } = await context.db.selectFrom('checks').select('settings').executeTakeFirstOrThrow()
    assert.deepEqual(JSON.parse(settings), { headers: { authorization: 'sealed:"top-secret"' } })
    assert.ok(!JSON.stringify([context.happenings, context.audited]).includes('top-secret'))

    const bad: [input: object, code: 'INPUT_INVALID' | 'ALREADY_EXISTS' | 'NOT_FOUND' | 'QUERY_INVALID'][] = [
      [{ kind: 'ping' }, 'INPUT_INVALID'],
      [{ kind: 'ping', target: 'a', q: 'name:a' }, 'INPUT_INVALID'],
      [{ kind: 'ping', target: 'http://a/' }, 'INPUT_INVALID'],
      [{ kind: 'http', target: 'https://me:secret@a/' }, 'INPUT_INVALID'],
      [{ kind: 'tcp', target: 'a' }, 'INPUT_INVALID'],
      [{ kind: 'tcp', target: 'a', settings: { port: 22, expect: '(' } }, 'INPUT_INVALID'],
      [{ kind: 'http', target: 'a', settings: { colour: 1 } }, 'INPUT_INVALID'],
      [{ kind: 'ping', device: 'nobody' }, 'NOT_FOUND'],
      [{ kind: 'ping', q: 'nope:1' }, 'QUERY_INVALID'],
      [{ kind: 'ping', target: 'a', name: 'web' }, 'ALREADY_EXISTS'],
    ]
    for (const [input, code] of bad) await rejectsWith(code, ask('check.create', { name: 'bad', ...input }))
    await rejectsWith('CHANGED_SINCE', ask('check.update', { id: web.id, retries: 1, expectedVersion: 1 }))
    const tried = await ask('check.test', { kind: 'ping', target: '169.254.169.254' })
    assert.equal(tried.result, 'unable')
  })
})
