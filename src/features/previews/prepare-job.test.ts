import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { previewWorld } from '#test/preview-world.ts'
import { machine } from '#test/scripted-source.ts'

const csv = 'id,name,cost\n1,web,3\n2,db,4\n3,nas,5\n'
const limited: Actor = {
  ...systemActor('x'),
  kind: 'user',
  name: 'lim@example.net',
  role: 'operator',
  tags: ['ours'],
}

onEachDatabase('a preview', (fresh) => {
  const world = async (jobs = {}) => previewWorld(await fresh(), jobs)

  test('of a file holds every row with what the action says, and waits for an approval', async () => {
    const { previewFile, rowsOf, script, context } = await world()
    script.say = ({ number, input }) => ({
      before: { cost: 0 },
      after: input,
      costCents: number * 100 + 1,
      version: `v${number}`,
      warnings: number > 1 ? ['It is expensive'] : [],
      ...(number === 3 ? { nothingToDo: 'It is so already.' } : {}),
    })

    const job = await previewFile(csv)
    const rows = await rowsOf(job.id)

    assert.equal(job.status, 'pending')
    assert.deepEqual([job.approval, job.waiting_for], ['waiting', 'approval'])
    assert.deepEqual([job.total_rows, job.skipped_rows, job.processed_rows], [3, 1, 1])
    assert.equal(job.estimated_cost_cents, 302)
    assert.deepEqual(job.preview.columns, ['id', 'name', 'cost'])
    assert.deepEqual(job.preview.warnings, [{ text: 'It is expensive', rows: 2 }])
    assert.deepEqual(
      rows.map(({ row_number, row_key, status, input }) => [row_number, row_key, status, input['name']]),
      [
        [1, '1', 'pending', 'web'],
        [2, '2', 'pending', 'db'],
        [3, '3', 'skipped', 'nas'],
      ],
    )
    assert.equal(rows[2]!.error_message, 'It is so already.')
    assert.match(job.approval_hash!, /^[0-9a-f]{8}-[0-9a-f]{64}$/)
    assert.ok(
      context.happenings.some(
        ({ topic, data }) => topic === 'job.changed' && data['waitingFor'] === 'approval',
      ),
    )
  })

  test('approved is exactly what was shown: any later change of what is stored is noticed', async () => {
    const { previewFile, checkApproval, context } = await world()
    const rows = 'update job_rows set'
    const changes = [
      `${rows} input = '{"id":"9"}' where job_id = JOB and row_number = 2`,
      `${rows} row_version = 'other' where job_id = JOB and row_number = 1`,
      `${rows} row_key = 'other' where job_id = JOB and row_number = 1`,
      `${rows} status = 'skipped' where job_id = JOB and row_number = 3`,
      `${rows} estimated_cost_cents = 1 where job_id = JOB and row_number = 3`,
      'delete from job_rows where job_id = JOB and row_number = 3',
      `update jobs set parameters = '{"note":"x"}' where id = JOB`,
      `update jobs set options = '{"concurrency":64}' where id = JOB`,
      `update jobs set requester = '{"name":"mallory"}' where id = JOB`,
      `update jobs set approval_expires_at = '2999-01-01T00:00:00.000Z' where id = JOB`,
      `update jobs set action = 'open' where id = JOB`,
    ]

    for (const change of changes) {
      const { id } = await previewFile(csv)
      assert.equal(await checkApproval(id), true)
      await sql.raw(change.replace('JOB', `${id}`)).execute(context.db)
      assert.equal(await checkApproval(id), false, change)
    }
  })

  test('with a row that the action refuses ends as failed, names the place, and keeps no row', async () => {
    const { previewFile, rowsOf } = await world()

    const job = await previewFile('id,port\na,80\nb,http\nc,\n', { action: 'open' })

    assert.deepEqual([job.status, job.error_code], ['failed', 'ROWS_INVALID'])
    assert.match(job.error_message!, /line 3, column port: "http"/)
    assert.deepEqual(
      (JSON.parse(job.result!) as { complaints: { path: string }[] }).complaints.map(({ path }) => path),
      ['line 3, column port', 'line 4, column port'],
    )
    assert.deepEqual(await rowsOf(job.id), [])
  })

  test('of a file with keys that come twice fails with both lines', async () => {
    const { previewFile } = await world()

    const job = await previewFile('id\n1\n2\n1\n')

    assert.equal(job.status, 'failed')
    assert.match(job.error_message!, /line 4, column id: "1", expected a value that differs from line 2/)
  })

  test('begun again after its process died has every row once', async () => {
    const { upload, create, prepare, rowsOf, script } = await world()
    const id = await create({ rowsFrom: { kind: 'file', upload: await upload('a.csv', csv) } })
    const lines = Array.from({ length: 2_400 }, (_, n) => `${n},x`).join('\n')
    const large = await create({
      rowsFrom: { kind: 'file', upload: await upload('b.csv', `id,a\n${lines}\n`) },
    })
    const stop = new AbortController()
    script.say = ({ number }) => {
      if (number === 1_600) stop.abort(new Error('the process ends'))
      return {}
    }

    await assert.rejects(prepare(large, stop.signal), /the process ends/)
    const half = await rowsOf(large)
    script.say = () => ({})
    const whole = await prepare(large)

    assert.ok(half.length > 0 && half.length < 2_400)
    assert.equal(whole.approval, 'waiting')
    assert.deepEqual(
      (await rowsOf(large)).map((row) => row.row_number),
      Array.from({ length: 2_400 }, (_, n) => n + 1),
    )
    assert.equal((await prepare(id)).total_rows, 3)
  })

  test('that was called off writes nothing more', async () => {
    const { upload, create, prepare, rowsOf, context, script } = await world()
    const lines = Array.from({ length: 2_400 }, (_, n) => `${n},x`).join('\n')
    const id = await create({ rowsFrom: { kind: 'file', upload: await upload('b.csv', `id,a\n${lines}\n`) } })
    let asked: Promise<unknown> | undefined
    script.say = ({ number }) => {
      if (number === 1_200)
        asked = context.db
          .updateTable('jobs')
          .set({ cancel_requested_at: context.clock.now() })
          .where('id', '=', id)
          .execute()
      return {}
    }

    const job = await prepare(id)
    await asked

    assert.equal(job.approval, 'preparing')
    assert.ok((await rowsOf(id)).length < 2_400)
  })

  test('in mode auto goes on by itself only where it breaks no rule', async () => {
    const { previewFile, script } = await world()

    const small = await previewFile(csv, { mode: 'auto' })
    script.say = () => ({ warnings: ['Look at this'] })
    const warned = await previewFile(csv, { mode: 'auto' })

    assert.deepEqual([small.approval, small.waiting_for, small.status], ['approved', null, 'pending'])
    assert.deepEqual([warned.approval, warned.waiting_for], ['waiting', 'approval'])
  })

  test('that has nothing to do waits for nobody', async () => {
    const { previewFile, create, prepare, script } = previewWorld(await fresh())
    script.say = ({ key }) => (key === '2' ? {} : { nothingToDo: 'It is so already.' })

    const some = await previewFile('id\n1\n2\n')
    const none = await previewFile('id\n1\n3\n')
    const empty = await prepare(
      await create({ action: 'mark', rowsFrom: { kind: 'query', q: 'name:nothing' } }),
    )

    assert.deepEqual(
      [some, none, empty].map(({ approval, waiting_for: waitingFor }) => [approval, waitingFor]),
      [
        ['waiting', 'approval'],
        ['approved', null],
        ['approved', null],
      ],
    )
  })

  test('of more rows than are allowed fails early', async () => {
    const policy = { ...(await world()).context.config.jobs.policy, maxRows: 2 }
    const { previewFile } = await world({ policy })

    const job = await previewFile(csv)

    assert.deepEqual([job.status, job.error_code], ['failed', 'POLICY_VIOLATED'])
  })

  test('joins rows of a file to devices as they are named, and tells what was left out', async () => {
    const { previewFile, rowsOf, read, ask } = await world()
    await read([
      [
        machine(1, { name: 'web' }),
        machine(2, { name: 'db', facts: { site: 'lab' } }),
        machine(3, { name: 'twin' }),
        machine(4, { name: 'twin' }),
      ],
    ])
    const id = (await ask('device.list', { q: 'name:web' })).items[0].id

    const job = await previewFile(
      'asset,hostname\n1,WEB\n2,gone\n3,twin\n4,\n5,192.0.2.2\n6,gone\n7,lost\n8,away\n9,never\n',
      {
        action: 'mark',
        file: { key: ['asset'] },
      },
    )
    const rows = await rowsOf(job.id)

    assert.equal(job.error_message, null)
    assert.deepEqual(
      rows.map(({ row_key, device_id }) => [row_key, device_id === id]),
      [
        ['1', true],
        ['5', false],
      ],
    )
    assert.deepEqual(job.preview.excluded, [
      { reason: 'No device has this hostname', rows: 5, examples: ['gone', 'lost', 'away'] },
      { reason: 'Column hostname is empty', rows: 1, examples: ['line 5'] },
      { reason: 'Several devices have this hostname', rows: 1, examples: ['twin'] },
    ])
    assert.ok(
      job.preview.blastRadius.some(
        (each: { by: string; value: string; rows: number }) => each.by === 'type' && each.rows === 2,
      ),
    )
  })

  test('of a file none of whose rows names a device is refused', async () => {
    const { previewFile } = await world()

    const job = await previewFile('name\nnobody\n', { action: 'mark' })

    assert.deepEqual([job.status, job.error_code], ['failed', 'ROWS_INVALID'])
  })

  test('of a query is about the devices of one moment, each once, also while they change', async () => {
    const { create, prepare, rowsOf, read, script, context } = await world()
    const many = Array.from({ length: 620 }, (_, n) => machine(n + 1))
    await read([many])
    const id = await create({ action: 'mark', rowsFrom: { kind: 'query', q: 'type:vm' } })
    let changing: Promise<unknown> | undefined
    script.say = ({ number }) => {
      // In the middle of it one device leaves the query, and another one's id moves it behind.
      if (number === 100)
        changing = context.db
          .updateTable('devices')
          .set({ device_type: 'server' })
          .where('name', 'in', ['web-01', 'web-619'])
          .execute()
      return {}
    }

    const job = await prepare(id)
    await changing
    const ids = (await rowsOf(id)).map(({ device_id }) => device_id)

    assert.equal(job.total_rows, 620)
    assert.equal(new Set(ids).size, 620)
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => a! - b!),
    )
  })

  test('of a query tells how many devices are left out because something is not known', async () => {
    const { create, prepare, read } = await world()
    await read([[machine(1, { facts: { site: 'lab' } }), machine(2), machine(3)]])

    const job = await prepare(
      await create({ action: 'mark', rowsFrom: { kind: 'query', q: 'type:vm site:lab' } }),
    )

    assert.equal(job.error_message, null)
    assert.deepEqual(job.preview.excluded, [
      {
        reason: 'site is not known, so it cannot be said whether it fits',
        rows: 2,
        examples: ['web-02', 'web-03'],
      },
    ])
  })

  test('shows a person with tags only devices that carry one', async () => {
    const { create, prepare, rowsOf, read, ask } = await world()
    await read([[machine(1), machine(2)]])
    const { items } = await ask('device.list', { sort: 'name' })
    const [mine, other] = [items[0].id as number, items[1].id as number]
    await ask('device.tag', { ids: [mine], add: ['ours'] })

    const byQuery = await prepare(
      await create({ action: 'mark', rowsFrom: { kind: 'query', q: 'type:vm' } }, limited),
    )
    const byId = await prepare(
      await create({ action: 'mark', rowsFrom: { kind: 'ids', ids: [mine, other, mine] } }, limited),
    )

    for (const { id } of [byQuery, byId])
      assert.deepEqual(
        (await rowsOf(id)).map(({ device_id }) => device_id),
        [mine],
      )
    assert.deepEqual(byId.preview.excluded, [
      { reason: 'Named twice', rows: 1, examples: [`${mine}`] },
      { reason: 'No such device, or not allowed to see it', rows: 1, examples: [`${other}`] },
    ])
  })

  test('is refused at once for what can be seen at once', async () => {
    const { create, upload } = await world()
    const code = (work: Promise<unknown>) =>
      work.then(
        () => 'none',
        (error: unknown) => (error as AppError).code,
      )
    const mine = await upload('a.csv', csv)

    assert.equal(await code(create({ action: 'pst' })), 'NOT_FOUND')
    assert.equal(await code(create({ action: 'hidden' })), 'NOT_FOUND')
    assert.equal(await code(create({ parameters: { other: 1 } })), 'INPUT_INVALID')
    assert.equal(await code(create({ rowsFrom: { kind: 'sources', names: [] } })), 'INPUT_INVALID')
    assert.equal(await code(create({ rowsFrom: null })), 'INPUT_INVALID')
    assert.equal(
      await code(create({ action: 'mark', rowsFrom: { kind: 'query', q: 'nofield:x' } })),
      'QUERY_INVALID',
    )
    assert.equal(await code(create({ rowsFrom: { kind: 'file', upload: 'nothing' } })), 'NOT_FOUND')
    assert.equal(await code(create({ rowsFrom: { kind: 'file', upload: mine } }, limited)), 'NOT_FOUND')
    assert.equal(
      await code(create({ rowsFrom: { kind: 'sql', database: 'x', sql: 'select 1' } })),
      'NOT_FOUND',
    )
    assert.equal(
      await code(
        create({ rowsFrom: { kind: 'file', upload: mine } }, { ...systemActor('x'), permissions: new Set() }),
      ),
      'FORBIDDEN',
    )
  })

  test('of a query of another database has its rows in the order of the key', async () => {
    const opened = await fresh()
    const url = opened.path === undefined ? opened.url : `sqlite:${opened.path}`
    const { create, prepare, rowsOf } = previewWorld(opened, {
      databases: [{ name: 'own', url, timeoutSeconds: 20 }],
    })
    const query = `select name as "name", 7 as n from (select 'b' as name union all select 'a' union all select 'c') as x`

    const job = await prepare(await create({ rowsFrom: { kind: 'sql', database: 'own', sql: query } }))
    const noKey = await prepare(
      await create({ rowsFrom: { kind: 'sql', database: 'own', sql: 'select 1 as one' } }),
    )
    const writes = await prepare(
      await create({ rowsFrom: { kind: 'sql', database: 'own', sql: 'delete from jobs returning id' } }),
    )

    assert.equal(job.error_message, null)
    assert.deepEqual(
      (await rowsOf(job.id)).map(({ row_key, input }) => [row_key, input]),
      ['a', 'b', 'c'].map((name) => [name, { name, n: 7 }]),
    )
    assert.match(noKey.error_message!, /order of its rows/)
    assert.deepEqual([writes.status, writes.error_code], ['failed', 'ROWS_INVALID'])
  })
})
