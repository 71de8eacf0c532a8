import { sql } from 'kysely'
import { setTimeout as wait } from 'node:timers/promises'
import type { OpenDatabase } from '#database/open.ts'
import { onBothEngines } from './bench-databases.ts'

/**
 * How long a write and a quick read take while a report of five seconds runs, against the same without it.
 * Figure: p95 with the report at most three times that without, plus 5 ms.
 */
const seconds = 5
const rows = 20_000
let isBelow = false

const tag = (name: string) => ({ name, type: 'label', created_at: 'x', version: 1 })
let written = 0

const actions = {
  write: ({ db }: OpenDatabase) =>
    db
      .insertInto('tags')
      .values(tag(`write ${(written += 1)}`))
      .execute(),
  'quick read': ({ db }: OpenDatabase) =>
    db
      .selectFrom('tags')
      .selectAll()
      .where('name', '>=', `row ${written}`)
      .orderBy('name')
      .limit(50)
      .execute(),
}

type Latencies = Record<keyof typeof actions, number[]>

/** One after the other with a breath between, as people ask. */
async function measure(opened: OpenDatabase): Promise<Latencies> {
  const latencies: Latencies = { write: [], 'quick read': [] }
  const until = performance.now() + seconds * 1_000
  while (performance.now() < until) {
    for (const [name, action] of Object.entries(actions)) {
      const start = performance.now()
      await action(opened)
      latencies[name as keyof typeof actions].push(performance.now() - start)
    }
    await wait(2)
  }
  return latencies
}

/** A report that takes until it is stopped: it never ends by itself. */
function startReport({ reports, engine }: OpenDatabase): () => Promise<void> {
  const stop = new AbortController()
  const query =
    engine === 'sqlite'
      ? sql`with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n, (select max(name) from tags)`
      : sql`with recursive n(i) as (select 1::bigint union all select i + 1 from n) select count(*) from n`
  const running = reports.executeQuery(query.compile(reports), { signal: stop.signal }).catch(() => {})
  return async () => {
    stop.abort()
    await running
  }
}

const p95 = (values: number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length * 0.95)]!

await onBothEngines(async (opened) => {
  for (let first = 0; first < rows; first += 500) {
    const names = Array.from({ length: 500 }, (_, index) => tag(`row ${first + index}`))
    await opened.db.insertInto('tags').values(names).execute()
  }
  await measure(opened)
  const alone = await measure(opened)
  const stop = startReport(opened)
  const beside = await measure(opened)
  await stop()
  for (const name of Object.keys(actions) as (keyof typeof actions)[]) {
    const [without, during] = [p95(alone[name]), p95(beside[name])]
    const holds = during <= without * 3 + 5
    isBelow ||= !holds
    console.log(
      `${opened.engine}, ${name}: p95 ${without.toFixed(2)} ms, with a report ${during.toFixed(2)} ms, ` +
        `ratio ${(during / without).toFixed(1)}${holds ? '' : '  TOO SLOW'}`,
    )
  }
})

process.exitCode = isBelow ? 1 : 0
