import { SqliteHandle } from '#database/sqlite/sqlite-handle.ts'
import { readerPragmas } from '#database/sqlite/sqlite-pragmas.ts'
import type { ReportAnswer, ReportRequest } from '#database/sqlite/sqlite-report-driver.ts'

const handle = new SqliteHandle(process.argv[2]!, { readOnly: true, pragmas: readerPragmas })

/** The process that a long read runs in: one statement in, its rows out. */
process.on('message', (request: ReportRequest) => {
  let answer: ReportAnswer
  try {
    answer = { rows: handle.execute<object>(request.sql, request.parameters).rows.map((row) => ({ ...row })) }
  } catch (error) {
    const { name, message, code } = error as { name: string; message: string; code?: string }
    answer = { error: { name, message, code } }
  }
  process.send!(answer)
})

process.on('disconnect', () => process.exit(0))
