import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { diffLines, type DiffPart } from '#kernel/line-diff.ts'

const shown = (before: string, after: string): string => {
  const [left, right] = [before.split(''), after.split('')]
  return diffLines(left, right)
    .map(({ is, before: at, after: to, count }) =>
      is === 'new'
        ? `+${right.slice(to, to + count).join('')}`
        : `${is === 'same' ? '=' : '-'}${left.slice(at, at + count).join('')}`,
    )
    .join(' ')
}

test('what both have stays, and between that the fewest lines change', () => {
  assert.equal(shown('abcdef', 'abxdef'), '=ab -c +x =def')
  assert.equal(shown('', 'ab'), '+ab')
  assert.equal(shown('ab', ''), '-ab')
  assert.equal(shown('ab', 'ab'), '=ab')
  assert.equal(shown('!!a!!', '!!b!!'), '=!! -a +b =!!')
})

const apply = (parts: readonly DiffPart[], before: readonly string[], after: readonly string[]) => ({
  before: parts.flatMap(({ is, before: at, count }) => (is === 'new' ? [] : before.slice(at, at + count))),
  after: parts.flatMap(({ is, before: at, after: to, count }) =>
    is === 'gone' ? [] : is === 'same' ? before.slice(at, at + count) : after.slice(to, to + count),
  ),
})

/** The length of the longest common subsequence. */
function common(left: readonly string[], right: readonly string[]): number {
  let row = Array.from({ length: right.length + 1 }, () => 0)
  for (const line of left) {
    const next = [0]
    for (const [index, other] of right.entries())
      next.push(line === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!))
    row = next
  }
  return row.at(-1)!
}

test('the parts give both texts again, whatever they are', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '!'), { maxLength: 30 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const parts = diffLines(before, after)
      assert.deepEqual(apply(parts, before, after), { before, after })
      const same = parts.reduce((sum, { is, count }) => sum + (is === 'same' ? count : 0), 0)
      assert.ok(same <= common(before, after))
    }),
    { numRuns: 500 },
  )
})

test('where no line is there once, the fewest edits are found', () => {
  for (const [before, after] of [
    ['xaabbaabby', 'xabbaaabbay'],
    ['abcabbaabc', 'cbabacabca'],
    ['aabbccaabbcc', 'ccbbaaccbbaa'],
  ] as const) {
    const [left, right] = [before.split(''), after.split('')]
    const same = diffLines(left, right).reduce((sum, { is, count }) => sum + (is === 'same' ? count : 0), 0)
    assert.equal(same, common(left, right), before)
  }
})

test('texts that have nothing in common are one replacement, soon', () => {
  const before = Array.from({ length: 20_000 }, (_, index) => (index % 2 ? 'x' : 'y'))
  const after = Array.from({ length: 20_000 }, (_, index) => (index % 2 ? 'v' : 'w'))

  assert.deepEqual(
    diffLines(before, after).map(({ is, count }) => [is, count]),
    [
      ['gone', 20_000],
      ['new', 20_000],
    ],
  )
})
