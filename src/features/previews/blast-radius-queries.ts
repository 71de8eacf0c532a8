import { sql } from 'kysely'
import type { Context } from '#features/context.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import type { Preview } from '#features/jobs/job-shapes.ts'
import type { Actor } from '#model/actor.ts'

type Reading = Pick<Context, 'reports' | 'engine'> & { actor: Pick<Actor, 'tags'> }

/** So many values of each kind are told, those with most rows. */
const toldAtMost = 20

const columns = { site: 'site', rack: 'rack', type: 'device_type' } as const

/**
 * Whom the rows of a job touch: how many of them are about devices of each site, rack, type and tag, and how many such
 * devices the requester sees in all.
 */
export async function blastRadius(
  reading: Reading,
  jobId: number,
  signal: AbortSignal,
): Promise<Preview['blastRadius']> {
  const radius: Preview['blastRadius'] = []
  for (const [by, column] of Object.entries(columns)) {
    signal.throwIfAborted()
    const touched = await touchedBy(reading, jobId, column)
    const all = await allBy(
      reading,
      column,
      touched.map(({ value }) => value),
    )
    radius.push(...touched.map(({ value, rows }) => ({ by, value, rows, of: all.get(value) ?? null })))
  }
  const tags = await touchedTags(reading, jobId)
  const all = await allTags(
    reading,
    tags.map(({ value }) => value),
  )
  radius.push(...tags.map(({ value, rows }) => ({ by: 'tag', value, rows, of: all.get(value) ?? null })))
  return radius
}

type Column = (typeof columns)[keyof typeof columns]

async function touchedBy({ reports }: Reading, jobId: number, column: Column) {
  const rows = await rowsOf(reports, jobId)
    .select(`devices.${column} as value`)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where(`devices.${column}`, 'is not', null)
    .groupBy(`devices.${column}`)
    .orderBy('rows', 'desc')
    .orderBy('value')
    .limit(toldAtMost)
    .execute()
  return rows.map((row) => ({ value: row.value!, rows: Number(row.rows) }))
}

async function touchedTags({ reports }: Reading, jobId: number) {
  const rows = await rowsOf(reports, jobId)
    .innerJoin('device_tags', 'device_tags.device_id', 'devices.id')
    .innerJoin('tags', 'tags.id', 'device_tags.tag_id')
    .select('tags.name as value')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .groupBy('tags.name')
    .orderBy('rows', 'desc')
    .orderBy('value')
    .limit(toldAtMost)
    .execute()
  return rows.map((row) => ({ value: row.value, rows: Number(row.rows) }))
}

const rowsOf = (reports: Reading['reports'], jobId: number) =>
  reports
    .selectFrom('job_rows')
    .innerJoin('devices', 'devices.id', 'job_rows.device_id')
    .where('job_rows.job_id', '=', jobId)
    .where('job_rows.status', '=', 'pending')

const devicesOf = ({ reports, actor }: Reading) =>
  reports
    .selectFrom('devices')
    .where('devices.merged_into', 'is', null)
    .where('devices.retired_at', 'is', null)
    .where(visibleDevices(actor))

async function allBy(reading: Reading, column: Column, values: readonly string[]) {
  if (values.length === 0) return new Map<string, number>()
  const rows = await devicesOf(reading)
    .select(`devices.${column} as value`)
    .select(sql<number>`count(*)`.as('count'))
    .where(textsIn(reading.engine, `devices.${column}`, values))
    .groupBy(`devices.${column}`)
    .execute()
  return new Map(rows.map((row) => [row.value!, Number(row.count)]))
}

async function allTags(reading: Reading, names: readonly string[]) {
  if (names.length === 0) return new Map<string, number>()
  const rows = await devicesOf(reading)
    .innerJoin('device_tags', 'device_tags.device_id', 'devices.id')
    .innerJoin('tags', 'tags.id', 'device_tags.tag_id')
    .select('tags.name as value')
    .select(sql<number>`count(*)`.as('count'))
    .where(textsIn(reading.engine, 'tags.name', names))
    .groupBy('tags.name')
    .execute()
  return new Map(rows.map((row) => [row.value, Number(row.count)]))
}
