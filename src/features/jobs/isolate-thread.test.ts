import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { runInThread } from '#features/jobs/isolate-thread.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import { AppError } from '#kernel/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-thread-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let modules = 0

/** A module whose `run(input, signal)` has this body. */
function work(body: string, head = ''): URL {
  const file = join(folder, `work-${++modules}.mjs`)
  const begun = `import { writeFileSync } from 'node:fs'\nconst begun = () => writeFileSync('${file}.begun', '')`
  writeFileSync(file, `${begun}\n${head}\nexport async function run(input, signal) {\n${body}\n}`)
  return pathToFileURL(file)
}

/** Aborts as soon as the work of the module has said that it has begun. */
async function abortInTheMiddle(module: URL, controller: AbortController, reason?: Error): Promise<void> {
  while (!existsSync(`${fileURLToPath(module)}.begun`)) await new Promise((resolve) => setTimeout(resolve, 5))
  controller.abort(reason)
}

const quiet = () => new AbortController().signal
const errors = JSON.stringify(import.meta.resolve('#kernel/errors.ts'))

test('work in a thread gives its result', async () => {
  const given = await runInThread(work('return { twice: input.count * 2 }'), { count: 21 }, quiet(), {
    graceMs: 100,
  })

  assert.deepEqual(given, { twice: 42 })
})

test('an endless loop is ended after the grace and nothing here waits for it', async () => {
  const controller = new AbortController()
  const module = work('begun(); for (;;) Math.random()')
  let turns = 0
  const turning = setInterval(() => (turns += 1), 10)

  const running = runInThread(module, null, controller.signal, { graceMs: 200 })
  await abortInTheMiddle(module, controller, new Error('cancelled'))
  const aborted = performance.now()

  await assert.rejects(running, { code: 'HANDLER_STUCK' })
  clearInterval(turning)
  assert.ok(performance.now() - aborted < 1_200, 'ended within the grace and a second')
  assert.ok(turns > 10, 'the event loop went on')
})

test('work that may have acted and had to be ended has an outcome that nobody knows', async () => {
  const controller = new AbortController()

  const module = work('begun(); for (;;) Math.random()')

  const running = runInThread(module, null, controller.signal, { graceMs: 50, mayHaveActed: true })
  await abortInTheMiddle(module, controller)

  await assert.rejects(running, (error) => error instanceof OutcomeUnknown)
})

test('work that stops when it is asked to throws why it was asked', async () => {
  const controller = new AbortController()
  const module = work(
    'await new Promise((_, reject) => { signal.addEventListener("abort", () => reject(signal.reason)); begun() })',
  )

  const running = runInThread(module, null, controller.signal, { graceMs: 5_000 })
  await abortInTheMiddle(module, controller, new Error('paused'))

  await assert.rejects(running, (error) => error === controller.signal.reason)
})

test('what was done within the grace counts', async () => {
  const controller = new AbortController()
  const module = work(
    'await new Promise((resolve) => { signal.addEventListener("abort", resolve); begun() }); return "done"',
  )

  const running = runInThread(module, null, controller.signal, { graceMs: 5_000 })
  await abortInTheMiddle(module, controller)

  assert.equal(await running, 'done')
})

test('work that eats memory is ended and this process lives', async () => {
  const module = work('const all = []; for (;;) all.push(new Array(100_000).fill(input))')

  await assert.rejects(runInThread(module, 1.5, quiet(), { graceMs: 100, memoryMb: 32 }), (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'HANDLER_STUCK')
    assert.match(error.message, /32 MB/)
    return true
  })
})

test('work that falls over or ends the thread is told as such', async () => {
  const thrown = work(
    'setTimeout(() => { throw new Error("late") }); await new Promise(() => setInterval(() => {}, 9))',
  )
  const gone = work('process.exit(0)')

  await assert.rejects(runInThread(thrown, null, quiet(), { graceMs: 100 }), /fell over: late/)
  await assert.rejects(runInThread(gone, null, quiet(), { graceMs: 100 }), /without an answer/)
})

test('errors of the work keep their code, and those of strangers their words', async () => {
  const ours = work(
    'throw new AppError("TOO_MANY_REQUESTS", "Slower", { hint: "Wait.", retryAfterSeconds: 7 })',
    `import { AppError } from ${errors}`,
  )
  const strange = work('throw new TypeError("odd")')

  await assert.rejects(runInThread(ours, null, quiet(), { graceMs: 100 }), (error) => {
    assert.ok(error instanceof AppError)
    assert.deepEqual(
      [error.code, error.message, error.hint, error.retryAfterSeconds],
      ['TOO_MANY_REQUESTS', 'Slower', 'Wait.', 7],
    )
    return true
  })
  await assert.rejects(runInThread(strange, null, quiet(), { graceMs: 100 }), {
    name: 'TypeError',
    message: 'odd',
  })
})

test('work in a thread sees nothing of our environment', async () => {
  process.env['ROLLCALL_THREAD_SECRET'] = 'hidden'

  const seen = await runInThread(work('return Object.keys(process.env)'), null, quiet(), { graceMs: 100 })

  assert.deepEqual(seen, [])
  delete process.env['ROLLCALL_THREAD_SECRET']
})
