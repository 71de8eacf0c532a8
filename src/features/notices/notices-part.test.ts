import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '#features/notices/message.ts'
import { addChannel } from '#features/notices/edit-channels.ts'
import { enqueueNotices } from '#features/notices/enqueue-notices.ts'
import type { Notice } from '#features/notices/notice.ts'
import { listNotices } from '#features/notices/notice-queries.ts'
import { noticesPart, type Send } from '#features/notices/notices-part.ts'
import { AppError } from '#kernel/errors.ts'
import { emptiedBetween, onEachDatabase, type FreshDatabase } from '#test/each-database.ts'
import { never } from '#test/http-lab.ts'
import { nextTold, watchOf } from '#test/outbox-watch.ts'
import { testContext } from '#test/test-context.ts'

/** A watch that owns the outbox, and what is sent by it. */
async function outbox(fresh: FreshDatabase, more: Partial<Parameters<typeof addChannel>[1]> = {}) {
  const context = testContext(await fresh())
  const channel = await addChannel(context, {
    name: 'team',
    kind: 'ntfy',
    enabled: true,
    settings: { topic: 'secret-topic' },
    templates: {},
    quietHours: null,
    groupSeconds: 0,
    maxPerHour: 1_000,
    ...more,
  })
  const sent: Message[] = []
  const answers: (AppError | 'hangs')[] = []
  // The sending is beside the turn: each turn waits for what it began.
  let under: Promise<void> | undefined
  const send: Send = async (_context, _channel, message, signal) => {
    const answer = answers.shift()
    under = answer === 'hangs' ? undefined : nextTold(context)
    if (answer === 'hangs')
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    sent.push(message)
    if (answer instanceof AppError) throw answer
    return 'taken'
  }
  const begin = async () => {
    const part = noticesPart(send)
    await part.start!(watchOf(context), never)
    return part
  }
  let part = await begin()
  return {
    context,
    channel,
    sent,
    answers,
    put: (...notices: Partial<Notice>[]) =>
      context.db.transaction().execute((transaction) =>
        enqueueNotices(
          transaction,
          context.engine,
          context.clock.now(),
          notices.map((notice, index) => ({ ...plain(channel.id, index), ...notice })),
        ),
      ),
    /** So many turns, a second apart. */
    async turns(count: number, milliseconds = 1_000) {
      for (let turn = 0; turn < count; turn += 1) {
        await part.tick!(never)
        await under
        under = undefined
        context.clock.advance(milliseconds)
      }
    },
    async restart() {
      await part.stop!()
      part = await begin()
    },
    states: async () =>
      (await listNotices(context.db, {}, { limit: 100 })).map(({ state }) => state).toReversed(),
    titles: () => sent.map(({ title }) => title),
  }
}

const plain = (channelId: number, index: number): Notice => ({
  key: `k${index}`,
  channelId,
  kind: 'firing',
  severity: 'warning',
  title: `title ${index}`,
  text: 'text',
  labels: {},
})

const later = (retryAfterSeconds?: number) =>
  new AppError('SOURCE_UNREACHABLE', 'not now', retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
const refusal = new AppError('CHANNEL_REFUSED', 'never')

onEachDatabase('the outbox', (freshOne, engine) => {
  const fresh = emptiedBetween(freshOne, engine, ['channels', 'notices'])

  test('tells each notice once, in order, however often it was put in', async () => {
    const { put, turns, titles, states, context } = await outbox(fresh)
    assert.equal(await put({}, { kind: 'resolved' }), 2)
    assert.equal(await put({}), 0)
    assert.equal(await put({ key: 'nobody', channelId: 99 }), 0)

    await turns(3)

    assert.deepEqual(titles(), ['title 0', 'Resolved: title 1'])
    assert.deepEqual(await states(), ['sent', 'sent'])
    assert.ok(context.happenings.some(({ topic }) => topic === 'notice.changed'))
  })

  test('a resolved one waits for the firing one of its alert, and those of others do not', async () => {
    const { put, turns, titles, answers } = await outbox(fresh)
    answers.push(later())
    await put({ alertId: 1 }, { alertId: 1, kind: 'resolved' }, { alertId: 2 })

    await turns(40)

    assert.deepEqual(titles(), ['title 0', 'title 2', 'title 0', 'Resolved: title 1'])
  })

  test('is not asked again before the other side says so', async () => {
    const { put, turns, sent, answers } = await outbox(fresh)
    answers.push(later(120))
    await put({})

    await turns(10, 10_000)
    assert.equal(sent.length, 1)
    await turns(4, 10_000)
    assert.equal(sent.length, 2)
    assert.equal(sent[0]!.id, sent[1]!.id)
  })

  test('gives up what is refused at once, and what fails for a day, with a line in the trail', async () => {
    const { put, turns, states, sent, answers, context } = await outbox(fresh)
    answers.push(refusal, ...Array.from({ length: 500 }, () => later()))
    await put({})
    await turns(1)
    assert.deepEqual(await states(), ['given_up'])

    await put({ key: 'other' })
    await turns(26, 60 * 60_000)

    assert.deepEqual(await states(), ['given_up', 'given_up'])
    assert.ok(sent.length > 20 && sent.length < 30, `${sent.length}`)
    assert.equal(context.audited.filter(({ operation }) => operation === 'notice.give-up').length, 2)
    assert.doesNotMatch(JSON.stringify(context.audited), /secret/)
  })

  test('what was on its way when its node ended is told again under the same id, with the same others', async () => {
    const { put, turns, restart, states, sent, answers } = await outbox(fresh, { groupSeconds: 2 })
    answers.push('hangs')
    await put({}, { key: 'b' })
    await turns(4)
    assert.deepEqual(await states(), ['sending', 'sending'])
    await put({ key: 'c' })

    await restart()
    await turns(4)

    assert.deepEqual(await states(), ['sent', 'sent', 'sent'])
    assert.deepEqual(
      sent.map(({ notices }) => notices.length),
      [2, 1],
    )
  })

  test('several within its seconds become one message, and many at once do anyway', async () => {
    const grouped = await outbox(fresh, { groupSeconds: 5 })
    await grouped.put({})
    await grouped.turns(3)
    await grouped.put({ key: 'b', kind: 'resolved' })
    assert.equal(grouped.sent.length, 0)
    await grouped.turns(4)
    assert.deepEqual(grouped.titles(), ['2 notices: 1 new, 1 resolved'])

    await grouped.put(...Array.from({ length: 30 }, (_, index) => ({ key: `many ${index}` })))
    await grouped.turns(7)
    assert.equal(grouped.sent.at(-1)!.notices.length, 30)
  })

  test('more than so many an hour are told together, and none is lost', async () => {
    const { put, turns, sent } = await outbox(fresh, { maxPerHour: 3 })
    for (let index = 0; index < 8; index += 1) {
      await put({ key: `n${index}`, title: `n${index}` })
      await turns(1)
    }
    assert.equal(sent.length, 3)

    await turns(3, 30 * 60_000)

    assert.equal(sent.length, 4)
    assert.equal(sent.flatMap(({ notices }) => notices).length, 8)
  })

  test('in quiet hours only what is critical is told; the rest comes together at their end', async () => {
    // It is midnight in UTC, one o’clock in Berlin.
    const quietHours = { zone: 'Europe/Berlin', from: '22:00', to: '07:00' }
    const { put, turns, titles } = await outbox(fresh, { quietHours })
    await put({}, { severity: 'critical' }, { kind: 'resolved' })

    await turns(11, 30 * 60_000)
    assert.deepEqual(titles(), ['title 1'])
    await turns(3, 30 * 60_000)
    assert.deepEqual(titles(), ['title 1', '2 notices: 1 new, 1 resolved'])
  })
})
