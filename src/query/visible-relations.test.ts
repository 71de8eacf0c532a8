import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { OpenDatabase } from '#database/open.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { compileDeviceQuery, compileHostQuery } from '#query/compile-query.ts'
import { fieldValues } from '#query/field-values.ts'
import { formatQuery } from '#query/format-query.ts'
import { parseQuery } from '#query/parse-query.ts'
import { resolveQuery } from '#query/resolve-query.ts'
import { subjects } from '#query/subjects.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { queries } from '#test/query-arbitraries.ts'
import { meets } from '#test/query-evaluator.ts'
import { fillWorld, makeWorld, worldNow, worldTags } from '#test/query-world.ts'
import type { World } from '#test/query-world.ts'

const world = makeWorld(11)
const tables = { device: 'devices', host: 'hosts' } as const

/** The world as it would be without the devices that carry none of the tags, and without what hangs on them. */
function seenWith(tags: readonly string[]): World {
  const wanted = new Set(world.tags.filter((tag) => tags.includes(tag.name)).map((tag) => Number(tag.id)))
  const seen = new Set(
    world.device_tags.filter((each) => wanted.has(each.tag_id)).map((each) => each.device_id),
  )
  return {
    ...world,
    devices: world.devices.filter((each) => seen.has(Number(each.id))),
    hosts: world.hosts.filter((each) => seen.has(Number(each.device_id ?? 0))),
    servers: world.servers.filter((each) => seen.has(Number(each.device_id ?? 0))),
    device_relationships: world.device_relationships.filter(
      (each) => seen.has(each.parent_device_id) && seen.has(each.child_device_id),
    ),
  }
}

async function found(
  { db, engine }: OpenDatabase,
  subject: 'device' | 'host',
  text: string,
  tags: readonly string[],
): Promise<number[]> {
  const options = { engine, now: worldNow, visibleTags: tags }
  const visible = db.selectFrom('devices').select('devices.id').where(visibleDevices({ tags }))
  const rows =
    subject === 'device'
      ? await visible.where(compileDeviceQuery(text, options)).orderBy('devices.id').execute()
      : await db
          .selectFrom('hosts')
          .select('id')
          .where('device_id', 'in', visible)
          .where(compileHostQuery(text, options))
          .orderBy('id')
          .execute()
  return rows.map((row) => Number(row.id))
}

function expected(subject: 'device' | 'host', text: string, seen: World): number[] {
  const condition = resolveQuery(parseQuery(text), subjects[subject], { text, now: worldNow })
  return seen[tables[subject]]
    .filter((row) => meets(condition, subject, row as never, seen))
    .map((row) => Number(row.id))
}

const byText = (left: unknown, right: unknown) => (String(left) < String(right) ? -1 : 1)

const someTags = fc.subarray(worldTags, { minLength: 0, maxLength: 2 })

onEachDatabase('a query of somebody who sees some devices only', (fresh) => {
  for (const subject of ['device', 'host'] as const) {
    test(`over ${subject}s answers as if the others were not there, whatever relations it follows`, async () => {
      const opened = await fresh()
      await fillWorld(opened.db, world)

      await fc.assert(
        fc.asyncProperty(queries(subjects[subject]), someTags, async (query, tags) => {
          const text = formatQuery(query)
          const seen = seenWith(tags)

          assert.deepEqual(await found(opened, subject, text, tags), expected(subject, text, seen), text)
          assert.deepEqual(
            await found(opened, subject, `-(${text})`, tags),
            expected(subject, `-(${text})`, seen),
            `-(${text})`,
          )
        }),
        { numRuns: 250 },
      )
    })
  }

  test('cannot learn the name of a hidden device through a relation', async () => {
    const opened = await fresh()
    await fillWorld(opened.db, world)
    const seen = seenWith(['prod'])
    const hidden = world.devices.filter((each) => !seen.devices.includes(each)).map((each) => Number(each.id))
    const own = new Set(seen.devices.map((each) => Number(each.id)))
    const edges = world.device_relationships.filter(
      (each) => hidden.includes(each.parent_device_id) && own.has(each.child_device_id),
    )
    assert.ok(edges.length > 0, 'the world has a hidden parent of a visible device')

    for (const { parent_device_id: id } of edges)
      assert.deepEqual(
        await found(opened, 'device', `parent.id:${id} or parent.child.parent.id:${id}`, ['prod']),
        [],
      )
  })
})

onEachDatabase('values to complete a query with', (fresh) => {
  const valuesOf = async (
    { db }: OpenDatabase,
    table: 'devices' | 'tags' | 'hosts' | 'source_records' | 'network_interfaces',
    column: string,
    prefix = '',
    tags?: readonly string[],
  ) => (await fieldValues({ table, column }, prefix, 50, tags).execute(db)).rows.map((row) => row.value)

  test('begin with what was typed, in any case, once each and in order', async () => {
    const opened = await fresh()
    await fillWorld(opened.db, world)

    assert.deepEqual(await valuesOf(opened, 'devices', 'vendor', 'de'), ['Dell Inc.'])
    assert.deepEqual(await valuesOf(opened, 'devices', 'vendor', 'DELL I'), ['Dell Inc.'])
    assert.deepEqual(await valuesOf(opened, 'tags', 'name'), [...worldTags].toSorted())
    assert.deepEqual(await valuesOf(opened, 'devices', 'vendor', '%'), [])
    const [first] = (await fieldValues({ table: 'devices', column: 'name' }, '', 1).execute(opened.db)).rows
    assert.equal(first?.value, world.devices.map((each) => each.name).toSorted()[0])
  })

  test('are those of devices that may be seen', async () => {
    const opened = await fresh()
    await fillWorld(opened.db, world)

    for (const tags of [['prod'], ['Legacy', 'é'], [], ['nobody has it']]) {
      const seen = seenWith(tags)
      const ids = new Set(seen.devices.map((each) => Number(each.id)))
      const distinct = (values: (string | null | undefined)[]) =>
        [...new Set(values)].filter((value) => typeof value === 'string' && value !== '').toSorted(byText)
      const linked = world.device_links.filter(
        (each) => ids.has(each.device_id) && (each.undone_at ?? null) === null,
      )
      const records = new Set(linked.map((each) => each.record_id))
      const carried = new Set(
        world.device_tags.filter((each) => ids.has(each.device_id)).map((each) => each.tag_id),
      )
      const cards = world.network_interfaces.filter((each) => ids.has(each.device_id))
      const told = world.source_records.filter((each) => records.has(Number(each.id)))
      const wanted = {
        devices: [distinct(seen.devices.map((each) => each.os)), 'os'],
        hosts: [distinct(seen.hosts.map((each) => each.vendor)), 'vendor'],
        network_interfaces: [distinct(cards.map((each) => each.interface_name)), 'interface_name'],
        source_records: [distinct(told.map((each) => each.source_identifier)), 'source_identifier'],
        tags: [
          distinct(world.tags.filter((each) => carried.has(Number(each.id))).map((each) => each.name)),
          'name',
        ],
      } as const
      for (const [table, [values, column]] of Object.entries(wanted))
        assert.deepEqual(
          await valuesOf(opened, table as 'tags', column, '', tags),
          values,
          `${table} ${tags.join()}`,
        )
    }
  })
})
