import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reachableLink } from './reachable-link.ts'

test('a link of a server that knows only this machine leads to where the page was reached', () => {
  const page = new URL('http://rollcall.lan:8080/settings?part=people')

  assert.equal(
    reachableLink('http://localhost:8080/invite#rs_1', page),
    'http://rollcall.lan:8080/invite#rs_1',
  )
  assert.equal(reachableLink('http://127.0.0.1:0/invite#rs_1', page), 'http://rollcall.lan:8080/invite#rs_1')
})

test('a link to an address that was configured stays', () => {
  const link = 'https://inventory.example.net/invite#rs_1'

  assert.equal(reachableLink(link, new URL('http://localhost:8080/')), link)
})
