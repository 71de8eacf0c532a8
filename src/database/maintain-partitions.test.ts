import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { maintainPartitions } from '#database/maintain-partitions.ts'
import type { OpenDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'

const change = (performed_at: string) => ({
  sync_id: `run:${performed_at}`,
  source_system: 'kea',
  source_identifier: 'lab',
  operation: 'update',
  device_id: null,
  change_type: 'device',
  old_value: '{}',
  new_value: '{"name":"a"}',
  performed_by: 'test',
  performed_at,
  metadata: null,
})

const insert = ({ db }: OpenDatabase, ...times: string[]) =>
  db.insertInto('sync_history').values(times.map(change)).execute()

async function whereabouts({ db }: OpenDatabase): Promise<string[]> {
  const { rows } = await sql<{ place: string }>`
    select tableoid::regclass::text || ' ' || substr(performed_at, 1, 10) as place
    from sync_history order by performed_at`.execute(db)
  return rows.map((row) => row.place)
}

onEachDatabase('partitions', (fresh, engine) => {
  if (engine === 'sqlite') {
    test('there are none, and nothing to look after', async () => {
      assert.deepEqual(await maintainPartitions(await fresh(), 'sync_history', '2027-01-15T00:00:00.000Z'), {
        made: [],
        dropped: [],
      })
    })
    return
  }

  test('a month has its partition before it begins, and asking again makes nothing', async () => {
    const opened = await fresh()

    const first = await maintainPartitions(opened, 'sync_history', '2031-11-30T23:59:59.999Z')
    const again = await maintainPartitions(opened, 'sync_history', '2031-11-30T23:59:59.999Z')
    const later = await maintainPartitions(opened, 'sync_history', '2031-12-01T00:00:00.000Z')

    assert.deepEqual(first.made, [
      'sync_history_2031_11',
      'sync_history_2031_12',
      'sync_history_2032_01',
      'sync_history_2032_02',
    ])
    assert.deepEqual(again.made, [])
    assert.deepEqual(later.made, ['sync_history_2032_03'])
  })

  test('each row lands in its month, to the millisecond, and none of the coming months in the default', async () => {
    const opened = await fresh()
    await maintainPartitions(opened, 'sync_history', '2031-11-15T00:00:00.000Z')

    await insert(opened, '2031-11-01T00:00:00.000Z', '2031-11-30T23:59:59.999Z', '2031-12-01T00:00:00.000Z')

    assert.deepEqual(await whereabouts(opened), [
      'sync_history_2031_11 2031-11-01',
      'sync_history_2031_11 2031-11-30',
      'sync_history_2031_12 2031-12-01',
    ])
  })

  test('rows that came before their partition move into it, with all they hold', async () => {
    const opened = await fresh()
    await insert(opened, '2029-02-03T00:00:00.000Z', '2031-11-02T00:00:00.000Z')
    const before = await opened.db.selectFrom('sync_history').selectAll().orderBy('id').execute()

    await maintainPartitions(opened, 'sync_history', '2031-11-15T00:00:00.000Z')

    assert.deepEqual(await whereabouts(opened), [
      'sync_history_2029_02 2029-02-03',
      'sync_history_2031_11 2031-11-02',
    ])
    assert.deepEqual(await opened.db.selectFrom('sync_history').selectAll().orderBy('id').execute(), before)
  })

  test('months that end before the limit are dropped whole, after a dry run that drops nothing', async () => {
    const opened = await fresh()
    await insert(opened, '2029-01-31T00:00:00.000Z', '2029-02-03T00:00:00.000Z', '2029-02-20T00:00:00.000Z')
    const now = '2029-03-01T00:00:00.000Z'
    await maintainPartitions(opened, 'sync_history', now, { keepFrom: '2029-01-01T00:00:00.000Z' })

    const dry = await maintainPartitions(opened, 'sync_history', now, {
      keepFrom: '2029-02-10T00:00:00.000Z',
      dryRun: true,
    })
    assert.equal((await whereabouts(opened)).length, 3)
    const wet = await maintainPartitions(opened, 'sync_history', now, {
      keepFrom: '2029-02-10T00:00:00.000Z',
    })

    assert.deepEqual(dry.dropped, ['sync_history_2029_01'])
    assert.deepEqual(wet, dry)
    assert.deepEqual(await whereabouts(opened), [
      'sync_history_2029_02 2029-02-03',
      'sync_history_2029_02 2029-02-20',
    ])
  })

  test('two nodes that look after it at the same time do not get into each other’s way', async () => {
    const opened = await fresh()
    await insert(opened, '2031-11-02T00:00:00.000Z')

    await Promise.all(
      [1, 2, 3].map(() => maintainPartitions(opened, 'sync_history', '2031-11-15T00:00:00.000Z')),
    )

    assert.deepEqual(await whereabouts(opened), ['sync_history_2031_11 2031-11-02'])
  })

  test('metrics are kept by days: in their day, once, of a server that is there, gone with the day or the server', async () => {
    const opened = await fresh()
    const { db } = opened
    const made = { created_at: '', updated_at: '' }
    const servers = ['a', 'b'].map((id) => ({ id, hostname: id, ...made }))
    await db.insertInto('servers').values(servers).execute()
    const tell = (server_id: string, ...timestamps: string[]) =>
      db
        .insertInto('metrics')
        .values(timestamps.map((timestamp) => ({ server_id, timestamp })))
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    const places = async () => {
      const { rows } = await sql<{ place: string }>`
        select tableoid::regclass::text || ' ' || server_id as place from metrics order by timestamp, server_id`.execute(
        db,
      )
      return rows.map((row) => row.place)
    }
    const now = '2031-11-30T12:00:00.000Z'

    await tell('a', '2031-11-29T23:59:59.999Z')
    const { made: days } = await maintainPartitions(opened, 'metrics', now)
    await tell('a', '2031-11-29T23:59:59.999Z', '2031-11-30T00:00:00.000Z')
    await tell('b', '2031-11-30T00:00:00.000Z', '2031-12-01T00:00:00.000Z')
    await assert.rejects(tell('nobody', now))

    assert.deepEqual(days, [
      'metrics_2031_11_29',
      'metrics_2031_11_30',
      'metrics_2031_12_01',
      'metrics_2031_12_02',
      'metrics_2031_12_03',
    ])
    assert.deepEqual(await places(), [
      'metrics_2031_11_29 a',
      'metrics_2031_11_30 a',
      'metrics_2031_11_30 b',
      'metrics_2031_12_01 b',
    ])
    const keepFrom = '2031-11-30T00:00:00.000Z'
    assert.deepEqual((await maintainPartitions(opened, 'metrics', now, { keepFrom })).dropped.at(-1), days[0])
    await db.deleteFrom('servers').where('id', '=', 'a').execute()
    assert.deepEqual(await places(), ['metrics_2031_11_30 b', 'metrics_2031_12_01 b'])
  })

  test('a table that somebody reads for long is left for the next time', async () => {
    const opened = await fresh()
    const { made } = await opened.db.transaction().execute(async (transaction) => {
      await transaction.selectFrom('metrics').select('id').execute()
      return maintainPartitions(opened, 'metrics', '2031-11-30T12:00:00.000Z', { patience: 50 })
    })

    assert.deepEqual(made, [])
    const later = await maintainPartitions(opened, 'metrics', '2031-11-30T12:00:00.000Z')
    assert.equal(later.made.length, 4)
  })
})
