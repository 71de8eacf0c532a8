import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileDeviceQuery } from '#query/compile-query.ts'
import { completeQuery, quoteIfNeeded } from '#query/complete-query.ts'
import type { CustomField, SubjectName } from '#query/field.ts'
import { fieldHelp, operatorsOf } from '#query/field-help.ts'
import { formatQuery } from '#query/format-query.ts'
import { parseQuery } from '#query/parse-query.ts'
import { subjects } from '#query/subjects.ts'
import { queries } from '#test/query-arbitraries.ts'

const customFields: CustomField[] = [
  { name: 'cost_center', type: 'text' },
  { name: 'tier', type: 'select', options: ['gold', 'silver medal'] },
  { name: 'leased', type: 'boolean' },
]

/** What is offered at `|` in a text, as words. */
function offered(marked: string, subject: SubjectName = 'device'): string[] {
  const completion = completeQuery(marked.replace('|', ''), marked.indexOf('|'), subject, customFields)
  return completion.candidates.map((each) => each.text)
}

/** The text after the first candidate that begins so was taken. */
function taken(marked: string, begins: string): string {
  const text = marked.replace('|', '')
  const { from, to, candidates } = completeQuery(text, marked.indexOf('|'), 'device', customFields)
  const candidate = candidates.find((each) => each.text.startsWith(begins)) ?? assert.fail(begins)
  return text.slice(0, from) + candidate.text + text.slice(to)
}

test('an empty query offers every field, relation and family', () => {
  const words = offered('|')

  for (const { name } of subjects.device.fields) assert.ok(words.includes(name), name)
  for (const name of ['parent.', 'child.', 'interface.', 'custom.', 'fact.', 'has:'])
    assert.ok(words.includes(name), name)
})

test('a half-typed name is completed where it stands, also inside of brackets and after a minus', () => {
  assert.equal(taken('type:vm mem| and x', 'memory'), 'type:vm memory and x')
  assert.equal(taken('-(sta|', 'status'), '-(status')
  assert.equal(taken('-ven|', 'vendor'), '-vendor')
  assert.equal(taken('hostn|', 'name'), 'name')
})

test('a whole name offers its operators, the usual one first', () => {
  assert.deepEqual(offered('memory|').slice(0, 3), ['memory:', 'memory!=', 'memory<'])
  assert.deepEqual(offered('seen|').slice(0, 2), ['seen<', 'seen<='])
  assert.equal(offered('type|')[0], 'type:')
})

test('behind a relation stand the fields of what it leads to', () => {
  assert.equal(taken('parent.na|', 'name'), 'parent.name')
  assert.equal(taken('parent.child.cus|', 'custom.'), 'parent.child.custom.')
  assert.ok(offered('interface.|').includes('speed'))
  assert.ok(!offered('interface.|').includes('serial'))
  assert.deepEqual(offered('nothing.|'), [])
})

test('custom fields are completed by their names, and a choice by its options, quoted where it must be', () => {
  assert.deepEqual(offered('custom.|'), ['cost_center', 'tier', 'leased'])
  assert.deepEqual(offered('parent.custom.t|'), ['tier'])
  assert.deepEqual(offered('custom.tier:|'), ['gold', '"silver medal"'])
  assert.deepEqual(offered('parent.custom.leased:|'), ['yes', 'no'])
})

test('words of an enum are completed, also behind a comma and after a wildcard-free beginning', () => {
  assert.deepEqual(offered('power:|'), ['on', 'off', 'suspended'])
  assert.equal(taken('type:vm,ser|', 'server'), 'type:vm,server')
  assert.deepEqual(offered('status:retir|'), ['retired'])
  assert.ok(offered('has:ow|').includes('owner'))
  assert.ok(offered('seen<|').includes('7d') && !offered('seen<|').includes('today'))
  assert.ok(offered('seen>|').includes('today'))
})

test('values of a column are looked up by what was typed of them', () => {
  const completion = completeQuery('vendor:"Dell I', 14, 'device')

  assert.deepEqual(completion.lookup, {
    field: 'vendor',
    column: { table: 'devices', column: 'vendor' },
    prefix: 'dell i',
  })
  assert.deepEqual([completion.from, completion.to], [7, 14])
  assert.equal(completeQuery('parent.name:es', 14, 'device').lookup?.column.column, 'name')
  assert.equal(completeQuery('tag:', 4, 'device').lookup?.column.table, 'tags')
})

test('nothing is offered inside of a phrase that belongs to no field', () => {
  assert.deepEqual(offered('"web fr|'), [])
})

test('a host query offers what is known of hosts', () => {
  assert.deepEqual(offered('status:|', 'host'), ['pending', 'approved', 'rejected', 'pushed'])
  assert.ok(offered('device.|', 'host').includes('serial'))
})

test('at any place of any text it answers, and replaces a part of the text before the cursor', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    queries(subjects.device).map(formatQuery),
    fc.string({ unit: fc.constantFrom(...'ab.:"\\-() <>=!,*?'), maxLength: 40 }),
  )
  fc.assert(
    fc.property(texts, fc.nat(80), (text, position) => {
      const { from, to, candidates } = completeQuery(text, position, 'device', customFields)

      assert.ok(from >= 0 && from <= to && to <= text.length, `${from}..${to}`)
      assert.equal(to, Math.min(position, text.length))
      assert.ok(candidates.every((each) => each.text !== ''))
    }),
    { numRuns: 2000 },
  )
})

test('every operator that is offered is one that the field takes', () => {
  const samples: Record<string, string> = {
    time: '7d',
    size: '1GB',
    number: '1',
    address: '192.0.2.1',
    mac: '00:1b:21:00:00:01',
    boolean: 'yes',
    json: '1',
  }
  for (const field of subjects.device.fields) {
    const value = field.type === 'enum' ? field.choices[0]!.word : (samples[field.type] ?? 'x')
    for (const { operator } of operatorsOf(field)) {
      const text = `${field.name}${operator}${value}`
      assert.doesNotThrow(
        () => compileDeviceQuery(text, { engine: 'sqlite', now: '2026-01-01T00:00:00.000Z' }),
        text,
      )
    }
  }
})

test('a value is quoted so that it is read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (value) => {
      const query = parseQuery(`name=${quoteIfNeeded(value)}`)

      assert.ok(query.is === 'comparison')
      const [read] = query.values
      assert.ok(read?.is === 'pattern')
      assert.deepEqual(read.pieces, [{ literal: value }])
    }),
    { numRuns: 1000 },
  )
})

test('the help names every field once, with the words of an enum', () => {
  const help = fieldHelp('device')
  const names = help.map((each) => each.name)

  assert.equal(new Set(names).size, names.length)
  assert.deepEqual(help.find((each) => each.name === 'power')?.values, ['on', 'off', 'suspended'])
  assert.ok(names.includes('parent.*') && names.includes('custom.NAME'))
})
