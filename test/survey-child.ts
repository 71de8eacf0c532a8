import { openCsv } from '#features/previews/csv-table.ts'
import { surveyTable } from '#features/previews/survey-table.ts'

// Reads a file as a job would, in as little memory as its parent allows, and tells how many rows it has.
const { signal } = new AbortController()
const table = await openCsv(process.argv[2]!, 'rows.csv', {}, signal)
const { rows, key } = await surveyTable(table, { maxRows: 5_000_000 }, signal)
console.log(JSON.stringify({ rows, key: key.map((index) => table.columns[index]) }))
