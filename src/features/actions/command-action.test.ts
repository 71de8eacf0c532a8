import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CommandTemplate } from '#config-schema.ts'
import { commandAction } from '#features/actions/command-action.ts'
import { argumentsOf } from '#features/actions/command-line.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import type { JsonObject } from '#kernel/json.ts'
import { failing } from '#test/http-lab.ts'
import { rowWorld } from '#test/row-world.ts'

const command = (run: string[], changes: Partial<CommandTemplate> = {}): CommandTemplate => ({
  name: 'tool',
  run,
  effect: 'once',
  timeoutSeconds: 10,
  concurrency: 1,
  ...changes,
})

/** Rows about no device need no database. */
const worldOf = (configured: CommandTemplate) =>
  rowWorld({ db: undefined, reports: undefined, engine: 'sqlite' } as never, { commands: [configured] })

const runOf = (configured: CommandTemplate, input: JsonObject = {}, signal?: AbortSignal) =>
  worldOf(configured).run(commandAction, { command: 'tool' }, { input, key: 'r1' }, signal)

const node = process.execPath
const print = (what: string) => [node, '-e', `process.stdout.write(JSON.stringify(${what}))`]

test('no shell reads an argument, whatever a row holds', async () => {
  const nasty = '$(touch /tmp/x); `id` | cat && "q" \'s\' * ~ {row.b}'

  const outcome = await runOf(command([...print('process.argv.slice(1)'), '{row.a}', 'x={row.a}']), {
    a: nasty,
    b: 'no',
  })

  const { output } = outcome.result as { output: string }
  assert.deepEqual(JSON.parse(output), [nasty, `x=${nasty}`])
})

test('a value that would be read as an option is refused, except after --', () => {
  const filling = (a: string) => ({ device: undefined, columns: { a } })

  assert.throws(() => argumentsOf(['ping', '{row.a}'], filling('-f')), failing('INPUT_INVALID', /option/))
  assert.throws(
    () => argumentsOf(['ping', '{row.a}.example'], filling('--x')),
    failing('INPUT_INVALID', /option/),
  )
  assert.deepEqual(argumentsOf(['ping', '--', '{row.a}'], filling('-f')), ['ping', '--', '-f'])
  assert.deepEqual(argumentsOf(['ping', '-c{row.a}'], filling('-f')), ['ping', '-c-f'])
  assert.throws(() => argumentsOf(['ping', '{row.a}'], filling('')), failing('INPUT_INVALID', /empty/))
  assert.throws(() => argumentsOf(['ping', '{row.a}'], filling('a\0b')), failing('INPUT_INVALID'))
  assert.throws(() => argumentsOf(['{row.a}'], filling('sh')), failing('INPUT_INVALID', /program/))
  assert.throws(() => argumentsOf(['ping', '{row.b}'], filling('x')), failing('INPUT_INVALID', /no column b/))
  assert.throws(() => argumentsOf(['ping', '{name}'], filling('x')), failing('INPUT_INVALID', /no device/))
})

test('a command has the row in its environment, and nothing of ours', async () => {
  const outcome = await runOf(command(print('Object.entries(process.env)')), { 'Due date': '2027-01-01' })

  const { output } = outcome.result as { output: string }
  const environment = Object.fromEntries(JSON.parse(output) as [string, string][])
  const names = Object.keys(environment).filter((name) => !name.startsWith('__'))
  assert.deepEqual(names.sort(), [
    'HOME',
    'LANG',
    'PATH',
    'ROLLCALL_ROW_DUE_DATE',
    'ROLLCALL_ROW_KEY',
    'ROLLCALL_ROW_NUMBER',
  ])
  assert.deepEqual(
    [environment['ROLLCALL_ROW_KEY'], environment['ROLLCALL_ROW_DUE_DATE']],
    ['r1', '2027-01-01'],
  )
})

test('a command that ends badly fails its row with the last that it said', async () => {
  const script = 'for (let i = 0; i < 900; i += 1) console.error("line " + i); process.exitCode = 3'

  const failed = runOf(command([node, '-e', script]))

  await assert.rejects(failed, (error: Error) => {
    failing('COMMAND_FAILED', /tool ended with 3: /)(error)
    return error.message.endsWith('line 899') && error.message.length < 2_200
  })
  await assert.rejects(runOf(command(['no-such-program-anywhere'])), failing('SOURCE_TOOL_MISSING'))
})

test('one that takes too long is ended: unknown where it may have done something, tried again where it reads', async () => {
  const sleeping = [node, '-e', 'setInterval(() => {}, 1000)']

  await assert.rejects(runOf(command(sleeping, { timeoutSeconds: 0.3 })), OutcomeUnknown)
  const reading = runOf(command(sleeping, { timeoutSeconds: 0.3, effect: 'read' }))
  await assert.rejects(reading, failing('SOURCE_TIMEOUT', /0\.3 s/))
})

test('one that is told to stop is ended, even where it does not listen', async () => {
  const deaf = [
    node,
    '-e',
    'process.on("SIGTERM", () => {}); process.stdout.write("up"); setInterval(() => {}, 1000)',
  ]
  const stopping = () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('stopped')), 300)
    return controller.signal
  }

  await assert.rejects(runOf(command(deaf), {}, stopping()), OutcomeUnknown)
  await assert.rejects(runOf(command(deaf, { effect: 'read' }), {}, stopping()), /stopped/)
})

test('only commands of the configuration run, and a preview shows what would', async () => {
  const world = worldOf(command(['ping', '-c1', '--', '{row.host}']))

  const [good, bad] = await world.preview(commandAction, { command: 'tool' }, [
    { input: { host: 'a' } },
    { input: {} },
  ])

  assert.deepEqual(good!.after, { run: ['ping', '-c1', '--', 'a'] })
  assert.match(bad!.warnings![0]!, /no column host/)
  await assert.rejects(commandAction.check!(world.call(), { command: 'rm' }), failing('NOT_FOUND'))
  assert.equal(commandAction.needs, 'jobs.command')
})

test('a row that no program can be given is known not to have been done', async () => {
  for (const run of [
    ['/bin/echo', '{row.a}'],
    ['/bin/echo', 'hello'],
  ])
    await assert.rejects(
      runOf(command(run), { a: 'x'.repeat(3_000_000) }),
      failing('COMMAND_FAILED', /E2BIG/),
    )
})
