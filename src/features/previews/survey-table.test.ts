import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeySet } from '#features/previews/key-set.ts'
import { surveyTable } from '#features/previews/survey-table.ts'
import type { SurveyOptions } from '#features/previews/survey-table.ts'
import { refusalOf, tableFiles } from '#test/table-text.ts'

const { open } = tableFiles()
const never = new AbortController().signal

async function survey(text: string, options: Partial<SurveyOptions> = {}) {
  const { table } = await open(text)
  const found = await surveyTable(table, { maxRows: 1_000_000, ...options }, never)
  return { ...found, columns: found.key.map((index) => table.columns[index]) }
}

test('the column that is known to name things and does is the key', async () => {
  assert.deepEqual((await survey('site,name\na,one\na,two\n')).columns, ['name'])
  assert.deepEqual((await survey('name,serial\none,1\none,2\n')).columns, ['serial'])
  assert.deepEqual((await survey('a,b\n1,1\n1,2\n', { key: ['a', 'b'] })).columns, ['a', 'b'])
})

test('keys that come twice are refused with both lines', async () => {
  const error = await refusalOf(survey('id,x\n1,a\n2,b\n3,c\n1,d\n2,e\n', { key: ['id'] }))

  assert.equal(error.code, 'ROWS_INVALID')
  assert.deepEqual(error.complaints, [
    { path: 'line 5, column id', value: '1', expected: 'a value that differs from line 2' },
    { path: 'line 6, column id', value: '2', expected: 'a value that differs from line 3' },
  ])
})

test('without a key the columns that would do are named, and why the others do not', async () => {
  const error = await refusalOf(survey('site,port,asset,name\na,,17,n\na,80,18,n\n'))

  assert.match(error.hint!, /asset/)
  assert.doesNotMatch(error.hint!, /site|port/)
  assert.deepEqual(
    error.complaints.map(({ path }) => path),
    ['line 3, column name', 'line 3, column site', 'line 2, column port'],
  )
})

test('rows that are shorter or longer than the header are refused with their lines', async () => {
  const error = await refusalOf(survey('name,site\na\nb,x,y\nc,z\n'))

  assert.deepEqual(
    error.complaints.map(({ path, value }) => [path, value]),
    [
      ['line 2', '1 cells'],
      ['line 3', '3 cells'],
    ],
  )
})

test('only the first of many complaints are told, with their number', async () => {
  const error = await refusalOf(survey(`name,site\n${'a\n'.repeat(500)}`))

  assert.equal(error.complaints.length, 20)
  assert.match(error.message, /500 things/)
})

test('text that a spreadsheet would calculate is kept and warned of; numbers and dates are no formulas', async () => {
  const { warnings } = await survey('id,a,b\n1,=1+1,-5\n2,@x,+49 30 1\n3,ok,-1.5\n')

  assert.deepEqual(
    [...warnings],
    [['Column a: text that begins with = + - or @ is kept as text and never calculated', 2]],
  )
})

test('a date that can be read in two ways is told with both readings until its order is said', async () => {
  const text = 'id,bought\n1,03/04/2026\n2,05/05/2026\n3,12.11.2026\n'

  const [[sentence, cells] = ['', 0]] = [...(await survey(text)).warnings]
  const said = await survey(text, { dates: 'day-first' })
  const wrong = await refusalOf(survey('id,bought\n1,31/02/2026\n', { dates: 'day-first' }))

  assert.match(sentence, /"03\/04\/2026" may be 3 April 2026 or 4 March 2026/)
  assert.equal(cells, 2)
  assert.equal(said.warnings.size, 0)
  assert.equal(wrong.complaints[0]!.path, 'line 2, column bought')
})

test('addresses and versions are no dates', async () => {
  assert.equal((await survey('id,a\n1,10.0.0.1\n2,1.2.3\n3,24-7\n')).warnings.size, 0)
})

test('more rows than a job may have are refused as soon as they are seen', async () => {
  const error = await refusalOf(
    survey(`id\n${Array.from({ length: 2_000 }, (_, n) => n).join('\n')}`, { maxRows: 1_000 }),
  )

  assert.equal(error.code, 'POLICY_VIOLATED')
  assert.match(error.message, /1,000 rows/)
})

test('half a million keys are told apart in a few megabytes', () => {
  const set = new KeySet()
  let seen = 0
  for (let key = 0; key < 500_000; key += 1) if (set.add(`server-${key}.example.net`)) seen += 1
  const again = [0, 77, 499_999].filter((key) => set.add(`server-${key}.example.net`))

  assert.equal(seen, 0)
  assert.equal(again.length, 3)
})

test('a file with a header only is refused', async () => {
  assert.match((await refusalOf(survey('id,x\n\n'))).message, /no row below the header/)
})

test('a row that is longer than any can be is refused with its line', async () => {
  const lines = Array.from({ length: 3 }, (_, index) => `c${index}`).join(',')
  const cell = 'x'.repeat(400_000)

  const { table } = await open(`id,${lines}\n1,a,b,c\n`)
  const wide = {
    ...table,
    async *read() {
      yield [{ line: 2, cells: ['1', cell, cell, cell] }]
    },
  }

  const error = await refusalOf(surveyTable(wide, { maxRows: 10 }, never))
  assert.match(`${error.complaints[0]!.path}: ${error.complaints[0]!.expected}`, /^line 2: a row of at most/)
})
