import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { before, test, type TestContext } from 'node:test'
import { generate } from 'selfsigned'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { kindNamed } from '#features/notices/channel-kinds.ts'
import { messageOf } from '#features/notices/message.ts'
import { parseSettings } from '#features/sync/source-settings.ts'
import type { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import { failing, never } from '#test/http-lab.ts'
import { TestClock } from '#test/test-clock.ts'

const email = kindNamed('email')
let certificate: { cert: string; private: string }

before(async () => {
  certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })
})

const message = messageOf('m-1', '2026-01-01T00:00:00.000Z', [
  {
    key: 'a',
    kind: 'firing',
    severity: 'critical',
    title: 'Größe: <nas-01> is offline',
    text: 'Since 3 minutes.\r\nBcc: evil@example.net',
    labels: {},
    alertId: 7,
    link: 'https://rollcall.example.net/alerts/7',
  },
])

/** A mail server that asks for a user, and the channel to it. */
async function mailServer(t: TestContext, options: SMTPServerOptions = {}, more: JsonObject = {}) {
  const mails: { text: string; to: string[] }[] = []
  const server = new SMTPServer({
    key: certificate.private,
    cert: certificate.cert,
    onAuth: ({ username, password }, _session, done) =>
      username === 'rollcall' && password === 'mail-secret-password'
        ? done(null, { user: username })
        : done(Object.assign(new Error(`No ${password}`), { responseCode: 535 })),
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('gone')
        ? done(Object.assign(new Error('No such user here'), { responseCode: 550 }))
        : done(),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push({
          text: Buffer.concat(chunks).toString(),
          to: session.envelope.rcptTo.map(({ address }) => address),
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, 'localhost', () => resolve()))
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const settings = {
    host: 'localhost',
    port: (server.server.address() as AddressInfo).port,
    username: 'rollcall',
    password: 'mail-secret-password',
    from: 'rollcall@example.net',
    to: ['ada@example.net', 'grace@example.net'],
    ca: certificate.cert,
    ...more,
  }
  const send = (signal = never) =>
    email.send(parseSettings(email, settings), message, { clock: new TestClock() }, signal)
  return { mails, send }
}

test('mail goes to all, encrypted and signed in, as text and as HTML, in the thread of its alert', async (t) => {
  const { mails, send } = await mailServer(t)

  const says = await send()

  assert.match(says, /^to 2 of 2: 250/)
  const [mail] = mails
  assert.deepEqual(mail!.to, ['ada@example.net', 'grace@example.net'])
  assert.match(mail!.text, /^Message-ID: <m-1@example\.net>/im)
  assert.match(mail!.text, /^References: <rollcall-alert-7@example\.net>/im)
  assert.match(mail!.text, /^Subject: =\?UTF-8\?/im)
  assert.match(mail!.text, /Content-Type: text\/plain/)
  assert.match(mail!.text, /&lt;nas-01&gt; is offline/)
  assert.doesNotMatch(mail!.text.split('\r\n\r\n')[0]!, /Bcc/i)
})

test('TLS from the beginning works, and a certificate that nobody vouches for is refused', async (t) => {
  const tls = await mailServer(t, { secure: true }, { security: 'tls' })
  assert.match(await tls.send(), /^to 2/)

  const other = await generate([{ name: 'commonName', value: 'other' }], { keySize: 2048 })
  const untrusted = await mailServer(t, {}, { ca: other.cert })
  await assert.rejects(untrusted.send(), failing('SOURCE_UNREACHABLE', /certificate/))
})

test('a server that cannot encrypt gets neither password nor mail', async (t) => {
  let tried = 0
  const { mails, send } = await mailServer(t, {
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, done) => {
      tried += 1
      done(new Error('no'))
    },
  })

  await assert.rejects(send(), failing('CHANNEL_REFUSED', /does not encrypt/))
  assert.equal(tried + mails.length, 0)
})

test('a wrong password is final, and neither it nor what the server says of it is shown', async (t) => {
  const { send } = await mailServer(t, {}, { password: 'another-secret-password' })

  await assert.rejects(send(), (error: AppError) => {
    assert.doesNotMatch(error.message, /secret/)
    return error.code === 'CHANNEL_REFUSED' && !error.retry
  })
})

test('who is unknown there is named, and the others are told', async (t) => {
  const { mails, send } = await mailServer(t, {}, { to: ['ada@example.net', 'gone@example.net'] })

  assert.match(await send(), /^to 1 of 2; not to gone@example\.net/)
  assert.deepEqual(mails[0]!.to, ['ada@example.net'])

  const alone = await mailServer(t, {}, { to: ['gone@example.net'] })
  await assert.rejects(alone.send(), failing('CHANNEL_REFUSED', /No such user/))
})

test('a server that is busy, or away, may be asked again', async (t) => {
  const busy = await mailServer(t, {
    onMailFrom: (_address, _session, done) =>
      done(Object.assign(new Error('Greylisted'), { responseCode: 451 })),
  })
  await assert.rejects(busy.send(), (error: AppError) => error.retry && /Greylisted/.test(error.message))

  const away = await mailServer(t, {}, { port: 1 })
  await assert.rejects(away.send(), (error: AppError) => error.retry && error.code === 'SOURCE_UNREACHABLE')
})

test('a server that hangs is left when nobody waits any more', async (t) => {
  const ending = new AbortController()
  const { send } = await mailServer(t, {
    onMailFrom: () => setImmediate(() => ending.abort(new Error('over'))),
  })

  await assert.rejects(send(ending.signal), /over/)
})
