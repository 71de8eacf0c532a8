import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runCommand } from '#features/jobs/isolate-command.ts'
import type { CommandOptions } from '#features/jobs/isolate-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-command-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const options = (given: Partial<CommandOptions> = {}): CommandOptions => ({
  timeoutMs: 10_000,
  graceMs: 1_000,
  maxOutput: 65_536,
  signal: new AbortController().signal,
  ...given,
})

const shell = (script: string, given?: Partial<CommandOptions>) =>
  runCommand(['/bin/sh', '-c', script], options(given))

function isThere(pid: number): boolean {
  try {
    // A zombie, which an init that does not reap leaves, still answers a signal.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('a command gives its exit code and both outputs', async () => {
  const end = await shell('echo good; echo bad >&2; exit 3')

  assert.deepEqual(end, {
    exitCode: 3,
    signal: null,
    endedBy: 'itself',
    stdout: 'good\n',
    stderr: 'bad\n',
    isCut: false,
  })
})

test('arguments are never read by a shell', async () => {
  const end = await runCommand(['/bin/echo', '$(id); `id` && id', '*'], options())

  assert.equal(end.stdout, '$(id); `id` && id *\n')
})

test('a command reads its input, and one that does not read it is no failure', async () => {
  const read = await runCommand(['/bin/cat'], options({ input: 'ä line\n' }))
  const unread = await runCommand(['/bin/true'], options({ input: 'x'.repeat(2_000_000) }))

  assert.equal(read.stdout, 'ä line\n')
  assert.equal(unread.exitCode, 0)
})

test('a command sees nothing of our environment', async () => {
  process.env['ROLLCALL_COMMAND_SECRET'] = 'hidden'

  const bare = await shell('env')
  const given = await shell('echo "$NAME"', { env: { NAME: 'web-01' } })

  assert.ok(!bare.stdout.includes('hidden'))
  assert.equal(given.stdout, 'web-01\n')
  delete process.env['ROLLCALL_COMMAND_SECRET']
})

test('output is cut at its bound and between letters, and the command still ends', async () => {
  const end = await shell('printf äöü; head -c 3000000 /dev/zero', { maxOutput: 5 })

  assert.equal(end.stdout, 'äö')
  assert.equal(end.isCut, true)
  assert.equal(end.exitCode, 0)
})

test('a command that takes too long gets the polite signal first', async () => {
  const end = await shell('trap "echo tidied; exit 9" TERM; while :; do sleep 0.02; done', { timeoutMs: 300 })

  assert.deepEqual([end.endedBy, end.exitCode, end.stdout], ['timeout', 9, 'tidied\n'])
})

test('a command and its children that ignore the polite signal are killed after the grace', async () => {
  const pids = join(folder, 'ignoring')
  const script = `trap "" TERM; echo $$ >> ${pids}; sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 1; done' & while :; do sleep 1; done`
  const controller = new AbortController()
  const begun = performance.now()

  const running = shell(script, { signal: controller.signal, graceMs: 300 })
  while (readLines(pids).length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  const aborted = performance.now()
  controller.abort()
  const end = await running

  assert.deepEqual([end.endedBy, end.exitCode, end.signal], ['abort', null, 'SIGKILL'])
  assert.ok(performance.now() - aborted >= 290)
  assert.ok(performance.now() - begun < 9_000)
  assert.deepEqual(readLines(pids).map(Number).filter(isThere), [])
})

test('children that closed their outputs have the same grace', async () => {
  const tidied = join(folder, 'tidied')
  const script = `sh -c 'trap "sleep 0.1; echo yes > ${tidied}; exit" TERM; echo > ${tidied}; while :; do sleep 0.02; done' > /dev/null 2>&1 & while [ ! -e ${tidied} ]; do :; done`

  await shell(script)

  assert.equal(readFileSync(tidied, 'utf8'), 'yes\n')
})

test('what a command leaves behind in its group is ended with it', async () => {
  const pids = join(folder, 'left')

  const end = await shell(
    `sh -c 'echo $$ > ${pids}; exec sleep 60' & while [ ! -s ${pids} ]; do :; done; echo over`,
  )

  assert.deepEqual([end.endedBy, end.exitCode, end.stdout], ['itself', 0, 'over\n'])
  assert.deepEqual(readLines(pids).map(Number).filter(isThere), [])
})

test('a command that has left its group cannot hold up the end', async () => {
  const marker = join(folder, 'left-group')
  const begun = performance.now()

  const end = await shell(`setsid sh -c 'touch ${marker}; sleep 3' & while [ ! -e ${marker} ]; do :; done`, {
    graceMs: 200,
  })

  assert.deepEqual([end.endedBy, end.exitCode], ['itself', 0])
  assert.ok(performance.now() - begun < 2_500)
})

test('a signal that ends a command is told', async () => {
  const end = await shell('kill -SEGV $$')

  assert.deepEqual([end.exitCode, end.signal, end.endedBy], [null, 'SIGSEGV', 'itself'])
})

test('a command that does not exist, or may not run, is known not to have run', async () => {
  const plain = join(folder, 'plain')
  writeFileSync(plain, 'text')

  await assert.rejects(runCommand(['/no/such/program'], options()), { code: 'SOURCE_TOOL_MISSING' })
  await assert.rejects(runCommand([plain], options()), { code: 'COMMAND_FAILED' })
  assert.throws(() => runCommand(['/bin/true'], options({ signal: AbortSignal.abort(new Error('over')) })), {
    message: 'over',
  })
})

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
