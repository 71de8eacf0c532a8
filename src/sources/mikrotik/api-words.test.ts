import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BrokenWords, createWordReader, encodeWord } from '#sources/mikrotik/api-words.ts'

test('words of any length come through whole, however the bytes are cut', () => {
  const word = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
    fc.constantFrom(0x7f, 0x80, 0x3fff, 0x4000).map((length) => new Uint8Array(length).fill(65)),
  )
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 5000 }),
      (sentences, step) => {
        const bytes = Buffer.concat(
          sentences.flatMap((words) => [
            ...words.map((each) => encodeWord(Buffer.from(each))),
            Buffer.from([0]),
          ]),
        )
        const read = createWordReader()
        const found = []
        for (let at = 0; at < bytes.length; at += step) found.push(...read(bytes.subarray(at, at + step)))

        assert.deepEqual(
          found.map((words) => words.map((each) => each.toString('hex'))),
          sentences.map((words) => words.map((each) => Buffer.from(each).toString('hex'))),
        )
      },
    ),
    { numRuns: 50 },
  )
})

test('the longest spelling of a length is understood, and what is no length is refused', () => {
  const read = (hex: string) => createWordReader()(Buffer.from(hex, 'hex')).map((words) => words.map(String))

  assert.deepEqual(read('f000000001' + '41' + '00'), [['A']])
  assert.deepEqual(read('e0000001' + '41' + '00'), [['A']])
  assert.throws(() => read('ff'), BrokenWords)
  assert.throws(() => read('ef000000'), BrokenWords)
})
