import type { Database } from '#database/schema.ts'

/** When a source was last read to its end, and how its newest run ended. */
export interface Freshness {
  source: string
  completeAt: string | null
  status: string | null
}

/** How fresh the sources are that told of something; all of them where it rests on whatever is known. */
export async function freshnessOf(
  db: Database,
  sources: readonly string[] | undefined,
): Promise<Freshness[]> {
  if (sources?.length === 0) return []
  const all = db
    .selectFrom('sync_metadata')
    .select(['source_identifier as source', 'last_sync_complete as completeAt', 'last_sync_status as status'])
    .orderBy('source_identifier')
  return (sources === undefined ? all : all.where('source_identifier', 'in', sources)).execute()
}
