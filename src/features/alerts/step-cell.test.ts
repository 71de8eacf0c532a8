import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { termsOf, type Terms } from '#features/alerts/alert-rule.ts'
import { holdOf, loadCell, newCell, saveCell, stepCell, type Cell } from '#features/alerts/step-cell.ts'

const rule = {
  condition: { on: 'metric', metric: 'cpu_percent', operator: '>=', aggregate: 'last', minutes: 5 },
  levels: { warning: 90, critical: 95 },
  clearAt: 80,
  forSeconds: 60,
  clearForSeconds: 30,
} as const
const terms = termsOf(rule)

/** Runs a cell over `seconds@value` pairs, a step every ten seconds; gives what happened and when. */
function course(script: string, by: Terms = terms, cell: Cell = newCell(by.levels.length, 0)): string[] {
  const happened: string[] = []
  let now = cell.at
  for (const piece of script.split(' ')) {
    const [seconds, value] = piece.split('@') as [string, string]
    for (let passed = 0; passed < Number(seconds); passed += 10) {
      now += 10_000
      const change = stepCell(cell, value === '-' ? undefined : Number(value), now, by)
      if (change) happened.push(`${change.is}${'level' in change ? change.level : ''}@${now / 1_000}`)
    }
  }
  return happened
}

const transitions: readonly [fact: string, script: string, expected: string[]][] = [
  ['what is crossed too shortly is none', '60@92 60@50', []],
  ['it fires when it has been crossed for long enough', '70@92', ['fired1@70']],
  ['a break begins the time anew', '50@92 10@50 60@92', []],
  ['both severities reached at once are one firing at the worse', '70@97', ['fired2@70']],
  ['it gets worse on the same alert', '70@92 70@97', ['fired1@70', 'raised2@140']],
  ['between the threshold and where it clears it stays', '70@92 600@85', ['fired1@70']],
  ['it is over after the time to clear', '70@92 40@80', ['fired1@70', 'resolved@110']],
  ['it comes back while it clears', '70@92 20@70 100@92', ['fired1@70', 'returned@100']],
  [
    'a worse one gets milder before it is over',
    '70@97 40@90 40@70',
    ['fired2@70', 'lowered1@110', 'resolved@150'],
  ],
  ['no evidence is no firing', '50@92 600@-', []],
  ['no evidence is no end', '70@92 6000@-', ['fired1@70']],
  ['time without evidence does not count', '40@92 600@- 40@92', ['fired1@680']],
  ['clearing stands still without evidence', '70@92 20@70 600@- 30@70', ['fired1@70', 'resolved@720']],
  ['it fires again after it was over', '70@92 40@70 70@92', ['fired1@70', 'resolved@110', 'fired1@180']],
]

for (const [fact, script, expected] of transitions)
  test(fact, () => {
    assert.deepEqual(course(script), expected)
  })

test('a threshold from below works the other way round', () => {
  const days = termsOf({
    ...rule,
    condition: { on: 'state', state: 'certificate_days' },
    levels: { warning: 21, critical: 7 },
    clearAt: null,
    forSeconds: 0,
  })
  assert.deepEqual(course('10@20 10@6 40@15 50@60', days), [
    'fired1@10',
    'raised2@20',
    'lowered1@60',
    'resolved@100',
  ])
})

test('what comes and goes has to be calm for longer each time, up to an hour', () => {
  const cell = newCell(2, 0)
  const holds: number[] = []
  for (let round = 0; round < 9; round += 1) {
    course('70@92 10@70', terms, cell)
    holds.push(holdOf(cell, terms) / 1_000)
  }
  assert.deepEqual(holds, [30, 30, 120, 240, 480, 960, 1920, 3600, 3600])
})

const value = fc.oneof(
  fc.constantFrom(undefined, 50, 79, 80, 85, 90, 92, 95, 99),
  fc.double({ min: 0, max: 100, noNaN: true }),
)
const steps = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 20 })), { maxLength: 60 })

test('missing data never fires and never ends, whatever came before', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const cell = newCell(2, 0)
      let now = 0
      for (const [reading, seconds] of given) stepCell(cell, reading, (now += seconds * 1_000), terms)
      const { level } = cell
      for (let silent = 0; silent < 50; silent += 1)
        assert.equal(stepCell(cell, undefined, (now += 60_000), terms), undefined)
      assert.equal(cell.level, level)
    }),
    { numRuns: 200 },
  )
})

test('a restart after any step, as long as it watched, gives the same alerts', () => {
  fc.assert(
    fc.property(steps, fc.nat({ max: 60 }), (given, restartAt) => {
      const whole = newCell(2, 0)
      let restarted = newCell(2, 0)
      let now = 0
      for (const [index, [reading, seconds]] of given.entries()) {
        const before = now
        now += seconds * 1_000
        if (index === restartAt) {
          // Another process: its clock begins at 0, and what was kept is as old as the time since.
          const shift = 1_000_000
          restarted = loadCell(saveCell(restarted, before), { passed: 0, now: before + shift, levels: 2 })
          restarted.at -= shift
          restarted.returns = restarted.returns.map((at) => at - shift)
          restarted.value = whole.value
        }
        assert.deepEqual(stepCell(restarted, reading, now, terms), stepCell(whole, reading, now, terms))
      }
    }),
    { numRuns: 200 },
  )
})

test('an alert fires at most once until it is over', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const cell = newCell(2, 0)
      let now = 0
      let isOpen = false
      for (const [reading, seconds] of given) {
        const change = stepCell(cell, reading, (now += seconds * 1_000), terms)
        if (change?.is === 'fired') {
          assert.equal(isOpen, false)
          isOpen = true
        } else if (change?.is === 'resolved') {
          assert.equal(isOpen, true)
          isOpen = false
        }
      }
      assert.equal(cell.level > 0, isOpen)
    }),
    { numRuns: 200 },
  )
})
