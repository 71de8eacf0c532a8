import { sql } from 'kysely'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { killContext } from '#test/kill-world.ts'
import { sharedClock } from './jobs-waiting.ts'
import { waiter, waitingJob } from './jobs-waiters.ts'

/**
 * Seconds from the start of a process on a SQLite file with so many rows to do, whose last process was killed in the
 * middle of some, until it begins a row; and how much of that is Node loading the program.
 */
export async function restartSeconds(url: string, rows: number): Promise<{ whole: number; loading: number }> {
  const opened = await openDatabase({ url })
  await migrate(opened)
  const id = await waitingJob(killContext(opened), 1)
  await sql`
    insert into job_rows (job_id, row_number, row_key, row_checksum, status, input, attempt, next_run_at, created_at)
    with recursive n (i) as (select 2 union all select i + 1 from n where i < ${rows})
    select ${id}, i, i, '', 'pending', '{}', 0, '', '' from n`.execute(opened.db)
  await opened.db.updateTable('jobs').set({ total_rows: rows }).where('id', '=', id).execute()
  await opened.close()
  const first = waiter(url, 'first')
  await first.said('begun', 32)
  await first.kill()

  const from = sharedClock()
  const second = waiter(url, 'second')
  const [begun] = await second.said('begun', 1)
  const [opening] = await second.said('opening', 1)
  await second.kill()
  return { whole: (begun!.at - from) / 1000, loading: (opening!.at - from) / 1000 }
}

/** Seconds from the death of a process on another machine until one that lives begins its rows, on PostgreSQL. */
export async function takeoverSeconds(url: string): Promise<number> {
  const opened = await openDatabase({ url })
  await migrate(opened)
  await waitingJob(killContext(opened), 8)
  const gone = waiter(url, 'gone')
  await gone.said('begun', 8)
  const living = waiter(url, 'living')
  await living.said('opening', 1)
  // As if it were elsewhere, where nobody can look whether its process is there.
  await opened.db
    .updateTable('nodes')
    .set({ boot_id: 'elsewhere', process_started: '1' })
    .where('id', '=', 'gone')
    .execute()
  const from = sharedClock()
  await gone.kill()
  const [begun] = await living.said('begun', 1)
  await living.kill()
  await opened.close()
  return (begun!.at - from) / 1000
}
