import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import type { Webhook } from '#config-schema.ts'
import { webhookAction } from '#features/actions/webhook-action.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import type { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing, listening } from '#test/http-lab.ts'
import { rowWorld } from '#test/row-world.ts'
import { machines } from '#test/scripted-source.ts'
import { webhookSink, type Answer } from '#test/webhook-sink.ts'

const webhook = (url: string, changes: Partial<Webhook> = {}): Webhook => ({
  name: 'tickets',
  url,
  method: 'POST',
  headers: {},
  idempotent: true,
  repeat: 'never',
  concurrency: 2,
  timeoutSeconds: 2,
  costCents: 5,
  tls: {},
  ...changes,
})

const answering =
  (status: number, body = '', headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end(body)

onEachDatabase('calling a webhook', (fresh) => {
  test('posts JSON of the device and the row, with the effect key, and keeps the answer', async (t) => {
    const { base, posted } = await webhookSink(t, answering(201, '{"ticket":7}'))
    const world = rowWorld(await fresh(), { webhooks: [webhook(`${base}/hooks/in?team=1`)] })
    await world.read([machines(1)])
    const [device] = await world.devices()
    const body =
      '{"host": "{name}", "cost": "{row.cost}", "text": "{name} \\"at\\" {row.site}", "none": "{custom.x}"}'
    const row = { deviceId: device!.id, input: { cost: 12, site: 'Gr"az\n{name}' }, effectKey: 'k1' }

    const [shown] = await world.preview(webhookAction, { webhook: 'tickets', body }, [row])
    const outcome = await world.run(webhookAction, { webhook: 'tickets', body }, row)

    const sent = { host: 'web-01', cost: 12, text: 'web-01 "at" Gr"az\n{name}', none: null }
    assert.deepEqual(JSON.parse(posted[0]!.body), sent)
    assert.deepEqual([shown!.after, shown!.costCents], [sent, 5])
    assert.match(shown!.warnings![0]!, /\{custom\.x\} is empty/)
    const { method, path, headers } = posted[0]!
    assert.deepEqual(
      [method, path, headers['content-type']],
      ['POST', '/hooks/in?team=1', 'application/json'],
    )
    assert.equal(headers['idempotency-key'], 'k1')
    assert.deepEqual(outcome.result, { status: 201, body: '{"ticket":7}' })
  })

  test('is about the same effect for the same words to the same target, in any job and on any day but a daily one', async () => {
    const daily = webhook('http://127.0.0.1:1', { name: 'daily', repeat: 'daily' })
    const world = rowWorld(await fresh(), { webhooks: [webhook('http://127.0.0.1:1'), daily] })
    const call = world.call()
    const keyOf = (name: string, input: object, key = 'r1') =>
      JSON.stringify(
        webhookAction.effectOf!(call, { webhook: name, body: { a: '{row.a}' } }, input as never, {
          key,
          deviceId: null,
        }),
      )
    const first = [keyOf('tickets', { a: 1 }), keyOf('daily', { a: 1 })]
    world.context.clock.advance(86_400_000)

    assert.equal(keyOf('tickets', { a: 1, other: 2 }), first[0])
    assert.notEqual(keyOf('tickets', { a: 2 }), first[0])
    assert.notEqual(keyOf('tickets', { a: 1 }, 'r2'), first[0])
    assert.notEqual(keyOf('daily', { a: 1 }), first[1])
  })
})

test('what a webhook answers decides whether its row is done, failed, tried again or for a person', async (t) => {
  const cases: [
    keyed: boolean,
    status: number,
    headers: Record<string, string>,
    code: string,
    retryAfter?: number,
  ][] = [
    [true, 409, {}, 'WEBHOOK_REFUSED'],
    [true, 422, {}, 'WEBHOOK_REFUSED'],
    [false, 404, {}, 'WEBHOOK_REFUSED'],
    [true, 302, { location: 'http://127.0.0.1/other' }, 'WEBHOOK_REFUSED'],
    [true, 429, { 'retry-after': '7' }, 'SOURCE_UNREACHABLE', 7],
    [false, 429, { 'retry-after': '7' }, 'SOURCE_UNREACHABLE', 7],
    [false, 503, { 'retry-after': '9' }, 'SOURCE_UNREACHABLE', 9],
    [true, 500, {}, 'SOURCE_UNREACHABLE'],
    [false, 500, {}, 'OUTCOME_UNKNOWN'],
    [false, 503, {}, 'OUTCOME_UNKNOWN'],
    [false, 504, {}, 'OUTCOME_UNKNOWN'],
  ]
  for (const [idempotent, status, headers, code, retryAfter] of cases) {
    const { base, posted } = await webhookSink(t, answering(status, 'because', headers))
    const error = await failureOf(webhook(base, { idempotent }))

    const what = `${idempotent ? 'keyed' : 'once'} ${status}`
    assert.deepEqual([error.code, error.retryAfterSeconds], [code, retryAfter], what)
    assert.equal(posted.length, 1, what)
    if (status !== 302) assert.match(error.message, /because|may have been done/, what)
    assert.equal(posted[0]!.headers['idempotency-key'], idempotent ? 'key-1' : undefined, what)
  }
})

test('an answer without an end is done by its status, and only its beginning is read', async (t) => {
  const { base, posted } = await webhookSink(t, (_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'.repeat(100_000)), 1)
    response.on('close', () => clearInterval(timer))
  })

  const outcome = await rowWorldOf(webhook(base, { idempotent: false })).run()

  assert.deepEqual(outcome.result, { status: 200, body: 'x'.repeat(2_048) })
  assert.equal(posted.length, 1)
})

test('what was never sent is tried again, what was sent and not answered is unknown without keys', async (t) => {
  const breaking = await webhookSink(t, (_, response) => response.destroy())
  const silent = await webhookSink(t, () => {})
  const closed = 'http://127.0.0.1:1'
  const unknownName = 'http://no-such-name.invalid/'
  const cases: [url: string, idempotent: boolean, code: string][] = [
    [closed, false, 'SOURCE_UNREACHABLE'],
    [unknownName, false, 'SOURCE_UNREACHABLE'],
    [breaking.base, false, 'OUTCOME_UNKNOWN'],
    [breaking.base, true, 'SOURCE_UNREACHABLE'],
    [silent.base, false, 'OUTCOME_UNKNOWN'],
    [silent.base, true, 'SOURCE_UNREACHABLE'],
  ]
  for (const [url, idempotent, code] of cases) {
    const error = await failureOf(webhook(url, { idempotent, timeoutSeconds: 0.3 }))

    assert.equal(error.code, code, `${url} ${idempotent}: ${error.message}`)
    assert.equal(error.retry, code !== 'OUTCOME_UNKNOWN')
  }
})

test('a server that does not speak TLS was sent nothing', async (t) => {
  const { base, posted } = await webhookSink(t)

  const error = await failureOf(webhook(base.replace('http:', 'https:'), { idempotent: false }))

  assert.deepEqual([error.code, posted.length], ['SOURCE_UNREACHABLE', 0], error.message)
})

test('an abort leaves a call without keys unknown, and one with keys to be done again', async (t) => {
  const { base, posted } = await webhookSink(t, () => stop())
  let stop = () => {}
  for (const idempotent of [false, true]) {
    const controller = new AbortController()
    stop = () => controller.abort(new Error('stopped'))
    const world = rowWorldOf(webhook(base, { idempotent }))
    const done = world.run(controller.signal)

    if (idempotent) await assert.rejects(done, /stopped/)
    else await assert.rejects(done, OutcomeUnknown)
  }
  assert.equal(posted.length, 2)
})

test('secrets of headers and of the address stand in no answer and in no error', async (t) => {
  const secret = 'xoxb-very-secret-token'
  const { base } = await webhookSink(t, ({ headers, path }, response) =>
    response
      .writeHead(path.endsWith('ok') ? 200 : 400)
      .end(
        `you sent ${String(headers['x-api'])} to ${path} password=hunter22 ${Buffer.from(String(headers['x-api'])).toString('base64')}`,
      ),
  )
  const ok = await rowWorldOf(webhook(`${base}/services/T0SECRET/ok`, { headers: { 'X-Api': secret } })).run()
  const error = await failureOf(webhook(`${base}/services/T0SECRET/no`, { headers: { 'X-Api': secret } }))
  const silent = await listening(
    t,
    createServer(() => {}),
    'http',
    '127.0.0.1',
  )
  const late = await failureOf(webhook(`${silent}/services/T0SECRET`, { timeoutSeconds: 0.2 }))

  for (const text of [JSON.stringify(ok), error.message, late.message, String(late.cause)])
    assert.doesNotMatch(text, /very-secret|T0SECRET|hunter22|eG94Yi12ZXJ5/)
  assert.match(JSON.stringify(ok), /you sent \[redacted\]/)
})

test('only webhooks of the configuration are called, and only with a body that is JSON', async () => {
  const world = rowWorldOf(webhook('http://127.0.0.1:1'))

  await assert.rejects(world.check({ webhook: 'tickts' }), (error: AppError) => {
    assert.equal(error.hint, 'Did you mean tickets?')
    return failing('NOT_FOUND')(error)
  })
  await assert.rejects(
    world.check({ webhook: 'tickets', body: '{"a": {name}}' }),
    failing('INPUT_INVALID', /JSON/),
  )
  await assert.rejects(
    world.check({ webhook: 'tickets', body: { a: '{nmae}' } }),
    failing('INPUT_INVALID', /nmae/),
  )
})

/** A world without a database: rows about no device need none. */
function rowWorldOf(configured: Webhook) {
  const opened = { db: undefined, reports: undefined, engine: 'sqlite' } as never
  const world = rowWorld(opened, { webhooks: [configured] })
  return {
    run: (signal?: AbortSignal) =>
      world.run(webhookAction, { webhook: 'tickets' }, { input: { a: 1 }, effectKey: 'key-1' }, signal),
    check: (parameters: object) => webhookAction.check!(world.call(), parameters as never),
  }
}

const failureOf = (configured: Webhook): Promise<AppError> =>
  rowWorldOf(configured)
    .run()
    .then(
      () => assert.fail('it went well'),
      (error: AppError) => error,
    )
