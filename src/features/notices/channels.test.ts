import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import type { JsonObject } from '#kernel/json.ts'
import type { AppError } from '#kernel/errors.ts'
import { kindNamed } from '#features/notices/channel-kinds.ts'
import { type Message, messageOf, textWithin, type ToldNotice } from '#features/notices/message.ts'
import { parseSettings } from '#features/sync/source-settings.ts'
import { TestClock } from '#test/test-clock.ts'
import { fakeChannels } from '#test/fakes/channels.ts'
import { failing, never } from '#test/http-lab.ts'

const at = '2026-01-01T00:00:00.000Z'
const secret = /secret/

const settingsOf = (base: string): Record<string, JsonObject> => ({
  slack: { url: `${base}/slack/services/T0/B0/secret-part` },
  discord: { url: `${base}/discord/webhooks/1/secret-part` },
  telegram: { server: `${base}/telegram`, token: '123:secret-bot-token', chatId: '-100' },
  ntfy: { server: `${base}/ntfy`, topic: 'secret-topic', token: 'tk_secret_token' },
  gotify: { server: `${base}/gotify`, token: 'app-secret-token' },
  matrix: { server: `${base}/matrix`, roomId: '!room:example.net', token: 'syt_secret_token' },
  teams: { url: `${base}/teams/workflows/secret-part?sig=secret-signature` },
  apprise: { server: `${base}/apprise`, key: 'secret-key' },
  pushover: { server: `${base}/pushover`, token: 'app-secret-key', user: 'user-secret-key' },
  pagerduty: { server: `${base}/pagerduty`, routingKey: 'routing-secret-key' },
  webhook: { url: `${base}/hook/secret-part`, headers: { Authorization: 'Bearer secret-header' } },
})

const notice = (more: Partial<ToldNotice> = {}): ToldNotice => ({
  key: 'alert-7-1',
  kind: 'firing',
  severity: 'critical',
  title: 'nas_01 <b>is</b> offline & away',
  text: 'Nothing was heard of it for 3 minutes.\nIt is *old*.',
  labels: { server: 'nas-01' },
  alertId: 7,
  link: 'https://rollcall.example.net/alerts/7?a=1&b=2',
  ...more,
})

const long = (): Message =>
  messageOf(
    'long',
    at,
    Array.from({ length: 400 }, (_, index) =>
      notice({ title: `Ünïcode <${index}> 🚨 ${'x'.repeat(300)}`, text: '&"'.repeat(200), alertId: index }),
    ),
  )

async function sendBy(t: TestContext, kind: string, message: Message, more: JsonObject = {}) {
  const fake = await fakeChannels(t)
  const channel = kindNamed(kind)
  const send = () =>
    channel.send(
      parseSettings(channel, { ...settingsOf(fake.base)[kind]!, ...more }),
      message,
      { clock: new TestClock() },
      never,
    )
  return { ...fake, send }
}

for (const kind of Object.keys(settingsOf(''))) {
  test(`${kind} takes a notice, a resolved one, and a digest too long for it`, async (t) => {
    const fake = await fakeChannels(t)
    const channel = kindNamed(kind)
    const settings = parseSettings(channel, settingsOf(fake.base)[kind]!)
    const messages = [
      messageOf('one', at, [notice()]),
      messageOf('well', at, [notice({ kind: 'resolved', text: '', link: undefined })]),
      messageOf('huge', at, [notice({ title: '🚨'.repeat(900), text: '🚨<&'.repeat(9_000) })]),
      ...(channel.groups ? [long()] : []),
    ]

    for (const message of messages) {
      const says = await channel.send(settings, message, { clock: new TestClock() }, never)
      assert.doesNotMatch(says, secret)
    }

    assert.equal(fake.got.length, messages.length)
  })

  test(`${kind} tells what is refused from what is not taken now, and no secret of either`, async (t) => {
    const { next, send } = await sendBy(t, kind, messageOf('one', at, [notice()]))
    const echo = JSON.stringify(settingsOf('')[kind])
    next.push(
      { status: 400, body: `bad: ${echo}` },
      { status: 429, headers: { 'retry-after': '17' }, body: echo },
      { status: 503 },
    )

    const errors: AppError[] = []
    for (let time = 0; time < 3; time += 1) await send().catch((error: AppError) => errors.push(error))

    assert.deepEqual(
      errors.map(({ code, retryAfterSeconds }) => [code, retryAfterSeconds]),
      [
        ['CHANNEL_REFUSED', undefined],
        ['SOURCE_UNREACHABLE', 17],
        ['SOURCE_UNREACHABLE', undefined],
      ],
    )
    for (const { message } of errors) assert.doesNotMatch(message, secret)
    await send()
  })
}

test('the wait that a product writes into its answer is kept', async (t) => {
  const answers: [kind: string, body: unknown, seconds: number][] = [
    ['discord', { message: 'You are being rate limited.', retry_after: 1.5, global: false }, 1.5],
    [
      'telegram',
      { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 30 } },
      30,
    ],
    ['matrix', { errcode: 'M_LIMIT_EXCEEDED', error: 'Too many', retry_after_ms: 2_500 }, 2.5],
  ]
  for (const [kind, body, seconds] of answers) {
    const { next, send } = await sendBy(t, kind, messageOf('one', at, [notice()]))
    next.push({ status: 429, body })

    await assert.rejects(send(), (error: AppError) => error.retryAfterSeconds === seconds && error.retry)
  }
})

test('text keeps its signs where a product would read them as marks', async (t) => {
  const slack = await sendBy(t, 'slack', messageOf('one', at, [notice()]))
  await slack.send()
  assert.equal(slack.got[0]!.body.blocks[0].text.text, 'nas_01 <b>is</b> offline & away')
  assert.match(slack.got[0]!.body.text, /^nas_01 &lt;b&gt;is&lt;\/b&gt; offline &amp; away$/)
  assert.match(slack.got[0]!.body.blocks[2].text.text, /alerts\/7\?a=1&amp;b=2\|Show it>/)

  const telegram = await sendBy(t, 'telegram', messageOf('one', at, [notice()]))
  await telegram.send()
  assert.match(telegram.got[0]!.body.text, /^<b>nas_01 &lt;b&gt;is&lt;\/b&gt; offline &amp; away<\/b>\n/)

  const teams = await sendBy(t, 'teams', messageOf('one', at, [notice()]))
  await teams.send()
  assert.match(teams.got[0]!.body.attachments[0].content.body[0].text, /^nas\\_01 /)
})

test('Matrix is told under the id of the message, and PagerDuty under that of the alert', async (t) => {
  const matrix = await sendBy(t, 'matrix', messageOf('the-message', at, [notice()]))
  await matrix.send()
  await matrix.send()
  assert.deepEqual(
    matrix.got.map(({ path }) => path.split('/').at(-1)),
    ['the-message', 'the-message'],
  )

  const pagerduty = await sendBy(t, 'pagerduty', messageOf('m', at, [notice({ kind: 'resolved' })]))
  await pagerduty.send()
  assert.equal(pagerduty.got[0]!.body.event_action, 'resolve')
  assert.equal(pagerduty.got[0]!.body.dedup_key, 'rollcall-alert-7')
})

test('Apprise that told nobody, or only some, is no success', async (t) => {
  for (const [key, says] of [
    ['unknown-key', /keeps no configuration/],
    ['partly-key', /at least one/],
  ] as const) {
    const { send } = await sendBy(t, 'apprise', messageOf('one', at, [notice()]), { key })
    await assert.rejects(send(), failing('CHANNEL_REFUSED', says))
  }
})

test('a webhook posts everything, or a body of one’s own, signed', async (t) => {
  const message = messageOf('m-1', at, [notice()])
  const plain = await sendBy(t, 'webhook', message, { signingSecret: 'signing-secret' })
  await plain.send()
  const [got] = plain.got
  assert.equal(got!.body.alertId, 7)
  assert.deepEqual(got!.body.labels, { server: 'nas-01' })
  assert.equal(got!.headers['idempotency-key'], 'm-1')
  const expected = createHmac('sha256', 'signing-secret')
    .update(`${String(got!.headers['x-rollcall-timestamp'])}.${got!.text}`)
    .digest('hex')
  assert.equal(got!.headers['x-rollcall-signature'], `sha256=${expected}`)

  const own = await sendBy(t, 'webhook', message, {
    body: { text: '{severity}: {title} on {labels.server}', all: '{notices}', none: '{labels.other}' },
  })
  await own.send()
  assert.equal(own.got[0]!.body.text, 'critical: nas_01 <b>is</b> offline & away on nas-01')
  assert.equal(own.got[0]!.body.all[0].alertId, 7)
  assert.equal(own.got[0]!.body.none, null)

  const form = await sendBy(t, 'webhook', message, { format: 'form', body: { a: '{kind}&{severity}' } })
  await form.send()
  assert.equal(form.got[0]!.text, 'a=firing%26critical')
})

test('a misspelt placeholder of a body is said when it is entered', () => {
  assert.throws(
    () => parseSettings(kindNamed('webhook'), { url: 'https://example.net/x', body: { text: '{titel}' } }),
    failing('INPUT_INVALID', /titel/),
  )
})

test('of a digest that does not fit it is told how many more there are', () => {
  const message = messageOf(
    'm',
    at,
    Array.from({ length: 30 }, (_, index) => notice({ title: `server ${index}`, text: '', link: undefined })),
  )

  const text = textWithin(message, 100)

  assert.ok(text.length <= 100)
  assert.match(text, /^• server 0\n• server 1\n[^]*\nand (\d+) more$/)
  const told = text.split('\n').length - 1
  assert.equal(Number(/and (\d+) more/.exec(text)![1]) + told, 30)
  assert.equal(message.title, '30 notices: 30 new')
})
