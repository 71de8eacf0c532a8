import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '#database/migrate.ts'
import { openDatabase, type OpenDatabase } from '#database/open.ts'
import type { Context } from '#features/context.ts'
import { runSource } from '#features/sync/run-source.ts'
import type { Verdict } from '#sources/source.ts'
import { testContext } from '#test/test-context.ts'
import type { EstateRecord } from './estate.ts'

/** A new SQLite file for as long as the work takes. */
export async function withDatabase<T>(
  work: (context: Context, opened: OpenDatabase) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-estate-'))
  const opened = await openDatabase({ url: `sqlite:${join(folder, 'estate.db')}` })
  try {
    await migrate(opened)
    const context = testContext(opened)
    // All that is gone is really gone here, however much of a small source it is.
    context.config = { ...context.config, sync: { ...context.config.sync, missingShare: 1 } }
    return await work(context, opened)
  } finally {
    await opened.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads these records of one source; a part of what it has proves nothing of the rest. */
async function readPart(context: Context, records: readonly EstateRecord[], verdict: Verdict): Promise<void> {
  const [{ source }] = records as readonly [EstateRecord]
  const run = await runSource(
    context,
    {
      ...source,
      source: {
        test: async () => ({ message: '', warnings: [] }),
        async *read() {
          for (let start = 0; start < records.length; start += 1_000)
            yield { records: records.slice(start, start + 1_000).map((each) => each.record) }
          return verdict
        },
      },
    },
    { startedBy: 'bench', jobId: null },
    new AbortController().signal,
  )
  if (run.errorCode !== null) throw new Error(`${source.system}/${source.name}: ${run.reason}`)
}

const partly: Verdict = { complete: false, reason: 'only a part was asked for' }

/**
 * Reads an estate in batches, each of one source, and then every source that has lost records once more without them.
 * The batches may be any that together have all records.
 */
export async function readEstate(
  context: Context,
  records: readonly EstateRecord[],
  batches: Iterable<readonly EstateRecord[]>,
): Promise<void> {
  for (const batch of batches) await readPart(context, batch, partly)
  for (const ofSource of bySource(records)) {
    const held = ofSource.filter((each) => each.isHeld)
    if (held.length < ofSource.length) await readPart(context, held, { complete: true })
  }
}

/** Reads every source as it is now, whole. */
export async function readAgain(context: Context, records: readonly EstateRecord[]): Promise<void> {
  for (const ofSource of bySource(records.filter((each) => each.isHeld)))
    await readPart(context, ofSource, { complete: true })
}

export const bySource = (records: readonly EstateRecord[]): EstateRecord[][] => [
  ...Map.groupBy(records, ({ source }) => `${source.system}/${source.name}`).values(),
]

/** The device of each record by ref; none of what belongs to no device. */
export async function devicesByRef({ db }: Pick<Context, 'db'>): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select(['source_system', 'source_identifier', 'source_id', 'device_id'])
    .where('undone_at', 'is', null)
    .execute()
  return new Map(
    rows.map((row) => [`${row.source_system}/${row.source_identifier}/${row.source_id}`, row.device_id]),
  )
}
