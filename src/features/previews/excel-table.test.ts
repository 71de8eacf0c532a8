import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { refusalOf, tableFiles } from '#test/table-text.ts'
import { xlsxFile, zipFile } from '#test/xlsx-file.ts'

const { read } = tableFiles()
const name = 'rows.xlsx'

test('cells of a workbook come as text, numbers, truths and ISO dates', async () => {
  const { table, cells, rows } = await read(
    xlsxFile([
      {
        name: 'Machines',
        rows: [
          ['name', 'cores', 'bought', 'seen', 'on'],
          [
            'web',
            8,
            { xml: '<v>46089</v>', style: 1 },
            { xml: '<v>46089.75</v>', style: 2 },
            { xml: '<v>1</v>', type: 'b' },
          ],
        ],
      },
    ]),
    name,
  )

  assert.equal(table.from, 'rows.xlsx, sheet Machines')
  assert.deepEqual(cells, [['web', 8, '2026-03-08', '2026-03-08T18:00:00', true]])
  assert.equal(rows[0]!.line, 2)
})

test('formulas give the value of the last calculation, and that is said', async () => {
  const { cells, found } = await read(
    xlsxFile([{ name: 'A', rows: [['n'], [{ xml: '<f>1+1</f><v>2</v>' }], [{ xml: '<f>A2</f><v>2</v>' }]] }]),
    name,
  )

  assert.deepEqual(cells, [[2], [2]])
  assert.deepEqual([...found.warnings.values()], [2])
})

test('a formula without a value and an error are refused with their cells', async () => {
  const error = await refusalOf(
    read(
      xlsxFile([
        {
          name: 'A',
          rows: [
            ['n', 'm'],
            [{ xml: '<f>1+1</f>' }, { xml: '<v>#REF!</v>', type: 'e' }],
          ],
        },
      ]),
      name,
    ),
  )

  assert.equal(error.code, 'ROWS_INVALID')
  assert.deepEqual(
    error.complaints.map(({ path }) => path),
    ['cell A2', 'cell B2'],
  )
})

test('which of several sheets is meant is asked, unless it is said or the others are hidden or empty', async () => {
  const sheets = [
    { name: 'One', rows: [['name'], ['a']] },
    { name: 'Two', rows: [['name'], ['b']] },
    { name: 'Empty', rows: [] },
  ]

  const error = await refusalOf(read(xlsxFile(sheets), name))
  const two = await read(xlsxFile(sheets), name, { sheet: 'Two' })
  const wrong = await refusalOf(read(xlsxFile(sheets), name, { sheet: 'Twoo' }))
  const only = await read(xlsxFile([sheets[0]!, { ...sheets[1]!, isHidden: true }, sheets[2]!]), name)

  assert.equal(error.complaints[0]!.expected, 'one of "One", "Two"')
  assert.deepEqual(two.cells, [['b']])
  assert.equal(wrong.hint, 'Did you mean Two?')
  assert.deepEqual(only.cells, [['a']])
})

test('a workbook of the old kind is refused with the way out', async () => {
  const error = await refusalOf(read(Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'rows.xls'))

  assert.match(error.message, /\.xls/)
  assert.match(error.hint!, /\.xlsx/)
})

test('a workbook that would grow beyond bounds is refused before it is unpacked', async () => {
  const bomb = xlsxFile([{ name: 'A', rows: [['name']] }], {
    'xl/worksheets/sheet1.xml': `<worksheet>${' '.repeat(40_000_000)}</worksheet>`,
  })
  assert.ok(bomb.length < 100_000)

  const error = await refusalOf(read(bomb, name))

  assert.match(error.message, /beyond bounds/)
})

test('entities that a document makes itself are not unfolded', async () => {
  const laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
  const file = xlsxFile([{ name: 'A', rows: [['name']] }], {
    'xl/worksheets/sheet1.xml': `${laughs}<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>`,
  })

  const error = await refusalOf(read(file, name))

  assert.match(error.message, /damaged/)
})

test('another ZIP file is no workbook', async () => {
  const error = await refusalOf(read(zipFile({ 'hello.txt': 'hello' }), name))

  assert.match(error.message, /no Excel workbook/)
})

test('a text that does not end is refused before all of it is in memory', async () => {
  const text = randomBytes(4 * 1024 * 1024).toString('hex')
  const sheet = (cell: string) =>
    xlsxFile([{ name: 'A', rows: [['name']] }], {
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row><row r="2">${cell}</row></sheetData></worksheet>`,
    })

  const one = await refusalOf(read(sheet(`<c r="A2" t="inlineStr"><is><t>${text}</t></is></c>`), name))
  const part = text.slice(0, 300_000)
  const cells = Array.from({ length: 20 }, () => `<c t="inlineStr"><is><t>${part}</t></is></c>`)
  const many = await refusalOf(read(sheet(cells.join('')), name))

  assert.match(one.complaints[0]!.expected, /longer than any can be/)
  assert.match(many.complaints[0]!.expected, /row 2 is longer/)
})

test('rows that are out of order are refused, for one of them would be taken for the header or lost', async () => {
  for (const rows of [
    '<row r="2"><c><v>1</v></c></row><row r="1"><c><v>2</v></c></row>',
    '<row r="x"><c><v>1</v></c></row>',
  ]) {
    const file = xlsxFile([{ name: 'A', rows: [['name']] }], {
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
    })

    assert.match((await refusalOf(read(file, name))).message, /damaged/)
  }
})
