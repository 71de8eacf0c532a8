import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holdsPrefix, ipNumber, ipOfNumber, parsePrefix, usableOf } from '#model/ip-prefix.ts'

test('a prefix is the block that an address with its length lies in', () => {
  assert.deepEqual(parsePrefix(' 192.0.2.77/26 '), {
    text: '192.0.2.64/26',
    family: 4,
    length: 26,
    first: ipNumber('192.0.2.64'),
    last: ipNumber('192.0.2.127'),
  })
  assert.equal(parsePrefix('2001:DB8::7/64')?.text, '2001:db8::/64')
  assert.equal(parsePrefix('0.0.0.0/0')?.text, '0.0.0.0/0')
})

test('what is no prefix is none', () => {
  for (const text of [
    '',
    '192.0.2.1',
    '192.0.2.1/33',
    '2001:db8::/129',
    '192.0.2.1/-1',
    '192.0.2.1/24/1',
    'x/24',
    '192.0.2.1/ 24',
  ])
    assert.equal(parsePrefix(text), undefined, text)
})

test('network and broadcast are nobody’s, but in the smallest blocks every address is somebody’s', () => {
  const usable = (text: string) => {
    const prefix = parsePrefix(text)!
    const { first, last } = usableOf(prefix)
    return `${ipOfNumber(first, prefix.family)}-${ipOfNumber(last, prefix.family)}`
  }
  assert.equal(usable('192.0.2.0/24'), '192.0.2.1-192.0.2.254')
  assert.equal(usable('192.0.2.4/31'), '192.0.2.4-192.0.2.5')
  assert.equal(usable('192.0.2.9/32'), '192.0.2.9-192.0.2.9')
  assert.equal(usable('2001:db8::/126'), '2001:db8::1-2001:db8::3')
})

test('numbers and addresses go there and back, and a block holds itself and its parts', () => {
  fc.assert(
    fc.property(
      fc.ipV4(),
      fc.integer({ min: 0, max: 32 }),
      fc.integer({ min: 0, max: 32 }),
      (address, one, two) => {
        assert.equal(ipOfNumber(ipNumber(address), 4), address)
        const [wide, narrow] = [Math.min(one, two), Math.max(one, two)]
        const outer = parsePrefix(`${address}/${wide}`)!
        const inner = parsePrefix(`${address}/${narrow}`)!
        assert.ok(holdsPrefix(outer, inner))
        assert.equal(holdsPrefix(inner, outer), wide === narrow)
      },
    ),
  )
})
