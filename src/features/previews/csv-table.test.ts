import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusalOf, tableFiles } from '#test/table-text.ts'

const { read } = tableFiles()

test('a byte order mark is no part of the first header', async () => {
  const {
    table,
    cells,
    table: { warnings },
  } = await read('\u{feff}name,site\nweb,Köln\n')

  assert.deepEqual(table.columns, ['name', 'site'])
  assert.deepEqual(cells, [['web', 'Köln']])
  assert.deepEqual(warnings, [])
})

test('UTF-16 of either order is known by its mark', async () => {
  const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('name,site\nweb,Köln\n', 'utf16le')])
  const big = Buffer.from(little)
  big.swap16()

  for (const bytes of [little, big]) assert.deepEqual((await read(bytes)).cells, [['web', 'Köln']])
})

test('bytes that are no UTF-8 are read as Windows-1252, and that is said', async () => {
  const { cells, encoding, table } = await read(Buffer.from('name,site\nweb,K\u00f6ln\n', 'latin1'))

  assert.deepEqual(cells, [['web', 'Köln']])
  assert.equal(encoding, 'windows-1252')
  assert.match(table.warnings[0]!, /not UTF-8/)
})

test('an encoding that is said is believed', async () => {
  const { cells, table } = await read(Buffer.from([...Buffer.from('name\n'), 0xc6, 0x0a]), 'a.csv', {
    encoding: 'iso-8859-2',
  })

  assert.deepEqual(cells, [['Ć']])
  assert.deepEqual(table.warnings, [])
})

test('two encodings in one file are refused with the line and the byte', async () => {
  const bytes = Buffer.concat([
    Buffer.from('name,site\nweb,Köln\n'),
    Buffer.from('db,M\u00fcnchen\n', 'latin1'),
  ])

  const error = await refusalOf(read(bytes))

  assert.equal(error.code, 'ROWS_INVALID')
  assert.equal(error.complaints[0]!.path, `line 3, byte ${bytes.indexOf(0xfc) + 1}`)
})

test('the second encoding is found far behind the beginning', async () => {
  const line = 'server,Köln\n'
  const many = Buffer.from(`name,site\n${line.repeat(20_000)}`)
  const bytes = Buffer.concat([many, Buffer.from('db,M\u00fcnchen\n', 'latin1'), Buffer.from(line)])

  const error = await refusalOf(read(bytes))

  assert.equal(error.complaints[0]!.path, `line 20002, byte ${many.length + 5}`)
})

test('the delimiter is found, and said where it is no comma', async () => {
  for (const [delimiter, said] of [
    [',', []],
    [';', [/semicolons/]],
    ['\t', [/tabs/]],
    ['|', [/bars/]],
  ] as const) {
    const { cells, table } = await read(`name${delimiter}"a,b;c"\nweb${delimiter}1\n`)

    assert.deepEqual(cells, [['web', '1']])
    assert.equal(table.warnings.length, said.length)
    said.forEach((pattern) => assert.match(table.warnings[0]!, pattern))
  }
})

test('quotes hold line ends, and lines are counted as an editor shows them', async () => {
  const { rows, found } = await read('name,note\r\n"a","one\r\ntwo"\r\n\r\nb,""\r\n,\r\nc,x\r\n')

  assert.deepEqual(
    rows.map(({ line, cells }) => [line, ...cells]),
    [
      [2, 'a', 'one\ntwo'],
      [5, 'b', ''],
      [7, 'c', 'x'],
    ],
  )
  assert.equal(found.empty, 2)
})

test('headers that are missing or come twice are refused with their columns', async () => {
  const error = await refusalOf(read('name,,name\na,b,c\n'))

  assert.deepEqual(
    error.complaints.map(({ path, expected }) => [path, expected]),
    [
      ['line 1, column 2', 'a header'],
      ['line 1, column 3', 'a header that differs from column 1'],
    ],
  )
})

test('an empty file, a quote that stays open and binary bytes are refused', async () => {
  assert.match((await refusalOf(read(''))).message, /empty/)
  assert.match((await refusalOf(read('name\n"web\n'))).message, /quote/)
  assert.match((await refusalOf(read(Buffer.from([0x6e, 0x00, 0x0a, 0x00])))).message, /no text/)
})

test('objects of a JSON Lines file are rows, with all names that occur', async () => {
  const { table, cells, found } = await read(
    '{"name":"a","n":1}\n\n{"name":"b","tags":["x"]}\n',
    'rows.jsonl',
  )

  assert.deepEqual(table.columns, ['name', 'n', 'tags'])
  assert.deepEqual(cells, [
    ['a', 1, undefined],
    ['b', undefined, ['x']],
  ])
  assert.equal(found.empty, 1)
})

test('a line of a JSON Lines file that holds no object is named', async () => {
  const error = await refusalOf(read('{"name":"a"}\n[1]\n{"name":\n', 'rows.ndjson'))

  assert.deepEqual(
    error.complaints.map(({ path }) => path),
    ['line 2', 'line 3'],
  )
})

test('a quote far behind the beginning changes neither lines nor cells', async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => (n === 15_000 ? `${n}, "a,b\nc" ` : ` ${n} ,plain`))

  const { rows } = await read(`id,text\n${lines.join('\n')}\n\n`)

  assert.equal(rows.length, 20_000)
  assert.deepEqual(
    [rows[0], rows[14_999]!.line, rows[15_000]],
    [{ line: 2, cells: ['0', 'plain'] }, 15_001, { line: 15_002, cells: ['15000', 'a,b\nc'] }],
  )
  assert.deepEqual(rows.at(-1), { line: 20_002, cells: ['19999', 'plain'] })
})

test('a header that would lose or break what stands below it is refused', async () => {
  const options = { encoding: 'utf-8' }

  for (const [text, name] of [
    ['name,__proto__\na,b\n', 'a.csv'],
    ['name,ow\0ner\na,b\n', 'a.csv'],
    [`name,${'x'.repeat(1_001)}\na,b\n`, 'a.csv'],
    ['{"name":"a","__proto__":{"b":1}}\n', 'a.jsonl'],
  ] as const)
    assert.match(
      (await refusalOf(read(text, name, options))).complaints[0]!.expected,
      /a header of whole text/,
    )
})

test('values of a JSON Lines file that no database keeps, or nested beyond reason, are refused by line', async () => {
  const deep = `{"name":"a","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`

  const error = await refusalOf(
    read(`${deep}\n{"name":"b","x":{"y":"\\u0000"}}\n{"name":"c","x":["\\ud800"]}\n`, 'rows.jsonl'),
  )

  assert.deepEqual(
    error.complaints.map(({ path, expected }) => [path, expected]),
    [
      ['line 1', 'lists and objects nested at most 32 deep'],
      ['line 2', 'text without broken characters'],
      ['line 3', 'text without broken characters'],
    ],
  )
})

test('a line without an end is refused before it fills the memory', async () => {
  for (const text of [`name\n${'x'.repeat(1_100_000)}\n`, `name\n"${'x'.repeat(1_100_000)}"\n`])
    assert.match((await refusalOf(read(text))).message, /too long/)
})
