import type { Database } from '#database/schema.ts'

/** How many things have these labels. */
export interface Counted {
  labels: Record<string, string>
  count: number
}

/** Answered by the index that the overview uses. */
export async function countDevices(db: Database): Promise<Counted[]> {
  const rows = await db
    .selectFrom('devices')
    .select(['device_type', 'status', (eb) => eb.fn.countAll<number>().as('count')])
    .where('retired_at', 'is', null)
    .where('merged_into', 'is', null)
    .groupBy(['device_type', 'status'])
    .orderBy('device_type')
    .orderBy('status')
    .execute()
  return rows.map((row) => ({
    labels: { type: row.device_type, status: row.status },
    count: Number(row.count),
  }))
}

export const countHosts = (db: Database): Promise<Counted[]> => byStatus(db, 'hosts')
export const countRuns = (db: Database): Promise<Counted[]> => byStatus(db, 'sync_runs')
export const countJobs = (db: Database): Promise<Counted[]> => byStatus(db, 'jobs')

/** Each of them has an index that begins with its status. */
async function byStatus(db: Database, table: 'hosts' | 'sync_runs' | 'jobs'): Promise<Counted[]> {
  const rows = await db
    .selectFrom(table)
    .select(['status', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy('status')
    .orderBy('status')
    .execute()
  return rows.map((row) => ({ labels: { status: row.status }, count: Number(row.count) }))
}

/** Alerts that are not over, by severity and why nobody is told. */
export async function countOpenAlerts(db: Database): Promise<Counted[]> {
  const rows = await db
    .selectFrom('alerts')
    .select(['severity', 'suppressed_by', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', '<>', 'resolved')
    .groupBy(['severity', 'suppressed_by'])
    .orderBy('severity')
    .execute()
  return rows.map((row) => ({
    labels: { severity: row.severity, suppressed: row.suppressed_by ?? 'no' },
    count: Number(row.count),
  }))
}

/** Findings nobody has resolved. */
export async function countFindings(db: Database): Promise<number> {
  const row = await db
    .selectFrom('findings')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** How the newest reading of each source went. */
export async function readingTimes(db: Database): Promise<
  {
    system: string
    source: string
    status: string | null
    completeAt: string | null
    seconds: number | null
  }[]
> {
  const rows = await db
    .selectFrom('sync_metadata')
    .select(['source_system', 'source_identifier', 'last_sync_status'])
    .select(['last_sync_complete', 'sync_duration_seconds'])
    .orderBy('source_system')
    .orderBy('source_identifier')
    .execute()
  return rows.map((row) => ({
    system: row.source_system,
    source: row.source_identifier,
    status: row.last_sync_status,
    completeAt: row.last_sync_complete,
    seconds: row.sync_duration_seconds,
  }))
}

/** What other agents sent, by sender, way and what became of it. */
export async function countIngested(db: Database): Promise<Counted[]> {
  const rows = await db.selectFrom('ingest_senders').selectAll().orderBy('sender').orderBy('way').execute()
  return rows.flatMap(({ sender, way, mapped, kept, left_out, refused }) =>
    Object.entries({ mapped, kept, left_out, refused }).map(([outcome, count]) => ({
      labels: { sender, way, outcome },
      count,
    })),
  )
}
