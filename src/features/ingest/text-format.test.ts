import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Labels } from '#features/ingest/sink.ts'
import { type PageHeld, readTextPage } from '#features/ingest/text-format.ts'
import { UnreadableBody } from '#features/ingest/unreadable-body.ts'

function read(
  text: string,
  isOpenMetrics = false,
): PageHeld & { samples: number; seen: [Labels, number, number][] } {
  const seen: [Labels, number, number][] = []
  const held = readTextPage<Labels>(
    text,
    { at: 7, isOpenMetrics },
    {
      series: (_identity, labels) => ({ ...labels() }),
      sample: (labels, at, value) => void seen.push([labels, at, value]),
      ended: () => {},
    },
  )
  return { ...held, seen }
}

test('samples with and without labels, times, and values that are words', () => {
  const { seen } = read(
    [
      '# HELP a Help.',
      '# TYPE a gauge',
      'a 1',
      'a{b="c",d="e",} 2.5e3 1700000000000',
      'a { b = "c" } -3',
      'inf{x="+"} +Inf',
      'nan NaN',
      '',
    ].join('\n'),
  )

  assert.deepEqual(seen, [
    [{ __name__: 'a' }, 7, 1],
    [{ __name__: 'a', b: 'c', d: 'e' }, 1_700_000_000_000, 2_500],
    [{ __name__: 'a', b: 'c' }, 7, -3],
    [{ __name__: 'inf', x: '+' }, 7, Number.POSITIVE_INFINITY],
    [{ __name__: 'nan' }, 7, Number.NaN],
  ])
})

test('escapes in values, braces and number signs in texts', () => {
  const { seen } = read(String.raw`a{p="C:\\x\"y\nz",q="} # 1"} 1` + '\n')

  assert.deepEqual(seen, [[{ __name__: 'a', p: 'C:\\x"y\nz', q: '} # 1' }, 7, 1]])
})

test('OpenMetrics: seconds, exemplars, names in quotes, and nothing after its end', () => {
  const { seen, exemplars } = read(
    'a_total{x="1"} 5 1700000000.123 # {trace_id="k"} 0.5 1700000000\n{"b.c", x="2"} 6\n# EOF\nlate 1\n',
    true,
  )

  assert.equal(exemplars, 1)
  assert.deepEqual(seen, [
    [{ __name__: 'a_total', x: '1' }, 1_700_000_000_123, 5],
    [{ __name__: 'b.c', x: '2' }, 7, 6],
  ])
})

test('wrong lines are told, the others taken; a page of something else is refused', () => {
  const { seen, wrong } = read('a 1\nb{x="1" 2\nc one\n9d 1\ne 1 2 3\nf 2\n')

  assert.deepEqual(
    seen.map(([{ __name__: name }]) => name),
    ['a', 'f'],
  )
  assert.deepEqual(
    wrong.map(({ line }) => line),
    [2, 3, 4, 5],
  )
  assert.throws(() => read('<html><body>Sign in</body></html>'), UnreadableBody)
})
