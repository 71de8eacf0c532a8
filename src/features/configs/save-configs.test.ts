import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { ReportedConfig } from '#model/record.ts'
import type { Page, Source } from '#sources/source.ts'
import { runSource } from '#features/sync/run-source.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { countRowWrites } from '#test/row-writes.ts'
import { machine } from '#test/scripted-source.ts'
import { syncWorld, type SyncWorld } from '#test/sync-world.ts'

const config = (text: string, day: number, changes: Partial<ReportedConfig> = {}): ReportedConfig => ({
  deviceSourceId: 'vm-1',
  text,
  retrievedAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
  ...changes,
})

const page = (...configs: ReportedConfig[]): Page => ({ records: [machine(1)], configs })

const versions = ({ context }: SyncWorld) =>
  context.db
    .selectFrom('device_configs')
    .select(['version', 'config_text', 'config_hash', 'revision', 'metadata', 'device_id'])
    .orderBy('version')
    .execute()

const texts = async (world: SyncWorld) => (await versions(world)).map((row) => row.config_text)

onEachDatabase('configurations of a source', (fresh) => {
  test('are kept as versions that count up, with the hash of their bytes', async () => {
    const world = syncWorld(await fresh())
    await world.read([page(config('hostname a\n', 1)), page(config('hostname b\n', 2))])

    const rows = await versions(world)
    assert.deepEqual(
      rows.map((row) => [row.version, row.config_text]),
      [
        [1, 'hostname a\n'],
        [2, 'hostname b\n'],
      ],
    )
    assert.equal(rows[0]!.config_hash, createHash('sha256').update('hostname a\n').digest('hex'))
  })

  test('that are told again, by their text or by their revision, are not written again', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    const pages = [page(config('a\n', 1, { revision: 'r1' }), config('b\n', 2, { revision: 'r2' }))]
    await world.read(pages)
    await world.read([page(config('b\n', 3))])
    assert.deepEqual(await texts(world), ['a\n', 'b\n'])

    const counter = await countRowWrites(opened)
    await world.read(pages)

    assert.deepEqual(Object.keys(await counter.take()), ['sync_metadata', 'sync_runs'])
  })

  test('leave one row of history a page, with numbers and without texts', async () => {
    const world = syncWorld(await fresh())
    await world.read([page(config('secret a\n', 1), config('secret b\n', 2))])
    await world.read([page(config('secret c\n', 3))])

    const rows = await world.context.db
      .selectFrom('sync_history')
      .select(['change_type', 'old_value', 'new_value'])
      .where('change_type', '=', 'config')
      .orderBy('id')
      .execute()
    const path = 'config/lab/vm-1'
    assert.deepEqual(
      rows.map((row) => [JSON.parse(row.old_value!), JSON.parse(row.new_value!)]),
      [
        [{ [path]: null }, { [path]: 2 }],
        [{ [path]: 2 }, { [path]: 3 }],
      ],
    )
  })

  test('keep every byte, also of texts that are no UTF-8, and characters that a database does not take', async () => {
    const world = syncWorld(await fresh())
    const latin = Buffer.from([0x64, 0xfc, 0x0a, 0x0d, 0x0a])
    await world.read([
      page(
        config(latin.toString('latin1'), 1, { encoding: 'latin1' }),
        config('\ufeffa\tb\\N\r\n\0c', 2),
        config('x'.repeat(600_000), 3),
      ),
    ])

    const rows = await versions(world)
    assert.equal(rows[0]!.config_text, 'dü\n\r\n')
    assert.equal(rows[0]!.config_hash, createHash('sha256').update(latin).digest('hex'))
    assert.equal((JSON.parse(rows[0]!.metadata) as { encoding: string }).encoding, 'latin1')
    assert.equal(rows[1]!.config_text, '\ufeffa\tb\\N\r\n\u2400c')
    assert.equal(rows[1]!.config_hash, createHash('sha256').update('\ufeffa\tb\\N\r\n\0c').digest('hex'))
    assert.equal(rows[2]!.config_text!.length, 600_000)
  })

  test('of late history take their place, and the same text without a revision gets its revision', async () => {
    const world = syncWorld(await fresh())
    await world.read([page(config('b\n', 5), config('d\n', 9))])
    await world.read([
      page(
        config('a\n', 1, { revision: 'r1' }),
        config('b\n', 2, { revision: 'r2' }),
        config('c\n', 6, { revision: 'r3' }),
        config('d\n', 8, { revision: 'r4' }),
      ),
    ])

    const rows = await versions(world)
    assert.deepEqual(
      rows.map((row) => [row.version, row.config_text, row.revision]),
      [
        [1, 'a\n', 'r1'],
        [2, 'b\n', 'r2'],
        [3, 'c\n', 'r3'],
        [4, 'd\n', 'r4'],
      ],
    )
  })

  test('of a device that the source did not tell are left out, and the run says so', async () => {
    const world = syncWorld(await fresh())
    const run = await world.read([page(config('a\n', 1, { deviceSourceId: 'vm-9' }))])

    assert.deepEqual(await texts(world), [])
    assert.match(run.warnings.join(), /a configuration of vm-9, of which it has no record/)
  })

  test('are shown to the source while it is read, so that it can leave out what is kept', async () => {
    const world = syncWorld(await fresh())
    await world.read([page(config('a\n', 1, { revision: 'r1' }), config('b\n', 2, { revision: 'r2' }))])
    let seen: unknown
    const source: Source = {
      test: async () => ({ message: '', warnings: [] }),
      async *read(_signal, kept) {
        const newest = await kept!.newest(['vm-1', 'vm-2'])
        seen = [
          [...newest].map(([id, { revision, text }]) => [id, revision, text]),
          [...(await kept!.revisions(['r1', 'r9']))],
        ]
        yield { records: [machine(1)] }
        return { complete: true }
      },
    }
    await runSource(
      world.context,
      { name: 'lab', system: 'proxmox', provesAbsence: true, source },
      { startedBy: 'system:test', jobId: null },
      new AbortController().signal,
    )

    assert.deepEqual(seen, [[['vm-1', 'r2', 'b\n']], ['r1']])
  })
})
