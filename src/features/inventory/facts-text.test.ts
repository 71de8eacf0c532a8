import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsText } from '#features/inventory/facts-text.ts'

const fact = (name: string, value: unknown, source = 'puppet-1') => ({
  name,
  value: value as never,
  source,
  system: 'puppet',
  sourceId: 'web-01',
  collectedAt: '2026-11-22T06:03:00.000Z',
  volatile: false,
})

test('facts are shown one value a line under its path, by who heard them', () => {
  const text = factsText({
    items: [
      fact('os', { name: 'Debian', release: { major: '12' } }),
      fact('dns', ['192.0.2.1', '192.0.2.2']),
      fact('disks', [{ name: 'sda' }], 'other'),
      fact('is_virtual', false),
    ],
    nextCursor: 'abc',
    total: 1234,
  })

  assert.equal(
    text,
    [
      'puppet-1 (puppet), told 2026-11-22T06:03:00.000Z',
      '  os.name           Debian',
      '  os.release.major  12',
      '  dns               192.0.2.1, 192.0.2.2',
      '  is_virtual        false',
      '',
      'other (puppet), told 2026-11-22T06:03:00.000Z',
      '  disks[0].name  sda',
      '',
      '4 facts shown of 1,234, there are more: --cursor abc for the next, --all for everything.',
    ].join('\n'),
  )
})

test('a machine that told nothing says so, and an empty fact takes no line', () => {
  assert.equal(factsText({ items: [], nextCursor: null, total: 0 }), 'It told nothing of itself.')
  assert.match(factsText({ items: [fact('empty', {})], nextCursor: null }), /told .*\n\n1 facts shown\.$/)
})
