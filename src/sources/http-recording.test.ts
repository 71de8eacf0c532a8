import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createHttpClient, type HttpClient } from '#sources/http-client.ts'
import { failing, impatientClock, never, serving } from '#test/http-lab.ts'

const folders: string[] = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-http-'))
  folders.push(folder)
  return folder
}

test('a session that an answer gives is hidden wherever it stands, in a cookie, in text or alone', async (t) => {
  const folder = await newFolder()
  const client = await serving(
    t,
    (request, response) => {
      if (request.url === '/text') response.setHeader('set-cookie', 'sid="of-a-cookie-secret"; Path=/')
      response.end(request.url === '/text' ? '<key>of-a-cookie-secret</key>' : '"of-an-answer-secret"')
    },
    { record: folder },
  )

  await client.text('POST', '/text', { signal: never })
  await client.json('POST', '/session', { secretAnswer: true, signal: never })

  const files = await readdir(folder)
  const all = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  assert.equal(files.length, 2)
  assert.ok(!/-secret/.test(all.join('\n')), all.join('\n'))
})

test('a recording holds no secret and answers without the network, page by page', async (t) => {
  const folder = await newFolder()
  let page = 0
  const server = (request: IncomingMessage): object => {
    if (request.url === '/login')
      return {
        data: { ticket: 'PVE:ada:ticket-secret', CSRFPreventionToken: 'csrf-secret', username: 'ada' },
      }
    if (request.url!.startsWith('/pages')) return { page: (page += 1), nextPageToken: 'page-secret' }
    return {
      name: 'web',
      cipassword: 'cloud-secret',
      password_set: true,
      note: 'echo my-header-secret',
      list: [{ sshkeys: 'ssh-secret' }],
    }
  }
  const client = await serving(
    t,
    (request, response) => {
      response.setHeader('set-cookie', ['session=cookie-secret; Path=/', 'b=other-secret'])
      response.end(JSON.stringify(server(request)))
    },
    { record: folder, headers: { authorization: 'Custom id=my-header-secret' } },
  )
  const walk = async (from: HttpClient) => [
    (
      await from.json('POST', '/login', {
        body: { username: 'ada', password: 'login-secret' },
        signal: never,
      })
    ).body,
    (await from.json('GET', '/pages', { query: { token: 'first-secret' }, signal: never })).body,
    (await from.json('GET', '/pages', { query: { token: 'second-secret' }, signal: never })).body,
    (await from.json('GET', '/thing', { signal: never })).body,
  ]
  await walk(client)
  const files = await readdir(folder)
  assert.equal(files.length, 4)
  const all =
    (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n') +
    files.join('\n')
  assert.ok(!/-secret/.test(all), all)
  const replay = createHttpClient(
    { baseUrl: 'https://nowhere.invalid', replay: folder },
    { clock: impatientClock() },
  )
  assert.deepEqual(await walk(replay), [
    { data: { ticket: '[redacted]', CSRFPreventionToken: '[redacted]', username: 'ada' } },
    { page: 1, nextPageToken: '[redacted]' },
    { page: 2, nextPageToken: '[redacted]' },
    {
      name: 'web',
      cipassword: '[redacted]',
      password_set: true,
      note: 'echo [redacted]',
      list: [{ sshkeys: '[redacted]' }],
    },
  ])
  await assert.rejects(
    replay.json('GET', '/never-asked', { signal: never }),
    failing('SOURCE_FILE_UNREADABLE', /no recording of GET \/never-asked/),
  )
  await replay.close()
})

test('errors and bytes are recorded too, and a new recording replaces an old one', async (t) => {
  const folder = await newFolder()
  const listener: RequestListener = (request, response) => {
    if (request.url === '/gone') response.writeHead(403, 'No right').end('{"why":"no"}')
    else response.end(Buffer.from([0x61, 0xff, 0xfe]))
  }
  const client = await serving(t, listener, { record: folder })
  await client.bytes('GET', '/bytes', { signal: never })
  await client.bytes('GET', '/bytes', { signal: never })
  const again = createHttpClient({ baseUrl: client.base, record: folder }, { clock: impatientClock() })
  const { body } = await again.bytes('GET', '/bytes', { signal: never })
  await assert.rejects(again.json('GET', '/gone', { signal: never }), failing('SOURCE_FORBIDDEN'))
  assert.equal((await readdir(folder)).length, 2)
  const replay = createHttpClient({ baseUrl: client.base, replay: folder }, { clock: impatientClock() })
  assert.deepEqual((await replay.bytes('GET', '/bytes', { signal: never })).body, body)
  const gone = await replay.json('GET', '/gone', { expect: [403], signal: never })
  assert.deepEqual([gone.status, gone.statusText, gone.body], [403, 'No right', { why: 'no' }])
  await Promise.all([again.close(), replay.close()])
})

test('what only the source itself knows to be secret is hidden too, also in texts that come line by line', async (t) => {
  const folder = await newFolder()
  const lines = ['begin\n', 'word hunter2\n', 'end\n']
  const client = await serving(
    t,
    (request, response) => response.end(request.url === '/lines' ? JSON.stringify(lines) : lines.join('')),
    { record: folder, hideText: (text) => text.replace(/begin\nword \S+/, 'begin\nword <hidden>') },
  )
  await client.json('GET', '/lines', { signal: never })
  await client.text('GET', '/text', { signal: never })
  const files = await readdir(folder)
  const all = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  assert.doesNotMatch(all.join('\n'), /hunter2/)
  assert.deepEqual((JSON.parse(all[0]!) as { json: unknown }).json, ['begin\n', 'word <hidden>\n', 'end\n'])
})
