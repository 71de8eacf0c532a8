import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { generate } from 'selfsigned'
import type { AppError } from '#kernel/errors.ts'
import { createHttpClient, type HttpClientSettings } from '#sources/http-client.ts'
import { networkError } from '#sources/http-errors.ts'
import { createRedactor } from '#sources/http-redaction.ts'
import { fingerprintOf } from '#sources/http-tls.ts'
import { failing, impatientClock, listening, never } from '#test/http-lab.ts'

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

const folders: string[] = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-http-'))
  folders.push(folder)
  return folder
}

test('an unknown certificate is not trusted, and the error tells its fingerprint for comparing', async (t) => {
  let asked = 0
  const server = createTlsServer({ cert: certificate.cert, key: certificate.private }, (_, response) =>
    response.end(String((asked += 1))),
  )
  const base = await listening(t, server, 'https')
  const raw = Buffer.from(certificate.cert.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  const ask = async (tls: HttpClientSettings['tls']) => {
    const client = createHttpClient({ baseUrl: base, tls }, { clock: impatientClock() })
    return client.json('GET', '/', { signal: never }).finally(() => client.close())
  }
  await assert.rejects(ask({}), (error: AppError) => {
    failing('SOURCE_NOT_TRUSTED', /DEPTH_ZERO_SELF_SIGNED_CERT/)(error)
    return error.hint!.includes(fingerprintOf(raw))
  })
  await assert.rejects(
    ask({ fingerprint: '00'.repeat(32) }),
    failing('SOURCE_NOT_TRUSTED', /another certificate/),
  )
  assert.equal(asked, 0)
  const folder = await newFolder()
  await writeFile(join(folder, 'ca.pem'), certificate.cert)
  const trusts = [
    { ca: certificate.cert },
    { ca: join(folder, 'ca.pem') },
    { fingerprint: fingerprintOf(raw) },
    { fingerprint: fingerprintOf(raw).replaceAll(':', '').toLowerCase(), ca: certificate.cert },
  ]
  for (const tls of trusts) assert.equal((await ask(tls)).status, 200)
  await assert.rejects(ask({ ca: join(folder, 'gone.pem') }), failing('SOURCE_FILE_UNREADABLE'))
  await assert.rejects(ask({ ca: '-----BEGIN CERTIFICATE-----\nnone\n' }), failing('SOURCE_FILE_UNREADABLE'))
})

test('a trusted authority does not excuse a wrong name', async (t) => {
  const server = createTlsServer({ cert: certificate.cert, key: certificate.private }, (_, response) =>
    response.end('{}'),
  )
  const base = await listening(t, server, 'https', '127.0.0.1')
  const client = createHttpClient(
    { baseUrl: base, tls: { ca: certificate.cert } },
    { clock: impatientClock() },
  )
  await assert.rejects(client.json('GET', '/', { signal: never }), failing('SOURCE_NOT_TRUSTED', /ALTNAME/))
  await client.close()
})

test('TLS to a plain server says so', async (t) => {
  const base = await listening(
    t,
    createServer((_, response) => response.end('{}')),
    'http',
  )
  const client = createHttpClient({ baseUrl: base.replace('http:', 'https:') }, { clock: impatientClock() })
  await assert.rejects(
    client.json('GET', '/', { signal: never }),
    failing('SOURCE_ANSWER_INVALID', /does not speak HTTPS/),
  )
  await client.close()
})

test('a server that asks for a certificate gets ours, and one without its key is refused before asking', async (t) => {
  const server = createTlsServer(
    {
      cert: certificate.cert,
      key: certificate.private,
      ca: certificate.cert,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (_, response) => response.end('{}'),
  )
  const base = await listening(t, server, 'https')
  const ask = async (tls: HttpClientSettings['tls']) => {
    const trust = { ca: certificate.cert, ...tls }
    const client = createHttpClient({ baseUrl: base, tls: trust }, { clock: impatientClock() })
    return client.json('GET', '/', { signal: never }).finally(() => client.close())
  }
  const folder = await newFolder()
  const [cert, key] = [join(folder, 'me.crt'), join(folder, 'me.key')]
  await writeFile(cert, certificate.cert)
  await writeFile(key, certificate.private)

  assert.equal((await ask({ clientCert: cert, clientKey: key })).status, 200)
  assert.equal((await ask({ clientCert: certificate.cert, clientKey: certificate.private })).status, 200)

  await assert.rejects(ask({}), failing('SOURCE_UNREACHABLE'))
  await assert.rejects(ask({ clientCert: cert }), failing('CONFIG_INVALID', /belong together/))
  await assert.rejects(ask({ clientCert: cert, clientKey: `${key}.gone` }), failing('SOURCE_FILE_UNREADABLE'))
  await assert.rejects(
    ask({ clientCert: cert, clientKey: `-----BEGIN PRIVATE KEY-----\nsecret\n` }),
    (error: AppError) => {
      failing('SOURCE_FILE_UNREADABLE')(error)
      return !JSON.stringify([error.message, error.hint, String(error.cause)]).includes('secret')
    },
  )
})

test('a server that refuses our certificate is told apart from one that speaks no TLS', async () => {
  const url = new URL('https://puppetdb.example.net:8081')
  const asked = { method: 'GET', url, timeoutMs: 1000, redactor: createRedactor(new Set()) }
  const meaning = async (code: string) =>
    (await networkError(Object.assign(new Error('x'), { code }), asked)).code

  assert.equal(await meaning('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'SOURCE_REJECTED_LOGIN')
  assert.equal(await meaning('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), 'SOURCE_REJECTED_LOGIN')
  assert.equal(await meaning('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'), 'SOURCE_REJECTED_LOGIN')
  assert.equal(await meaning('ERR_SSL_WRONG_VERSION_NUMBER'), 'SOURCE_ANSWER_INVALID')
})
