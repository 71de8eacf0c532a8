import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '#kernel/errors.ts'
import { runSampleCli } from '#test/run-sample-cli.ts'
import { sampleWorld } from '#test/sample-operations.ts'
import { TestClock } from '#test/test-clock.ts'

const terminal = { isTty: true, width: 60 }

test('help lists every operation by its noun, and every alias', async () => {
  const { code, out, world } = await runSampleCli('--help')
  assert.equal(code, 0)
  for (const { name, summary } of world.operations) {
    assert.match(out, new RegExp(`${name.replace('.', ' ')}.*${summary}`), name)
  }
  assert.match(out, /^everyday\n( {2}job .*\n)? {2}refresh NAMES {2,}Read things again\./m)
})

test('the help of a command names its input with kinds, words and defaults', async () => {
  const { code, out } = await runSampleCli('thing list --help')
  assert.equal(code, 0)
  assert.match(out, /\[q\.\.\.\]/)
  assert.match(out, /--kind <word> +\(server, vm, iot\)/)
  assert.match(out, /--limit <number> +\(default 100\)/)
  assert.match(out, /--tag <text> +\(may be repeated\)/)
})

test('input is given by position and by option, in the kinds the schema wants', async () => {
  const { out } = await runSampleCli('thing list thing --least 15 --tag even --no-hidden --limit 1 --json')
  assert.deepEqual(
    JSON.parse(out).items.map((each: { id: number }) => each.id),
    [2],
  )
})

test('a map is given as name=value, null by its word', async () => {
  const made = await runSampleCli(
    'thing create new --custom rack=4 --custom note=a=b --size 5 --tags a --tags b --json',
  )
  assert.equal(made.code, 0, made.errors)
  assert.deepEqual(JSON.parse(made.out).tags, ['a', 'b'])
  const cleared = await runSampleCli('thing update new --size null --json', {}, made.world)
  assert.equal(JSON.parse(cleared.out).size, null)
})

test('a table for a pipe is whole: nothing cut, times exact', async () => {
  const { out, errors } = await runSampleCli('thing list')
  assert.equal(
    out,
    [
      'ID  NAME     SIZE  TAGS  LAST SEEN',
      '1   thing-1  10          2025-12-31T23:00:00.000Z',
      '2   thing-2  20    even  2025-12-31T23:00:00.000Z',
      '3   thing-3              2025-12-31T23:00:00.000Z',
    ].join('\n'),
  )
  assert.equal(errors, '3 shown of 3.')
})

test('a table for a terminal fits its width and tells times as people do', async () => {
  const world = sampleWorld()
  world.things[0]!.name = 'a-very-long-name-that-goes-on-and-on-and-on-and-on.example.net'
  const { out } = await runSampleCli('thing list', terminal, world)
  for (const line of out.split('\n')) assert.ok(line.length <= 60, line)
  assert.match(out, /a-very-long-name-that-goes-on.*…/)
  assert.match(out, /60 min ago/)
})

test('a listing that is not all says so and how to get the rest', async () => {
  const first = await runSampleCli('thing list --limit 2', {}, sampleWorld(5))
  assert.match(first.errors, /2 shown of 5, there are more: --cursor 2 .*--all/)
  const all = await runSampleCli('thing list --limit 2 --all', {}, sampleWorld(5))
  assert.equal(all.out.split('\n').length, 6)
  const json = await runSampleCli('thing list --limit 2 --all --json', {}, sampleWorld(5))
  assert.equal(JSON.parse(json.out).items.length, 5)
  assert.equal(JSON.parse(json.out).nextCursor, null)
})

test('one thing is shown as names and values', async () => {
  const { out } = await runSampleCli('thing show 2')
  assert.match(out, /^name +thing-2$/m)
  assert.match(out, /^last seen +2025-12-31T23:00:00\.000Z \(60 min ago\)$/m)
})

test('a name from the network cannot steer the terminal', async () => {
  const world = sampleWorld()
  world.things[0]!.name = 'evil\u001b]0;owned\u0007\u202egnp'
  for (const line of ['thing list', 'thing show 1']) {
    const { out } = await runSampleCli(line, terminal, world)
    // oxlint-disable-next-line no-control-regex -- this is what must not be there
    assert.doesNotMatch(out, /[\u001b\u0007\u202e]/)
  }
})

test('what cannot be taken back is asked about, and needs --yes where nobody can answer', async () => {
  const asked: string[] = []
  const answer = (yes: boolean) => ({
    ...terminal,
    confirm: async (question: string) => {
      asked.push(question)
      return yes
    },
  })
  const no = await runSampleCli('thing remove thing-1', answer(false))
  assert.deepEqual(asked, ['Remove a thing for good (thing-1)?'])
  assert.equal(no.code, 1)
  assert.equal(no.world.things.length, 3)
  assert.equal((await runSampleCli('thing remove thing-1', answer(true))).world.things.length, 2)
  const silent = await runSampleCli('thing remove thing-1')
  assert.equal(silent.code, 2)
  assert.match(silent.errors, /--yes/)
  assert.equal(silent.world.things.length, 3)
  const sure = await runSampleCli('thing remove thing-1 --yes')
  assert.equal(sure.code, 0)
  assert.equal(sure.out, 'Done.')
})

const exits: [line: string, code: number, text: RegExp][] = [
  ['thing list', 0, /^/],
  ['thing fail --code CONFLICT', 1, /Failed with CONFLICT\nDo it otherwise\./],
  ['thing fail --code STRANGER', 1, /Something went wrong inside Rollcall/],
  ['thing list --limit many', 2, / {2}limit: expected a number, not "many"/],
  ['thing list --limt 5', 2, /unknown option '--limt'.*\(Did you mean --limit\?\)/s],
  ['thing lsit', 2, /unknown command 'lsit'.*\(Did you mean list\?\)/s],
  ['thing show', 2, /missing required argument 'id'/],
  ['thing', 2, /Usage: rollcall thing/],
  ['things', 2, /unknown command 'things'.*\(Did you mean thing\?\)/s],
  ['thing show nobody', 3, /There is no thing nobody/],
  ['thing fail --code FORBIDDEN', 4, /Failed with FORBIDDEN/],
  ['thing fail --code UNAUTHENTICATED', 4, /./],
]
for (const [line, code, text] of exits) {
  test(`\`${line}\` ends with ${code}`, async () => {
    const outcome = await runSampleCli(line)
    assert.equal(outcome.code, code, outcome.errors)
    assert.match(outcome.errors, text)
    assert.doesNotMatch(outcome.errors, /hunter2/)
  })
}

test('with --json an error is a problem document on standard error', async () => {
  const { out, errors, code } = await runSampleCli('thing show nobody --json')
  assert.equal(code, 3)
  assert.equal(out, '')
  const problem = JSON.parse(errors)
  assert.equal(problem.code, 'NOT_FOUND')
  assert.equal(problem.status, 404)
  assert.equal(JSON.parse((await runSampleCli('thing lsit --json')).errors).code, 'INPUT_INVALID')
})

test('a job is followed to its end', async () => {
  const world = sampleWorld()
  const clock = new TestClock()
  const told: string[] = []
  world.job = { status: 'running', progress: { done: 1, total: 3 } }
  const running = runSampleCli(
    'refresh thing-1',
    { ...terminal, clock, progress: (line) => told.push(line) },
    world,
  )
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(told, ['job 7 [########----------------]  33 %  1 of 3'])
  world.job = { status: 'completed', progress: { done: 3, total: 3 } }
  clock.advance(1_000)
  const { code, out } = await running
  assert.equal(code, 0)
  assert.equal(out, 'job 7 completed: 3 of 3 (100 %)')
})

test('a job that fails ends with 1, one that is not followed with its number', async () => {
  const world = sampleWorld()
  world.job.status = 'failed'
  assert.equal((await runSampleCli('thing refresh', {}, world)).code, 1)
  const started = await runSampleCli('thing refresh --no-wait --json')
  assert.deepEqual(JSON.parse(started.out), { jobId: 7 })
})

test('a job that completed and tells of failures ends with 1', async () => {
  const world = sampleWorld()
  world.job.result = { lost: ['lamp'] }
  const { code, out } = await runSampleCli('refresh', {}, world)
  assert.equal(code, 1)
  assert.match(out, /^job 7 completed: .*\nlost: lamp$/)
})

test('a job of several rows of which one failed tells of each, not only of the first that failed', async () => {
  const failed = { id: 7, status: 'failed', totalRows: 2, processedRows: 2, failedRows: 1 }
  const told = { ...failed, errorMessage: '1 of 2 rows failed', result: { lost: ['lamp'] } }
  const whole = await runSampleCli('refresh', { followJob: async () => told })
  const unsummed = await runSampleCli('refresh', { followJob: async () => ({ ...told, result: null }) })

  assert.equal(whole.code, 1)
  assert.match(whole.out, /1 failed\nlost: lamp\nWhat helps: rollcall job errors 7$/)
  assert.match(unsummed.out, /\n1 of 2 rows failed\n/)
})

test('a job that is left where no server runs is said to wait', async () => {
  const alone = await runSampleCli('refresh --no-wait', { isServed: async () => false })
  assert.deepEqual([alone.code, alone.out], [0, 'job id  7'])
  assert.match(alone.errors, /No server runs/)
  const served = await runSampleCli('refresh --no-wait', { isServed: async () => true })
  assert.equal(served.errors, '')
})

test('a job of this process that Ctrl-C cancelled ends with 130', async () => {
  const interrupt = new AbortController()
  const followJob = async () => {
    interrupt.abort(new Error('interrupted'))
    return { id: 7, status: 'cancelled' }
  }
  const { code, out } = await runSampleCli('refresh', { followJob, signal: interrupt.signal })
  assert.deepEqual([code, out], [130, 'job 7 cancelled'])
})

test('Ctrl-C ends with 130 and leaves the job alone', async () => {
  const world = sampleWorld()
  world.job.status = 'running'
  const interrupt = new AbortController()
  const progress = () => interrupt.abort(new Error('interrupted'))
  const { code, errors } = await runSampleCli(
    'refresh',
    { ...terminal, progress, signal: interrupt.signal },
    world,
  )
  assert.equal(code, 130)
  assert.match(errors, /rollcall job cancel 7/)
})

test('a secret can come from standard input', async () => {
  let given: unknown
  const execute = async ({ input }: { input: unknown }) => {
    given = input
    return { name: 'ci', token: 'x' }
  }
  await runSampleCli('token create --name ci --password -', {
    execute,
    readInput: async () => 'long enough\n',
  })
  assert.deepEqual(given, { name: 'ci', password: 'long enough' })
})

test('an unexpected error is kept for who looks into it', async () => {
  const kept: unknown[] = []
  await runSampleCli('thing fail --code STRANGER', { logFailure: (error) => kept.push(error) })
  assert.match(String(kept[0]), /hunter2/)
})

test('commands written by hand stand beside the operations', async () => {
  const seen: unknown[] = []
  const commands = [
    {
      path: 'serve',
      summary: 'Answer HTTP.',
      options: [['--port <number>', 'Where.']] as const,
      run: async (given: object) => {
        seen.push(given)
        return 5
      },
    },
    {
      path: 'config check',
      summary: 'Check.',
      run: async () => Promise.reject(new AppError('CONFIG_INVALID', 'bad')),
    },
  ]
  assert.equal((await runSampleCli('serve --port 80 --config x.yaml', { commands })).code, 5)
  assert.deepEqual(seen, [
    { arguments: [], values: { json: false, server: undefined, config: 'x.yaml', port: '80' } },
  ])
  assert.equal((await runSampleCli('config check', { commands })).code, 2)
  assert.match((await runSampleCli('', { commands })).out, /config check +Check\./)
})

test('what is wrong with the configuration is told once', async () => {
  const execute = () => {
    const complaints = [{ path: 'server.port', value: 'x', expected: 'a port' }]
    throw new AppError(
      'CONFIG_INVALID',
      'The configuration has one problem:\n  rollcall.yaml:1: server.port',
      {
        complaints,
      },
    )
  }
  const { errors } = await runSampleCli('thing list', { execute })
  assert.equal(errors.match(/server\.port/g)?.length, 1)
})
