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
