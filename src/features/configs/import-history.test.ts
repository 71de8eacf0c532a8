import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { runSource } from '#features/sync/run-source.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { commitTo, type FakeCommit } from '#test/fakes/oxidized-repository.ts'
import { oxidizedLab } from '#test/fakes/oxidized-world.ts'
import { countRowWrites } from '#test/row-writes.ts'
import { syncWorld } from '#test/sync-world.ts'

const lab = oxidizedLab()
const folders: string[] = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

const text = (name: string, number: number) =>
  Buffer.from(`hostname ${name}\n! ${number} \xe9\n`, number % 3 ? 'utf8' : 'latin1')

/** Two nodes that change in turn. */
const commits: FakeCommit[] = Array.from({ length: 24 }, (_, number) => {
  const name = number % 2 === 0 ? 'site-a/access/sw-1' : 'edge-1.example.net'
  return {
    files: { [name]: text(name, number) },
    seconds: 1_600_000_000 + number * 60,
    message: `update ${name}`,
  }
})

async function lay(from: number, to: number, folder?: string): Promise<string> {
  const created = folder ?? join(await mkdtemp(join(tmpdir(), 'rollcall-import-')), 'oxidized.git')
  if (folder === undefined) folders.push(join(created, '..'))
  await commitTo(created, commits.slice(from, to))
  return created
}

async function world(opened: OpenDatabase) {
  const { context } = syncWorld(opened)
  return {
    read: (settings: object) =>
      runSource(
        context,
        { name: 'ox', system: 'oxidized', provesAbsence: true, source: lab.open({ ...settings }) },
        { startedBy: 'system:test', jobId: null },
        new AbortController().signal,
      ),
    hashes: async (sourceId: string) => {
      const rows = await context.db
        .selectFrom('device_configs')
        .select(['version', 'config_hash'])
        .where('source_id', '=', sourceId)
        .orderBy('version')
        .execute()
      assert.deepEqual(
        rows.map(({ version }) => version),
        rows.map((_, index) => index + 1),
      )
      return rows.map((row) => row.config_hash)
    },
    statuses: async () =>
      new Map(
        (await context.db.selectFrom('devices').select(['source_id', 'status']).execute()).map((row) => [
          row.source_id,
          row.status,
        ]),
      ),
  }
}

const expected = (name: string, from: number, to: number) =>
  commits
    .slice(from, to)
    .flatMap(({ files }) => files[name] ?? [])
    .map((bytes) => createHash('sha256').update(bytes).digest('hex'))

onEachDatabase('the history of an Oxidized', (fresh) => {
  test('is imported whole and in order, and a second reading writes nothing', async () => {
    const opened = await fresh()
    const { read, hashes } = await world(opened)
    const repository = await lay(0, 24)
    assert.equal((await read({ repository })).status, 'complete')
    const counter = await countRowWrites(opened)

    const again = await read({ repository })

    assert.equal(again.status, 'complete')
    assert.deepEqual(Object.keys(await counter.take()), ['sync_metadata', 'sync_runs'])
    assert.deepEqual(await hashes('site-a/access/sw-1'), expected('site-a/access/sw-1', 0, 24))
    assert.deepEqual(await hashes('edge-1.example.net'), expected('edge-1.example.net', 0, 24))
  })

  test('goes on where it ended, and comes before versions that were read over HTTP', async () => {
    const { read, hashes } = await world(await fresh())
    for (const [index, name] of ['site-a/access/sw-1', 'edge-1.example.net'].entries())
      lab.fake.nodes[index]!.config = text(name, 20 + index)
    await read({})
    const repository = await lay(0, 12)
    await read({ repository })
    await lay(12, 24, repository)
    await read({ repository })

    for (const name of ['site-a/access/sw-1', 'edge-1.example.net']) {
      const kept = await hashes(name)
      assert.deepEqual(kept.slice(0, 12), expected(name, 0, 24))
    }
  })

  test('stays with a node that left Oxidized', async () => {
    const { read, hashes, statuses } = await world(await fresh())
    const repository = await lay(0, 6)
    await read({ repository })
    lab.fake.nodes = lab.fake.nodes.slice(1)

    await read({ repository })

    assert.equal((await statuses()).get('site-a/access/sw-1'), 'inactive')
    assert.equal((await hashes('site-a/access/sw-1')).length, 3)
  })
})
