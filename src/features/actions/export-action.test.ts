import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { exportAction } from '#features/actions/export-action.ts'
import { openExport, removeOldExports } from '#features/actions/export-file.ts'
import type { RowCall } from '#features/jobs/action.ts'
import type { JsonObject } from '#kernel/json.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing } from '#test/http-lab.ts'
import { ada } from '#test/inventory-world.ts'
import { rowWorld } from '#test/row-world.ts'
import { machine } from '#test/scripted-source.ts'

const never = new AbortController().signal

onEachDatabase('exporting as a job', (fresh) => {
  const worldOf = async (t: TestContext) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-exports-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const world = rowWorld(await fresh())
    await world.read([
      [machine(1), machine(2, { name: '=cmd|calc' }), machine(3, { name: 'web-01', deviceType: 'server' })],
    ])
    await world.ask('device.tag', { q: 'type:vm', add: ['prod/eu'] })
    const call: RowCall = { ...world.call(), config: { ...world.call().config, dataDirectory: folder } }
    const write = async (parameters: JsonObject) => {
      const { result } = await exportAction.run(call, exportAction.parameters.parse(parameters), {}, never)
      const { path: file, rows, name } = result as { path: string; rows: number; name: string }
      return { text: await readFile(file, 'utf8'), rows, name, file }
    }
    return { ...world, call, folder, write }
  }

  test('writes CSV whose cells are no formulas, for this account only, and says how many', async (t) => {
    const { write, folder } = await worldOf(t)

    const { text, rows, name, file } = await write({ format: 'csv', q: 'type:vm' })

    assert.deepEqual([rows, name], [2, 'devices-1.csv'])
    assert.equal(text.trim().split('\r\n').length, 3)
    assert.match(text, /,'=cmd\|calc,/)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.deepEqual(await readdir(path.join(folder, 'exports')), ['devices-1.csv'])
  })

  test('writes JSON Lines, a hosts file, and an inventory that Ansible reads, with names that are safe', async (t) => {
    const { write } = await worldOf(t)

    const lines = await write({ format: 'jsonl' })
    const hosts = await write({ format: 'hosts' })
    const ansible = await write({ format: 'ansible' })

    const parsed = lines.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string })
    assert.deepEqual(
      parsed.map(({ name }) => name),
      ['=cmd|calc', 'web-01', 'web-01'],
    )
    assert.match(hosts.text, /^192\.0\.2\.1\tweb-01$/m)
    assert.doesNotMatch(hosts.text, /[=|]/)
    const { all } = JSON.parse(ansible.text) as {
      all: { hosts: Record<string, JsonObject>; children: Record<string, { hosts: JsonObject }> }
    }
    assert.equal(Object.keys(all.hosts).length, 3)
    assert.equal(all.hosts['web-01']!['ansible_host'], '192.0.2.1')
    assert.equal(Object.keys(all.children['tag_prod_eu']!.hosts).length, 2)
  })

  test('of nothing is a file too', async (t) => {
    const { write } = await worldOf(t)

    const { text, rows } = await write({ format: 'ansible', q: 'name:none-such' })

    assert.deepEqual([JSON.parse(text), rows], [{ all: { hosts: {}, children: {} } }, 0])
  })

  test('gives the file to whoever asked and to admins, for a week', async (t) => {
    const { write, call, folder } = await worldOf(t)
    const { name, file } = await write({ format: 'csv' })
    await insertJob(call)
    const other = { ...ada, name: 'bob@example.net', role: 'operator' as const }

    const opened = await openExport(call, name)
    opened.stream.destroy()
    await assert.rejects(openExport({ ...call, actor: other }, name), failing('NOT_FOUND'))
    await assert.rejects(openExport(call, '../rollcall.key'), failing('NOT_FOUND'))
    await assert.rejects(openExport(call, 'devices-2.csv'), failing('NOT_FOUND'))
    const old = new Date(Date.parse(call.clock.now()) - 8 * 86_400_000)
    await utimes(file, old, old)
    await assert.rejects(openExport(call, name), failing('NOT_FOUND'))
    assert.deepEqual(await removeOldExports(call), [name])
    assert.deepEqual(await readdir(path.join(folder, 'exports')), [])
  })

  test('leaves no half of a file where it is stopped', async (t) => {
    const { call, folder } = await worldOf(t)
    const controller = new AbortController()
    controller.abort(new Error('stopped'))

    await assert.rejects(exportAction.run(call, { format: 'csv' }, {}, controller.signal), /stopped/)

    assert.deepEqual(await readdir(path.join(folder, 'exports')), [])
  })
})

/** The job that wrote the file, as far as fetching it asks. */
async function insertJob({ db, clock, actor }: RowCall): Promise<void> {
  const now = clock.now()
  await db
    .insertInto('jobs')
    .values({
      name: 'Export',
      action: 'export',
      parameters: '{}',
      original_command: '',
      status: 'completed',
      mode: 'auto',
      total_rows: 1,
      processed_rows: 1,
      successful_rows: 1,
      failed_rows: 0,
      requested_by: actor.name,
      attempt: 1,
      created_at: now,
      updated_at: now,
    } as never)
    .execute()
}
