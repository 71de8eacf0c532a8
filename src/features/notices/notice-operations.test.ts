import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noticeOperations } from '#features/notices/notice-operations.ts'
import { enqueueNotices } from '#features/notices/enqueue-notices.ts'
import { deadManPart } from '#features/notices/dead-man-part.ts'
import type { Watch } from '#features/monitoring/watch.ts'
import { systemActor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { emptiedBetween, onEachDatabase, type FreshDatabase } from '#test/each-database.ts'
import { fakeChannels } from '#test/fakes/channels.ts'
import { failing, never } from '#test/http-lab.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape are looked into
type Answer = any

async function asking(fresh: FreshDatabase) {
  const context = testContext(await fresh())
  const ask = async (name: string, input: object): Promise<Answer> =>
    answerOperation(
      noticeOperations.find((each) => each.name === name)!,
      context,
      systemActor('test'),
      input,
      never,
    )
  return { context, ask }
}

onEachDatabase('channels', (freshOne, engine) => {
  const fresh = emptiedBetween(freshOne, engine, ['channels', 'notices'])

  test('a secret is shown as set, stays when it comes back, and is nowhere else', async (t) => {
    const { base, got } = await fakeChannels(t)
    const { ask, context } = await asking(fresh)
    const settings = { server: `${base}/ntfy`, topic: 'secret-topic', token: 'tk_secret_token' }

    const made = await ask('channel.create', { name: 'phone', kind: 'ntfy', settings })
    assert.deepEqual([made.settings.topic, made.settings.token], ['(set)', '(set)'])
    const edited = await ask('channel.update', {
      id: 'phone',
      settings: { topic: '(set)', username: null },
      groupSeconds: 30,
      expectedVersion: made.version,
    })
    assert.equal(edited.groupSeconds, 30)
    assert.deepEqual(await ask('channel.test', { id: 'phone' }), {
      sent: true,
      says: 'it answered 200: {"id":"x","event":"message"}',
      canRetry: false,
    })
    assert.equal(got[0]!.body.topic, 'secret-topic')
    await ask('channel.update', { id: 'phone', settings: { token: 'tk_secret_wrong' } })
    const failed = await ask('channel.test', { id: 'phone' })
    assert.equal(failed.sent, false)

    const told = [
      failed,
      edited,
      await ask('channel.list', {}),
      await ask('channel.show', { id: 'phone' }),
      await ask('notice.list', {}),
      context.audited,
      context.happenings,
    ]
    assert.doesNotMatch(JSON.stringify(told), /secret-topic|tk_secret/)
    const rows = await context.db.selectFrom('channels').select('settings').execute()
    assert.match(rows[0]!.settings, /sealed:/)
  })

  test('what is wrong with a channel is said by field, and nothing is written', async () => {
    const { ask } = await asking(fresh)
    const bad: [input: object, says: RegExp][] = [
      [{ name: 'x', kind: 'slak', settings: {} }, /no kind of channel called slak/],
      [{ name: 'x', kind: 'slack', settings: { url: 'no-secret-address' } }, /settings\.url/],
      [
        { name: 'x', kind: 'email', settings: { host: 'mail', from: 'a@example.net', to: [] } },
        /settings\.to/,
      ],
      [{ name: 'x', kind: 'apprise', settings: { server: 'https://a.example.net' } }, /settings\.key/],
      [
        { name: 'x', kind: 'gotify', settings: { server: 'https://a.example.net', token: 't', tokn: 1 } },
        /tokn/,
      ],
      [
        {
          name: 'x',
          kind: 'gotify',
          settings: { server: 'https://a.example.net', token: 't' },
          templates: { all: { title: '{titel}' } },
        },
        /\{titel\}/,
      ],
      [
        {
          name: 'x',
          kind: 'gotify',
          settings: { server: 'https://a.example.net', token: 't' },
          quietHours: { zone: 'Mars', from: '22:00', to: '06:00' },
        },
        /quietHours\.zone/,
      ],
    ]
    for (const [input, says] of bad)
      await assert.rejects(ask('channel.create', input), (error: Error) => {
        failing('INPUT_INVALID', says)(error)
        assert.doesNotMatch(JSON.stringify(error), /no-secret-address/)
        return true
      })
    assert.deepEqual((await ask('channel.list', {})).items, [])
  })

  test('of two who change one, the second is told; a name is given once', async () => {
    const { ask } = await asking(fresh)
    const gotify = { kind: 'gotify', settings: { server: 'https://a.example.net', token: 't' } }
    const made = await ask('channel.create', { name: 'one', ...gotify })
    await ask('channel.create', { name: 'two', ...gotify })
    await ask('channel.update', { id: 'one', maxPerHour: 5, expectedVersion: made.version })

    await assert.rejects(
      ask('channel.update', { id: 'one', maxPerHour: 6, expectedVersion: made.version }),
      failing('CHANGED_SINCE'),
    )
    await assert.rejects(ask('channel.update', { id: 'two', name: 'one' }), failing('ALREADY_EXISTS'))
  })

  test('what a channel had still to tell is given up with it, stays known, and can be told again while it is there', async () => {
    const { ask, context } = await asking(fresh)
    const gotify = { kind: 'gotify', settings: { server: 'https://a.example.net', token: 't' } }
    const channel = await ask('channel.create', { name: 'one', ...gotify })
    const notice = {
      channelId: channel.id as number,
      kind: 'firing' as const,
      severity: 'critical' as const,
      title: 't',
      text: '',
      labels: {},
    }
    await context.db.transaction().execute((transaction) =>
      enqueueNotices(transaction, context.engine, context.clock.now(), [
        { ...notice, key: 'a', alertId: 3 },
        { ...notice, key: 'b' },
      ]),
    )

    await ask('channel.update', { id: 'one', enabled: false })
    const [given] = (await ask('notice.list', { alertId: 3 })).items
    assert.deepEqual([given.state, given.error], ['given_up', 'the channel was switched off'])
    assert.equal((await ask('channel.list', {})).items[0].givenUp, 2)
    assert.equal((await ask('notice.retry', { id: given.id })).state, 'queued')

    await ask('channel.delete', { id: 'one' })
    const { items, nextCursor } = await ask('notice.list', { limit: 1 })
    assert.deepEqual([items[0].channel, items[0].channelId], ['one', null])
    assert.equal((await ask('notice.list', { limit: 1, cursor: nextCursor })).items[0].state, 'given_up')
    await assert.rejects(ask('notice.retry', { id: given.id }), failing('CONFLICT', /gone/))
  })

  test('a preview fills templates in, and says what it does not know', async () => {
    const { ask } = await asking(fresh)
    const templates = { firing: { title: '[{severity}] {title}', text: '{text} ({labels.server})' } }

    assert.deepEqual(await ask('channel.preview', { templates, title: 'down {text}', text: 'x' }), {
      title: '[critical] down {text}',
      text: 'x (nas-01)',
    })
    assert.deepEqual(await ask('channel.preview', { kind: 'resolved', title: 'a', text: 'b' }), {
      title: 'Resolved: a',
      text: 'b',
    })
    assert.ok((await ask('channelkind.list', {})).items.length >= 12)
  })
})

test('somebody outside hears of us as long as we can write, and not when we cannot', async (t) => {
  const { base, got } = await fakeChannels(t)
  const monitoring = {
    ...testConfig().monitoring,
    deadMan: { url: `${base}/hook/secret-check`, everySeconds: 60 },
  }
  const nowhere = { db: undefined, reports: undefined, engine: 'sqlite' } as never
  const context = testContext(nowhere, { config: testConfig({ monitoring }) })
  let canWrite = true
  const part = deadManPart()
  const lease = { renew: async () => canWrite, mine: () => Promise.reject(new Error('no')) }
  await part.start!({ context, lease } as unknown as Watch, never)
  const turn = async () => {
    await part.tick!(never)
    await part.stop!()
    await part.start!({ context, lease } as unknown as Watch, never)
  }
  await part.tick!(never)
  while (got.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  assert.equal(got[0]!.method, 'GET')

  await part.tick!(never)
  assert.equal(got.length, 1)
  canWrite = false
  context.clock.advance(120_000)
  await turn()
  assert.equal(got.length, 1)
})
