import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FieldValue, type LinesHeld, type Precision, readLines } from '#features/ingest/line-protocol.ts'

type Point = [
  measurement: string,
  tags: Record<string, string>,
  field: string,
  value: FieldValue,
  at: number | undefined,
]

function read(text: string, precision: Precision = 'ns'): LinesHeld & { points: Point[] } {
  const points: Point[] = []
  const held = readLines(text, precision, {
    series: (_identity, of) => of(),
    field: ({ measurement, tags }, name, value, at) =>
      void points.push([measurement, { ...tags }, name, value, at]),
  })
  return { ...held, points }
}

test('fields of every type, tags and times', () => {
  const { points, errors } = read(
    'cpu,host=a,cpu=cpu-total usage_idle=9.1,n=4i,u=7u,ok=t,bad=FALSE,text="x y, z=1" 1700000000123456789\n',
  )

  assert.deepEqual(errors, [])
  const tags = { host: 'a', cpu: 'cpu-total' }
  const at = 1_700_000_000_123
  assert.deepEqual(points, [
    ['cpu', tags, 'usage_idle', 9.1, at],
    ['cpu', tags, 'n', 4, at],
    ['cpu', tags, 'u', 7, at],
    ['cpu', tags, 'ok', true, at],
    ['cpu', tags, 'bad', false, at],
    ['cpu', tags, 'text', 'x y, z=1', at],
  ])
})

test('escapes, in names and in texts', () => {
  const { points } = read(
    String.raw`my\ disk\,x,pa\ th=C:\\,a\=b=c\,d f\ 1=1,s="a \"quoted\" \\ back\slash"` + '\n',
  )

  assert.deepEqual(points, [
    ['my disk,x', { 'pa th': 'C:\\', 'a=b': 'c,d' }, 'f 1', 1, undefined],
    ['my disk,x', { 'pa th': 'C:\\', 'a=b': 'c,d' }, 's', String.raw`a "quoted" \ back\slash`, undefined],
  ])
})

test('comments, empty lines, line ends of Windows, and a last line without one', () => {
  const { points, errors } = read('# a comment\r\n\r\n  a f=1 5\r\n\t\nb f=2 6', 'ms')

  assert.deepEqual(errors, [])
  assert.deepEqual(points, [
    ['a', {}, 'f', 1, 5],
    ['b', {}, 'f', 2, 6],
  ])
})

test('a text may hold line ends; one that never ends swallows only its own line', () => {
  const { points, errors } = read('a s="one\ntwo",n=1 1\nb s="open,n=1 2\nc n=3 3\n', 'ms')

  assert.deepEqual(points, [
    ['a', {}, 's', 'one\ntwo', 1],
    ['a', {}, 'n', 1, 1],
    ['c', {}, 'n', 3, 3],
  ])
  assert.equal(errors.length, 1)
})

test('precisions', () => {
  const at = (precision: Precision, time: string) => read(`a f=1 ${time}`, precision).points[0]?.[4]

  assert.equal(at('ns', '1700000000000999999'), 1_700_000_000_000)
  assert.equal(at('us', '1700000000000001'), 1_700_000_000_000)
  assert.equal(at('ms', '1700000000001'), 1_700_000_000_001)
  assert.equal(at('s', '1700000000'), 1_700_000_000_000)
})

test('wrong lines are told by number, and the others are taken', () => {
  const { points, errors } = read(
    [
      'good f=1',
      'no-fields',
      'a f=',
      'a f=1x',
      'a f=1 12.5',
      ',t=1 f=1',
      'a,t= f=1',
      'a f="x"y',
      'a f=1,',
      'good f=2',
    ].join('\n'),
  )

  assert.deepEqual(
    points.map(([, , , value]) => value),
    [1, 2],
  )
  assert.deepEqual(
    errors.map(({ line }) => line),
    [2, 3, 4, 5, 6, 7, 8, 9],
  )
  assert.match(errors[2]!.message, /the field f has the value 1x/)
})

test('numbers that are none are refused: NaN, Inf, hexadecimal, a minus for u', () => {
  for (const value of ['NaN', 'Inf', '0x10', '-1u', '1.5i', '--1', '.', '1e'])
    assert.equal(read(`a f=${value}`).errors.length, 1, value)
  for (const [value, number] of [
    ['1.', 1],
    ['.5', 0.5],
    ['-1e3', -1000],
    ['+2i', 2],
  ] as const)
    assert.equal(read(`a f=${value}`).points[0]?.[3], number)
})

test('a huge body without any quotes or line ends is read in one go', () => {
  const { errors } = read('x'.repeat(2_000_000))
  const { points } = read('a f=1\n'.repeat(20_000))

  assert.equal(errors.length, 1)
  assert.equal(points.length, 20_000)
})
