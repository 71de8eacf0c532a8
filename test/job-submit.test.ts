import assert from 'node:assert/strict'
import { createReadStream, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { createLog } from '#create-log.ts'
import { loadConfig } from '#config.ts'
import { cliActor } from '#features/access/cli-actor.ts'
import { followHere } from '#features/jobs/follow-here.ts'
import { createPrepareJob } from '#features/previews/prepare-job.ts'
import { storeUpload } from '#features/previews/uploads.ts'
import { operations } from '#features/operations.ts'
import { systemClock } from '#kernel/clock.ts'
import { JobId } from '#model/ids.ts'
import { openApp } from '#open-app.ts'
import { sourceTypes } from '#sources/sources.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { runCli } from '#surfaces/cli/run-cli.ts'
import { rollcall } from '#test/run-rollcall.ts'
import { adminToken, homeFolder, startServer } from '#test/running-server.ts'
import { xlsxFile } from '#test/xlsx-file.ts'

const csv = 'name,owner\nweb-01,ada\nweb-02,bob\nweb-09,eve\n'
const config = 'jobs:\n  databases:\n    - { name: assets, url: "sqlite:./assets.db" }\n'

function folderOf(context: TestContext): string {
  const folder = homeFolder(context, {
    'rows.csv': csv,
    'rollcall.yaml': config,
    'twice.csv': 'id,name\n1,web-01\n1,web-01\n',
  })
  const rows = [
    ['name', 'owner'],
    ['web-02', 'bob'],
  ]
  writeFileSync(
    path.join(folder, 'rows.xlsx'),
    xlsxFile([
      { name: 'Rack', rows },
      { name: 'Notes', rows: [['x'], ['y']] },
    ]),
  )
  const assets = new DatabaseSync(path.join(folder, 'assets.db'))
  assets.exec(`create table assets (name text, owner text); insert into assets values ('web-01', 'ada')`)
  assets.close()
  return folder
}

/** The command line in this process over a database of its own, at a terminal where somebody answers. */
async function commandLine(context: TestContext, answer = true) {
  const folder = folderOf(context)
  const interrupted = new AbortController()
  const { signal } = interrupted
  const found = loadConfig({
    argvConfig: undefined,
    environment: { HOME: folder },
    workingDirectory: folder,
    sourceTypes,
  })
  const log = createLog({ level: 'silent', format: 'json' }, process.stderr, false)
  const app = await openApp({ config: found, clock: systemClock, log, roles: [] }, signal)
  context.after(() => app.close())
  const actor = cliActor('tester')
  const prepare = createPrepareJob(app.actions)
  const asked: string[] = []
  const run = async (...argv: string[]) => {
    const [out, errors]: [string[], string[]] = [[], []]
    const code = await runCli({
      argv: argv.map((word) => (/\.(csv|xlsx)$/.test(word) ? path.join(folder, word) : word)),
      version: '0',
      operations,
      environment: {},
      execute: ({ operation, input }, each) => answerOperation(operation, app.context, actor, input, each),
      followJob: (id, report, each) =>
        followHere(app.context, app.actions, app.node, JobId.parse(id), report, each, prepare),
      upload: async (file, _, each) =>
        storeUpload(app.context, actor, path.basename(file), createReadStream(file), each),
      isServed: async () => false,
      print: (text) => out.push(text),
      printError: (text) => errors.push(text),
      isTty: true,
      width: 160,
      confirm: async (question) => {
        asked.push(question)
        return answer
      },
      clock: systemClock,
      signal,
    })
    return { code, out: out.join('\n'), errors: errors.join('\n') }
  }
  for (const name of ['web-01', 'web-02']) assert.equal((await run('device', 'create', name)).code, 0)
  const tagged = async (tag: string) =>
    (
      JSON.parse((await run('device', 'list', `tag:${tag}`, '--json')).out) as { items: { name: string }[] }
    ).items.map(({ name }) => name)
  return { run, tagged, asked }
}

test('rows of a file are shown before they are approved, and done after a yes', async (context) => {
  const { run, tagged, asked } = await commandLine(context)

  const done = await run('job', 'submit', 'rows.csv', '--action', 'tag', '--param', 'add=web')

  assert.equal(done.code, 0, done.errors)
  assert.deepEqual(asked, ['Approve exactly this?'])
  assert.match(done.out, /Put the tag web on/)
  assert.match(done.out, /1: No device has this name/)
  assert.match(done.out, /job 1 completed: 2 of 2/)
  assert.deepEqual(await tagged('web'), ['web-01', 'web-02'])
})

test('after a no, or where only its making is asked for, nothing is done', async (context) => {
  const { run, tagged, asked } = await commandLine(context, false)

  const no = await run('job', 'submit', 'rows.csv', '--action', 'tag', '--param', 'add=web')
  const made = await run(
    'job',
    'submit',
    '--query',
    'name:web-01',
    '--action',
    'tag',
    '--param',
    'add=web',
    '--no-wait',
  )

  assert.deepEqual([no.code, made.code, made.out], [5, 0, 'job 2'])
  assert.equal(asked.length, 1)
  assert.deepEqual(await tagged('web'), [])
})

test('rows also come from a sheet, a query, ids and another database, and begin by themselves in mode auto', async (context) => {
  const { run, tagged, asked } = await commandLine(context)
  const submit = (tag: string, ...from: string[]) =>
    run('job', 'submit', ...from, '--action', 'tag', '--param', `add=${tag}`, '--mode', 'auto')

  const codes = [
    await submit('sheet', 'rows.xlsx', '--sheet', 'Rack'),
    await submit('query', '--query', 'name:web-01'),
    await submit('ids', '--ids', '1,2'),
    await submit('sql', '--sql', 'select name, owner from assets', '--database', 'assets'),
  ].map(({ code, errors }) => [code, errors.includes('expected')])

  assert.deepEqual(
    codes,
    Array.from({ length: 4 }, () => [0, false]),
  )
  assert.deepEqual(asked, [])
  assert.deepEqual(await Promise.all(['sheet', 'query', 'ids', 'sql'].map(tagged)), [
    ['web-02'],
    ['web-01'],
    ['web-01', 'web-02'],
    ['web-01'],
  ])
})

test('what is wrong with the rows or the command is told with what helps', async (context) => {
  const { run } = await commandLine(context)
  const submit = (...words: string[]) =>
    run('job', 'submit', ...words, '--action', 'tag', '--param', 'add=web')

  const twice = await submit('twice.csv')
  const sheet = await submit('rows.xlsx')
  const gone = await submit('nowhere.csv')
  const both = await submit('rows.csv', '--query', 'type:vm')
  const nameless = await run('job', 'submit', 'rows.csv')
  const unknown = await run('job', 'submit', 'rows.csv', '--action', 'tagg')
  const write = await submit('--sql', 'delete from assets', '--database', 'assets')

  assert.deepEqual([twice.code, sheet.code, write.code], [1, 1, 1])
  assert.match(twice.out, /line 3, column id: "1", expected a value that differs from line 2/)
  assert.match(sheet.out, /which one is meant/)
  assert.match(write.out, /refused the query/)
  for (const { code } of [gone, both, nameless, unknown]) assert.ok(code !== 0)
  assert.match(gone.errors, /a file that is there/)
  assert.match(both.errors, /only one of FILE/)
  assert.match(nameless.errors, /--action/)
  assert.match(unknown.errors, /Did you mean tag\?/)
})

test('with --server the file goes there, and a script is told that the job waits for a person', async (context) => {
  const folder = folderOf(context)
  const server = await startServer(context, folder)
  for (const name of ['web-01', 'web-02']) await server.call('POST', '/devices', { name })
  const token = { ROLLCALL_TOKEN: adminToken }

  const line = `job submit rows.csv --action tag --param add=web --server ${server.address}`
  const waits = await rollcall(folder, `${line} --json`, token)
  const refused = await rollcall(folder, line)
  const auto = await rollcall(folder, `${line} --mode auto`, token)

  const job = JSON.parse(waits.out) as { totalRows: number; waitingFor: string }
  assert.deepEqual([waits.code, job.totalRows, job.waitingFor], [5, 2, 'approval'])
  assert.equal(refused.code, 4)
  assert.equal(auto.code, 0, auto.errors)
  assert.equal(await server.stop(), 0)
})
