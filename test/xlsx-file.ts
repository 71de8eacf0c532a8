import { crc32, deflateRawSync } from 'node:zlib'

/** The content of a cell as the XML of a sheet has it, beside its reference: `['n', '<v>1</v>']`. */
export type XlsxCell = string | number | { xml: string; type?: string; style?: number }

export interface XlsxSheet {
  name: string
  rows: readonly (readonly XlsxCell[])[]
  isHidden?: boolean
}

/** A workbook (.xlsx) of these sheets. Style 1 shows a date, style 2 a date with its time. */
export function xlsxFile(sheets: readonly XlsxSheet[], more: Readonly<Record<string, string>> = {}): Buffer {
  const relationships = sheets
    .map(
      (_, index) =>
        `<Relationship Id="rId${index + 1}" Type="x/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
    )
    .join('')
  const listed = sheets
    .map(
      ({ name, isHidden }, index) =>
        `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"${isHidden ? ' state="hidden"' : ''}/>`,
    )
    .join('')
  return zipFile({
    'xl/workbook.xml': `<workbook xmlns="m" xmlns:r="r"><sheets>${listed}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relationships}</Relationships>`,
    'xl/styles.xml':
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    ...Object.fromEntries(
      sheets.map(({ rows }, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(rows)]),
    ),
    ...more,
  })
}

const sheetXml = (rows: XlsxSheet['rows']): string =>
  `<worksheet><sheetData>${rows
    .map(
      (cells, row) => `<row r="${row + 1}">${cells.map((cell, at) => cellXml(cell, row, at)).join('')}</row>`,
    )
    .join('')}</sheetData></worksheet>`

function cellXml(cell: XlsxCell, row: number, at: number): string {
  const reference = `${String.fromCharCode(65 + at)}${row + 1}`
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`
  if (typeof cell === 'string')
    return `<c r="${reference}" t="inlineStr"><is><t>${cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</t></is></c>`
  const { xml, type, style } = cell
  const attributes = `${type === undefined ? '' : ` t="${type}"`}${style === undefined ? '' : ` s="${style}"`}`
  return `<c r="${reference}"${attributes}>${xml}</c>`
}

/** A ZIP file, as any program would write it. */
export function zipFile(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    entries.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]),
    )
    parts.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, directory, Buffer.from('PK\u0005\u0006'), end])
}
