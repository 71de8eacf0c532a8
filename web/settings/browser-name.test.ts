import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserName } from './browser-name.ts'

test('a session is known by its browser and system', () => {
  const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'
  assert.equal(
    browserName('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'),
    'Firefox on Linux',
  )
  assert.equal(browserName(`${windows} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`), 'Edge on Windows')
  assert.equal(browserName('curl/8.5.0'), 'curl/8.5.0')
  assert.equal(browserName(null), 'Unknown browser')
})
