import { SqliteHandle } from '#database/sqlite/sqlite-handle.ts'
import { readerPragmas, upkeepPragmas } from '#database/sqlite/sqlite-pragmas.ts'
import type { ReportAnswer, ReportRequest } from '#database/sqlite/sqlite-report-driver.ts'

let handle: SqliteHandle | undefined

const open = (path: string): SqliteHandle =>
  process.argv[3] === 'writes'
    ? new SqliteHandle(path, { readOnly: false, pragmas: upkeepPragmas })
    : new SqliteHandle(path, { readOnly: true, pragmas: readerPragmas })

/** The process that a long read runs in: one statement in, its rows out. */
process.on('message', (request: ReportRequest) => {
  let answer: ReportAnswer
  try {
    // Opened here, so that a file that cannot be opened is an answer and not an end.
    handle ??= open(process.argv[2]!)
    answer = { rows: handle.execute<object>(request.sql, request.parameters).rows.map((row) => ({ ...row })) }
  } catch (error) {
    const { name, message, code, hint } = error as Error & { code?: string; hint?: string }
    answer = { error: { name, message, code, hint } }
  }
  process.send!(answer)
})

process.on('disconnect', () => process.exit(0))
