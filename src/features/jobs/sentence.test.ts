import assert from 'node:assert/strict'
import { test } from 'node:test'
import { querySentence } from '#features/jobs/query-sentence.ts'
import { sentenceOf } from '#features/jobs/sentence.ts'

const about = (name: string, subject: 'device' | 'host' | 'table' | 'none' = 'device') => ({
  name,
  title: 'Do something',
  subject,
})

test('a query reads as a sentence, with its brackets and its negations', () => {
  const sentences: [q: string, words: string][] = [
    ['', ''],
    ['type:vm cluster:prod*', 'type is vm and cluster is like prod*'],
    [
      '-tag:legacy (seen<7d or memory>16GB)',
      'tag is not legacy and (seen is less than 7d ago or memory is more than 16GB)',
    ],
    ['seen<2026-01-01', 'seen is before 2026-01-01'],
    ['status!=active', 'status is not active'],
    ['has:tag -has:site -owner:*', 'tag is known and site is not known and owner is not known'],
    ['cpu:2..4 note:disk', 'cpu is from 2 to 4 and note holds disk'],
    ['-(type:vm or "web front")', 'not (type is vm or "web front" is found)'],
    ['owner:"x or type is vm"', 'owner is "x or type is vm"'],
    ['id:1,2,3,4,5,6,7,8,9,10', 'id is 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or one of 2 more'],
  ]
  for (const [q, words] of sentences) assert.equal(querySentence(q, 'device'), words)
})

test('a job reads as a sentence of its action, its parameters and its rows', () => {
  const file = { kind: 'file', upload: 'u1' } as const
  const everything = { kind: 'query', q: '' } as const
  const ids = (...numbers: number[]) => ({ kind: 'ids', ids: numbers }) as const

  assert.equal(
    sentenceOf(about('tag'), { add: ['a', 'b'] }, everything),
    'Put the tags a, b on every device.',
  )
  assert.equal(sentenceOf(about('untag'), { remove: ['a'] }, ids(4)), 'Take the tag a off the device 4.')
  assert.equal(
    sentenceOf(about('classify', 'host'), { status: 'rejected' }, ids(4, 5)),
    'Reject 2 chosen hosts.',
  )
  assert.equal(
    sentenceOf(about('annotate'), { set: { site: 'berlin', custom: { cost: null } } }, file),
    'Set site to berlin and custom.cost to what sources say for the rows of an uploaded file.',
  )
  assert.equal(
    sentenceOf(about('annotate'), { note: 'a "b"' }, ids(4)),
    'Add the note "a \\"b\\"" for the device 4.',
  )
  assert.equal(sentenceOf(about('other'), {}, everything), 'Do something: every device.')
  assert.equal(sentenceOf(about('other', 'none'), {}, null), 'Do something.')
  assert.equal(
    sentenceOf(about('tag'), { add: ['a'] }, { kind: 'query', q: '(' }),
    'Put the tag a on devices where "(".',
  )
})
