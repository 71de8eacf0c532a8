import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { OpenDatabase } from '#database/open.ts'
import { compileDeviceQuery, compileHostQuery, compileServerQuery } from '#query/compile-query.ts'
import { formatQuery } from '#query/format-query.ts'
import { parseQuery } from '#query/parse-query.ts'
import { resolveQuery } from '#query/resolve-query.ts'
import { subjects } from '#query/subjects.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { queries } from '#test/query-arbitraries.ts'
import { meets } from '#test/query-evaluator.ts'
import { fillWorld, makeWorld, worldNow } from '#test/query-world.ts'

const world = makeWorld(7)
const tables = { device: 'devices', host: 'hosts', server: 'servers' } as const
type Asked = keyof typeof tables

async function idsOf({ db, engine }: OpenDatabase, subject: Asked, text: string): Promise<string[]> {
  const options = { engine, now: worldNow }
  const rows =
    subject === 'device'
      ? await db
          .selectFrom('devices')
          .select('id')
          .where(compileDeviceQuery(text, options))
          .orderBy('id')
          .execute()
      : subject === 'host'
        ? await db
            .selectFrom('hosts')
            .select('id')
            .where(compileHostQuery(text, options))
            .orderBy('id')
            .execute()
        : await db
            .selectFrom('servers')
            .select('id')
            .where(compileServerQuery(text, options))
            .orderBy('id')
            .execute()
  return rows.map((row) => String(row.id))
}

const expected = (subject: Asked, text: string): string[] => {
  const condition = resolveQuery(parseQuery(text), subjects[subject], { text, now: worldNow })
  return world[tables[subject]]
    .filter((row) => meets(condition, subject, row as never, world))
    .map((row) => String(row.id))
}

onEachDatabase('a query', (fresh) => {
  for (const subject of ['device', 'host', 'server'] as const) {
    test(`over ${subject}s finds the rows that looking at every value finds, and negated all others`, async () => {
      const opened = await fresh()
      await fillWorld(opened.db, world)
      const all = world[tables[subject]].map((row) => String(row.id))

      await fc.assert(
        fc.asyncProperty(queries(subjects[subject]), async (query) => {
          const text = formatQuery(query)
          const found = await idsOf(opened, subject, text)
          assert.deepEqual(found, expected(subject, text), text)

          const others = await idsOf(opened, subject, `-(${text})`)
          assert.deepEqual(
            others,
            all.filter((id) => !found.includes(id)),
            `-(${text})`,
          )
        }),
        { numRuns: 400 },
      )
    })
  }
})
