import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { startPostgres } from '#test/postgres-server.ts'

/** Does the same with a new database of each engine, one after the other. */
export async function onBothEngines(work: (opened: OpenDatabase) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  try {
    await withDatabase(`sqlite:${join(folder, 'rollcall.db')}`, work)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const server = await startPostgres()
  try {
    await withDatabase(server.url, work)
  } finally {
    await server.stop()
  }
}

async function withDatabase(url: string, work: (opened: OpenDatabase) => Promise<void>): Promise<void> {
  const opened = await openDatabase({ url })
  try {
    await migrate(opened)
    await work(opened)
  } finally {
    await opened.close()
  }
}
