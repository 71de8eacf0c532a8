import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import type { ReportedConfig } from '#model/record.ts'
import { openByLibrary } from '#sources/oxidized/git-library.ts'
import { openByProgram } from '#sources/oxidized/git-program.ts'
import { openHistories, type TracedNode } from '#sources/oxidized/history.ts'
import type { FileVersion, Repository } from '#sources/oxidized/repository.ts'
import type { KeptConfigs } from '#sources/source.ts'
import { commitTo, type FakeCommit } from '#test/fakes/oxidized-repository.ts'
import { oxidizedLab, switchConfig } from '#test/fakes/oxidized-world.ts'
import { failing, never } from '#test/http-lab.ts'
import { readAll } from '#test/source-contract.ts'

const lab = oxidizedLab()
const isInstalled = spawnSync('git', ['--version']).status === 0
const withGit = isInstalled ? {} : { skip: 'the program git is not installed' }

const folders: string[] = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-history-'))
  folders.push(folder)
  return folder
}

const latin = Buffer.from('hostname Z\xfcrich\r\n\r\n', 'latin1')

/** Two nodes, one of them in a group of two words, a file of none, a deletion, and a clock that was set back. */
const commits: FakeCommit[] = [
  {
    files: { 'site-a/access/sw-1': 'hostname a\n' },
    seconds: 1_600_000_000,
    message: 'update site-a/access/sw-1',
  },
  { files: { 'edge-1.example.net': latin }, seconds: 1_600_000_060, author: 'Ada Löve' },
  { files: { 'site-a/access/sw-1': 'hostname b\n', 'left/gone': 'x\n' }, seconds: 1_600_000_120 },
  { files: { 'edge-1.example.net': 'hostname no newline' }, seconds: 1_500_000_000 },
  { files: { 'left/gone': null }, seconds: 1_600_000_180, message: 'Removing 1 obsolete configs' },
  { files: { 'site-a/access/sw-1': switchConfig, 'edge-1.example.net': 'last\n\n' }, seconds: 1_600_000_240 },
]

const node = (sourceId: string, revision?: string): TracedNode => ({
  sourceId,
  model: 'IOS',
  kept:
    revision === undefined
      ? undefined
      : { revision, retrievedAt: '2020-09-13T12:30:00.000Z', hash: '', text: null, metadata: {} },
})

const keeping = (...revisions: string[]): KeptConfigs => ({
  newest: async () => new Map(),
  revisions: async (asked) => new Set(asked.filter((each) => revisions.includes(each))),
})

async function versionsOf(
  place: string,
  nodes: TracedNode[],
  kept: KeptConfigs = keeping(),
): Promise<ReportedConfig[]> {
  const histories = await openHistories(
    place,
    nodes.map(({ sourceId }) => sourceId),
    never,
  )
  try {
    return (await Array.fromAsync(histories.versions(nodes, kept, never))).flat()
  } finally {
    await histories.close()
  }
}

const short = (configs: readonly ReportedConfig[]) =>
  configs.map(({ deviceSourceId, text, retrievedAt }) => [
    deviceSourceId.split('/').at(-1),
    text.split('\n')[0]!.trim(),
    retrievedAt.slice(0, 16),
  ])

const both = [node('edge-1.example.net'), node('site-a/access/sw-1')]

test('every version of every node is told in the order of commits, also where a clock was set back', async () => {
  const folder = join(await newFolder(), 'oxidized.git')
  const ids = await commitTo(folder, commits)

  const configs = await versionsOf(folder, both)

  assert.deepEqual(short(configs), [
    ['sw-1', 'hostname a', '2020-09-13T12:26'],
    ['edge-1.example.net', 'hostname Zürich', '2020-09-13T12:27'],
    ['sw-1', 'hostname b', '2020-09-13T12:28'],
    ['edge-1.example.net', 'hostname no newline', '2020-09-13T12:27'],
    ['edge-1.example.net', 'last', '2020-09-13T12:30'],
    [
      'sw-1',
      '! Cisco IOS Software, C2960 Software, Version 15.2(7)E8, RELEASE SOFTWARE (fc3)',
      '2020-09-13T12:30',
    ],
  ])
  assert.deepEqual(
    configs.map(({ revision }) => ids.indexOf(revision!)),
    [0, 1, 2, 3, 5, 5],
  )
  assert.deepEqual(configs[1]!.metadata, { model: 'IOS', author: 'Ada Löve', message: 'update' })
  assert.equal(configs[3]!.metadata!['committedAt'], '2017-07-14T02:40:00.000Z')
})

test('the bytes are those that git shows', withGit, async () => {
  const folder = join(await newFolder(), 'oxidized.git')
  await commitTo(folder, commits)

  for (const { deviceSourceId, revision, text, encoding } of await versionsOf(folder, both)) {
    const shown = execFileSync('git', [`--git-dir=${folder}`, 'show', `${revision}:${deviceSourceId}`])
    assert.ok(Buffer.from(text, encoding ?? 'utf8').equals(shown))
  }
})

async function everything(repository: Repository) {
  const versions: [FileVersion, string][] = []
  for await (const version of repository.versions(undefined, never))
    versions.push([version, (await repository.blob(version.blob, never)).toString('hex')])
  const result = {
    head: await repository.head(never),
    files: Object.fromEntries(await repository.files(never)),
    commits: (await Array.fromAsync(repository.commits(never))).flat(),
    versions,
    later: await Array.fromAsync(repository.versions(versions[2]![0].commit, never)),
  }
  await repository.close()
  return result
}

test('the program git and the library read the same', withGit, async () => {
  const folder = join(await newFolder(), 'oxidized.git')
  const empty = join(await newFolder(), 'empty.git')
  await commitTo(folder, commits)
  await commitTo(empty, [])

  assert.deepEqual(await everything(openByLibrary(folder)), await everything(openByProgram(folder)))
  for (const open of [openByLibrary, openByProgram]) {
    const repository = open(empty)
    assert.equal(await repository.head(never), undefined)
    await repository.close()
  }
})

test('only what came after the newest kept commit is read, and that one again', async () => {
  const folder = join(await newFolder(), 'oxidized.git')
  const ids = await commitTo(folder, commits)
  const kept = keeping(ids[0]!, ids[1]!, ids[2]!)
  const nodes = [node('edge-1.example.net', ids[1]), node('site-a/access/sw-1', ids[2])]

  const configs = await versionsOf(folder, nodes, kept)

  assert.deepEqual(
    configs.map(({ revision }) => ids.indexOf(revision!)),
    [2, 3, 5, 5],
  )
  const [more] = await commitTo(folder, [
    { files: { 'site-a/access/sw-1': 'new\n' }, seconds: 1_700_000_000 },
  ])
  const later = await versionsOf(folder, nodes, keeping(...ids))
  assert.deepEqual(
    later.map(({ revision }) => revision),
    [ids[5], ids[5], more],
  )
})

test('a node that was added later gets its whole history', async () => {
  const folder = join(await newFolder(), 'oxidized.git')
  const ids = await commitTo(folder, commits)

  const configs = await versionsOf(
    folder,
    [node('edge-1.example.net'), node('site-a/access/sw-1', ids[5])],
    keeping(...ids),
  )

  assert.deepEqual(
    short(configs).map(([name]) => name),
    ['edge-1.example.net', 'edge-1.example.net', 'edge-1.example.net', 'sw-1'],
  )
})

test('a history that was written anew is read from its beginning', async () => {
  const folder = join(await newFolder(), 'oxidized.git')
  await commitTo(folder, commits)

  const configs = await versionsOf(
    folder,
    [node('site-a/access/sw-1', 'f'.repeat(40))],
    keeping('f'.repeat(40)),
  )

  assert.equal(configs.length, 3)
})

test('groups with repositories of their own are found beside the first and in a folder of all', async () => {
  const folder = await newFolder()
  await commitTo(join(folder, 'default.git'), [{ files: { r1: 'default\n' }, seconds: 1_600_000_000 }])
  await commitTo(join(folder, 'site-a.git'), [
    { files: { r1: 'site a\n', 'r1--version': 'x\n' }, seconds: 1_600_000_000 },
  ])
  const nodes = [node('r1'), node('site-a/r1')]

  for (const place of [join(folder, 'default.git'), folder])
    assert.deepEqual(
      (await versionsOf(place, nodes)).map(({ deviceSourceId, text }) => [deviceSourceId, text]),
      [
        ['r1', 'default\n'],
        ['site-a/r1', 'site a\n'],
      ],
      place,
    )
})

test('with a repository nothing but the list of nodes is asked of Oxidized, and the history comes along', async () => {
  const folder = join(await newFolder(), 'oxidized.git')
  await commitTo(folder, commits)

  const { records, verdict } = await readAll(lab.open({ repository: folder }))

  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual(lab.fake.requests, ['/nodes.json'])
  const device = records.find((record) => record.sourceId === 'site-a/access/sw-1')!
  assert.ok(device.kind === 'device' && device.interfaces!.length === 2)
  const { checks } = await lab.open({ repository: folder }).test(never)
  assert.deepEqual(checks!.at(-1), {
    name: 'Read the history',
    result: 'limited',
    detail: '2 of 3 nodes have a file in it',
    fix: 'Configurations of the others are asked of Oxidized itself.',
  })
})

test('without its repository the devices are read all the same, and the reading is partial', async () => {
  const folder = join(await newFolder(), 'nowhere.git')

  const { records, verdict } = await readAll(lab.open({ repository: folder }))

  assert.equal(records.length, 3)
  assert.ok(!verdict.complete && verdict.reason.startsWith('There is no Git repository in '))
  await assert.rejects(openHistories(folder, ['sw-1'], never), failing('SOURCE_FILE_UNREADABLE'))
})

const damaged = async (t: TestContext): Promise<string> => {
  const folder = join(await newFolder(), 'oxidized.git')
  const [, , third] = await commitTo(folder, commits)
  const file = join(folder, 'objects', third!.slice(0, 2), third!.slice(2))
  await rm(file)
  await writeFile(file, 'no object')
  t.diagnostic(folder)
  return folder
}

test('a damaged repository gives a clear error, by the program and by the library', async (t) => {
  const folder = await damaged(t)
  for (const open of isInstalled ? [openByProgram, openByLibrary] : [openByLibrary]) {
    const repository = open(folder)
    await assert.rejects(
      Array.fromAsync(repository.versions(undefined, never)),
      failing('SOURCE_FILE_UNREADABLE', /could not be read/),
    )
    await assert.rejects(repository.blob('0'.repeat(40), never), failing('SOURCE_FILE_UNREADABLE'))
    await repository.close()
  }
  const { verdict, records } = await readAll(lab.open({ repository: folder }))
  assert.deepEqual([records.length, verdict.complete], [3, false])
})

test('an abort ends the reading of a repository with its own reason', async () => {
  const folder = join(await newFolder(), 'oxidized.git')
  await commitTo(folder, commits)
  const reason = new Error('enough')
  const stop = new AbortController()
  const histories = await openHistories(folder, ['site-a/access/sw-1'], never)
  const pages = histories.versions(both, keeping(), stop.signal)
  stop.abort(reason)

  await assert.rejects(pages.next(), (thrown) => thrown === reason)
  await histories.close()
})
