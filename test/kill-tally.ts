import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Database } from '#database/schema.ts'
import { verifyAudit } from '#features/audit/verify-audit.ts'
import type { EffectClass } from '#features/jobs/action.ts'
import { killActionName } from '#test/kill-action.ts'
import type { Effect } from '#test/kill-sink.ts'
import type { killContext } from '#test/kill-world.ts'

/** What became of the rows of one class and their effects, and everything that must be nothing. */
export interface KillTally {
  effect: EffectClass
  rows: number
  completed: number
  failed: number
  ambiguous: number
  /** Rows that were in work when a process was killed. */
  interrupted: number
  effects: number
  wrong: {
    /** Rows that are neither over nor ambiguous. */
    lost: number
    /** Effects that were done more than once; those of rows that only read may be. */
    doubled: number
    /** Completed rows without an effect. */
    withoutEffect: number
    /** Ambiguous rows beyond those that could have been in work at a kill: none for keyed and probe. */
    ambiguousTooMany: number
    /** Jobs whose counters are not what their rows say. */
    miscounted: number
    /** Rows that were ended twice. */
    endedTwice: number
    /** Results that came after their lease was gone, though nobody lived to bring them. */
    late: number
    jobsNotOver: number
    /** 1 when the trail of all is not what was written. */
    auditBroken: number
  }
}

const numberOf = async (db: Database, query: RawBuilder<{ n: number }>): Promise<number> =>
  Number((await query.execute(db)).rows[0]!.n)

/** Rows that are still to do. */
export const rowsLeft = (db: Database): Promise<number> =>
  numberOf(db, sql`select coalesce(sum(total_rows - processed_rows), 0) as n from jobs`)

/** Counts what was done against what is written, for each class. */
export async function tally(
  context: ReturnType<typeof killContext>,
  effects: readonly Effect[],
  plan: { effects: readonly EffectClass[]; kills: number; concurrency: number },
): Promise<KillTally[]> {
  const verdict = await verifyAudit(context, {}, new AbortController().signal)
  const tallies: KillTally[] = []
  for (const effect of plan.effects) {
    const most = effect === 'once' ? plan.kills * plan.concurrency : 0
    const own = effects.filter((each) => each.effect === effect)
    const rows = await tallyRows(context.db, effect, own, most)
    const wrong = { ...rows.wrong, ...(await tallyJobs(context.db, effect)), auditBroken: verdict.ok ? 0 : 1 }
    tallies.push({ effect, ...rows, effects: own.length, wrong })
  }
  return tallies
}

async function tallyRows(
  db: Database,
  effect: EffectClass,
  effects: readonly Effect[],
  mostAmbiguous: number,
) {
  const rows = await db
    .selectFrom('job_rows')
    .innerJoin('jobs', 'jobs.id', 'job_rows.job_id')
    .select(['row_key', 'job_rows.status', 'review', 'effect_key', 'interruptions'])
    .where('jobs.action', '=', killActionName(effect))
    .execute()
  const times = Map.groupBy(effects, ({ key }) => key)
  const completed = rows.filter((row) => row.status === 'completed')
  const ambiguous = rows.filter((row) => row.review === 'ambiguous').length
  const keyOf = (row: (typeof rows)[number]) =>
    effect === 'keyed' ? row.effect_key! : `${effect} ${row.row_key}`
  return {
    rows: rows.length,
    completed: completed.length,
    failed: rows.filter((row) => row.status === 'failed' && row.review === null).length,
    ambiguous,
    interrupted: rows.filter((row) => row.interruptions > 0).length,
    wrong: {
      lost: rows.filter((row) => !['completed', 'failed', 'skipped'].includes(row.status)).length,
      doubled: effect === 'read' ? 0 : [...times.values()].filter((each) => each.length > 1).length,
      withoutEffect: completed.filter((row) => !times.has(keyOf(row))).length,
      ambiguousTooMany: Math.max(0, ambiguous - mostAmbiguous),
    },
  }
}

async function tallyJobs(db: Database, effect: EffectClass) {
  const own = sql`j.action = ${killActionName(effect)}`
  const rowsOf = (condition: RawBuilder<unknown>) =>
    sql`(select count(*) from job_rows r where r.job_id = j.id and ${condition})`
  const ends = sql`l.operation = 'job.row' and l.message in ('completed', 'failed', 'ambiguous', 'skipped')`
  return {
    miscounted: await numberOf(
      db,
      sql`select count(*) as n from jobs j where ${own} and (
        j.processed_rows <> ${rowsOf(sql`r.status in ('completed', 'failed', 'skipped')`)}
        or j.successful_rows <> ${rowsOf(sql`r.status = 'completed'`)}
        or j.failed_rows <> ${rowsOf(sql`r.status = 'failed'`)}
        or j.skipped_rows <> ${rowsOf(sql`r.status = 'skipped'`)}
        or j.ambiguous_rows <> ${rowsOf(sql`r.review = 'ambiguous'`)}
        or j.total_rows <> ${rowsOf(sql`1 = 1`)})`,
    ),
    endedTwice: await numberOf(
      db,
      sql`select count(*) as n from (select l.job_id, l.row_number from audit_logs l join jobs j on j.id = l.job_id
        where ${own} and ${ends} group by l.job_id, l.row_number having count(*) > 1) twice`,
    ),
    late: await numberOf(
      db,
      sql`select count(*) as n from audit_logs l join jobs j on j.id = l.job_id
        where ${own} and l.operation = 'job.row' and l.message like 'A result came after%'`,
    ),
    jobsNotOver: await numberOf(
      db,
      sql`select count(*) as n from jobs j where ${own} and not (j.status in ('completed', 'failed')
        or (j.status = 'paused' and j.waiting_for = 'review' and j.ambiguous_rows > 0))`,
    ),
  }
}

/** What a tally has when nothing went wrong. */
export const nothingWrong: KillTally['wrong'] = {
  lost: 0,
  doubled: 0,
  withoutEffect: 0,
  ambiguousTooMany: 0,
  miscounted: 0,
  endedTwice: 0,
  late: 0,
  jobsNotOver: 0,
  auditBroken: 0,
}
