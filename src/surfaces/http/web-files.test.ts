import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { as, sampleServer } from '#test/sample-server.ts'
import { sampleWorld } from '#test/sample-operations.ts'

const webRoot = await mkdtemp(join(tmpdir(), 'rollcall-web-'))
after(() => rm(webRoot, { recursive: true, force: true }))
await mkdir(join(webRoot, 'assets'))
await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>Rollcall</title>')
await writeFile(join(webRoot, 'favicon.svg'), '<svg/>')
await writeFile(join(webRoot, 'assets', 'app-1a2b.js'), 'let a = 1\n'.repeat(1_000))
await writeFile(join(webRoot, 'assets', 'app-1a2b.js.br'), 'pretend brotli')

const get = (url: string, headers: Record<string, string> = {}) =>
  sampleServer({ webRoot }).server.inject({ url, headers })

test('the page answers at the root and at the addresses of its own router', async () => {
  for (const url of ['/', '/devices', '/devices/web-01.example.net?tab=history']) {
    const answer = await get(url, { accept: 'text/html,*/*' })
    assert.equal(answer.statusCode, 200, url)
    assert.match(answer.body, /Rollcall/)
    assert.equal(answer.headers['cache-control'], 'no-cache')
  }
})

test('the root is the page for programs too, which accept anything', async () => {
  const answer = await get('/', { accept: '*/*' })

  assert.equal(answer.statusCode, 200)
  assert.match(String(answer.headers['content-type']), /text\/html/)
})

test('an unknown address of the API or a missing file is never answered with the page', async () => {
  for (const url of ['/api/v1/nothing', '/assets/app-old.js', '/api/nothing']) {
    const answer = await get(url, { accept: 'text/html,*/*' })
    assert.equal(answer.statusCode, 404, url)
    assert.match(String(answer.headers['content-type']), /problem\+json/)
  }
})

test('hashed files are kept for ever and others asked for again', async () => {
  const hashed = await get('/assets/app-1a2b.js')
  assert.equal(hashed.headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.match(String(hashed.headers['content-type']), /javascript/)
  assert.equal((await get('/favicon.svg')).headers['cache-control'], 'no-cache')
})

test('a file that was compressed ahead is sent as it lies there', async () => {
  const answer = await get('/assets/app-1a2b.js', { 'accept-encoding': 'br, gzip' })
  assert.equal(answer.headers['content-encoding'], 'br')
  assert.equal(answer.body, 'pretend brotli')
})

test('a large answer is compressed', async () => {
  const { server } = sampleServer({}, sampleWorld(100))
  const headers = { ...as('viewer'), 'accept-encoding': 'gzip' }
  const answer = await server.inject({ url: '/api/v1/things', headers })
  assert.equal(answer.headers['content-encoding'], 'gzip')
  assert.equal(JSON.parse(gunzipSync(answer.rawPayload).toString()).items.length, 100)
})

test('nothing outside of the folder is reachable', async () => {
  for (const url of ['/../secret', '/..%2f..%2fetc%2fpasswd', '/assets/..%2f..%2fx', '/%00']) {
    const answer = await get(url)
    assert.ok([400, 403, 404, 422].includes(answer.statusCode), `${url} answered ${answer.statusCode}`)
  }
})

test('every answer forbids framing, sniffing and foreign scripts', async () => {
  for (const url of ['/', '/api/v1/things', '/healthz', '/nothing']) {
    const { headers } = await get(url)
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /script-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'same-origin')
  }
})
