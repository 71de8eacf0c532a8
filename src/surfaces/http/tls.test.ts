import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { generate } from 'selfsigned'
import { sampleServer, stubContext } from '#test/sample-server.ts'

const folder = await mkdtemp(join(tmpdir(), 'rollcall-tls-'))
after(() => rm(folder, { recursive: true, force: true }))

function contextWith(tls: { cert: string; key: string }) {
  const context = stubContext()
  context.config = { ...context.config, server: { ...context.config.server, tls } }
  return context
}

test('with a certificate the server speaks TLS', async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }])
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  await writeFile(cert, made.cert)
  await writeFile(key, made.private)
  const { server } = sampleServer({ context: contextWith({ cert, key }) })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  try {
    assert.match(address, /^https:/)
    const options = { ca: made.cert, checkServerIdentity: () => undefined, agent: false } as const
    const status = await new Promise((resolve, reject) => {
      get(`${address}/healthz`, options, (answer) => resolve(answer.resume().statusCode)).on('error', reject)
    })
    assert.equal(status, 200)
  } finally {
    await server.close()
  }
})

test('a certificate that cannot be read stops the start and is named', () => {
  const tls = { cert: join(folder, 'none.pem'), key: join(folder, 'none.key') }
  assert.throws(() => sampleServer({ context: contextWith(tls) }), {
    code: 'CONFIG_INVALID',
    message: /server\.tls\.cert/,
  })
})
