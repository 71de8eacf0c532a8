import { randomUUID } from 'node:crypto'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { DatabaseClass } from '#database/sqlite/sqlite-handle.ts'
import { lineHash } from '#features/audit/line-hash.ts'

/** Rows of one claim and of one acknowledgement, as many as a worker takes. */
const batch = 1_024

/**
 * The least that rows with history and trail can cost on SQLite: `node jobs-bare.ts URL ROWS`. One loop over the same
 * tables makes the same durable commits, a claim and an acknowledgement with its trail, and nothing else.
 */
const [url = '', given = '20000'] = process.argv.slice(2)
const rows = Number(given)
const opened = await openDatabase({ url })
await migrate(opened)
await opened.close()
const database = new DatabaseClass(url.slice('sqlite:'.length))
database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
const now = () => new Date().toISOString()
database.exec(`insert into jobs (name, action, parameters, original_command, status, mode, total_rows, processed_rows,
  successful_rows, failed_rows, requested_by, attempt, created_at, updated_at)
  values ('bare', 'noop', '{}', '', 'running', 'auto', ${rows}, 0, 0, 0, 'bench', 0, '', '')`)
const insert =
  database.prepare(`insert into job_rows (job_id, row_number, row_key, row_checksum, status, input, attempt,
  next_run_at, created_at) values (1, ?, ?, '', 'pending', '{}', 0, '', '')`)
database.exec('begin')
for (let row = 1; row <= rows; row += 1) insert.run(row, String(row))
database.exec('commit')

const claim = database.prepare(`update job_rows set status = 'processing', lease_token = ?, node_id = 'bare',
  attempt = attempt + 1, started_at = ? where id in (select id from job_rows where job_id = 1 and status = 'pending'
  and next_run_at <= ? order by next_run_at, row_number limit ${batch}) returning id, row_number, row_key, input, attempt`)
const end = database.prepare(`update job_rows set status = 'completed', processed_at = ?, node_id = null
  where id = ? and lease_token = ? and attempt = ? and status = 'processing'`)
const count = database.prepare(`update jobs set processed_rows = processed_rows + ?,
  successful_rows = successful_rows + ?, updated_at = ? where id = 1`)
const line =
  database.prepare(`insert into audit_logs (id, job_id, timestamp, level, event_type, message, details,
  row_number, actor, operation, subject, hash) values (?, 1, ?, 'INFO', 'row_event', 'completed', null, ?, 'bench', 'job.row', ?, ?)`)
const head = database.prepare('update audit_chain set last_id = ?, last_hash = ? where id = 1')

let hash = '0'.repeat(64)
let id = 0
const begun = performance.now()
for (;;) {
  const lease = randomUUID()
  const time = now()
  const taken = claim.all(lease, time, time) as {
    id: number
    row_number: number
    row_key: string
    attempt: number
  }[]
  if (taken.length === 0) break
  database.exec('begin immediate')
  for (const row of taken) {
    end.run(time, row.id, lease, row.attempt)
    id += 1
    hash = lineHash(hash, {
      id,
      job_id: 1,
      timestamp: time,
      level: 'INFO',
      event_type: 'row_event',
      message: 'completed',
      details: null,
      row_number: row.row_number,
      actor: 'bench',
      operation: 'job.row',
      subject: row.row_key,
    })
    line.run(id, time, row.row_number, row.row_key, hash)
  }
  count.run(taken.length, taken.length, time)
  head.run(id, hash)
  database.exec('commit')
}
const seconds = (performance.now() - begun) / 1000
database.close()
process.send!({ seconds })
process.disconnect!()
