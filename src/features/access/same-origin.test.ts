import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSameOrigin } from '#features/access/same-origin.ts'

const own = { host: '192.0.2.1:8080' }
const proxied = { host: '127.0.0.1:8080', publicUrl: 'https://rollcall.example.net/' }

const passes: [name: string, headers: Record<string, string>, at: Parameters<typeof assertSameOrigin>[1]][] =
  [
    ['a page of ours in a new browser', { 'sec-fetch-site': 'same-origin', cookie: 'a=b' }, own],
    [
      'a page of ours in a browser that sends only Origin',
      { origin: 'http://192.0.2.1:8080', cookie: 'a=b' },
      own,
    ],
    [
      'a page of ours behind a proxy that renames the host',
      { origin: 'https://rollcall.example.net', cookie: 'a=b' },
      proxied,
    ],
    ['a program without a cookie', {}, own],
  ]
const fails: typeof passes = [
  ['a page of another site', { origin: 'https://evil.example', cookie: 'a=b' }, own],
  ['a page of another site that has no cookie yet', { origin: 'https://evil.example' }, own],
  ['a page of a neighbour under the same domain', { 'sec-fetch-site': 'same-site', cookie: 'a=b' }, own],
  [
    'another site that a browser names, whatever Origin says',
    { 'sec-fetch-site': 'cross-site', origin: 'http://192.0.2.1:8080' },
    own,
  ],
  ['another port of this host', { origin: 'http://192.0.2.1:9090', cookie: 'a=b' }, own],
  ['a sandboxed page', { origin: 'null', cookie: 'a=b' }, own],
  ['a cookie without a word about where it comes from', { cookie: 'a=b' }, own],
  ['our public address over http', { origin: 'http://rollcall.example.net', cookie: 'a=b' }, proxied],
]

for (const [name, headers, at] of passes) {
  test(`a change may come from ${name}`, () => assertSameOrigin(new Headers(headers), at))
}
for (const [name, headers, at] of fails) {
  test(`no change comes from ${name}`, () => {
    assert.throws(() => assertSameOrigin(new Headers(headers), at), { code: 'FORBIDDEN' })
  })
}
