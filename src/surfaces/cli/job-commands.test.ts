import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { operation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import type { CliParts } from '#surfaces/cli/cli-parts.ts'
import { runSampleCli } from '#test/run-sample-cli.ts'

const terminal = { isTty: true, width: 80, progress: () => undefined }

/** Job 7, as it stands at each look at it, and the hashes that approvals named. */
function jobs(...states: Record<string, unknown>[]) {
  const approved: string[] = []
  let looks = 0
  const operations: CliParts['operations'] = [
    operation({
      name: 'job.show',
      summary: 'Show one job.',
      http: 'GET /jobs/:id',
      effect: 'read',
      permission: 'jobs.read',
      input: z.object({ id: z.number() }),
      output: z.looseObject({}),
      cli: { arguments: ['id'], show: (job: { sentence?: string }) => job.sentence ?? '' },
      async run(_call, { id }) {
        if (id !== 7) throw new AppError('NOT_FOUND', `There is no job ${id}`)
        return { id, ...states[Math.min(looks++, states.length - 1)] }
      },
    }),
    operation({
      name: 'job.approve',
      summary: 'Let a prepared job begin.',
      http: 'POST /jobs/:id/approve',
      effect: 'change',
      permission: 'jobs.approve',
      input: z.object({ id: z.number(), hash: z.string() }),
      output: z.object({ id: z.number() }),
      cli: { arguments: ['id'] },
      async run(_call, { id, hash }) {
        approved.push(hash)
        return { id }
      },
    }),
  ]
  return { operations, approved }
}

test('a job is followed to its end, and the exit code tells how it ended', async () => {
  const good = await runSampleCli(
    'job follow 7',
    jobs({ status: 'completed', totalRows: 3, processedRows: 3 }),
  )
  const bad = await runSampleCli(
    'job follow 7',
    jobs({ status: 'failed', totalRows: 3, processedRows: 3, failedRows: 1 }),
  )
  const skipped = await runSampleCli(
    'job follow 7',
    jobs({ status: 'completed', totalRows: 3, processedRows: 3, skippedRows: 2 }),
  )

  assert.deepEqual([good.code, good.out], [0, 'job 7 completed: 3 of 3 (100 %)'])
  assert.deepEqual(
    [skipped.code, skipped.out],
    [0, 'job 7 completed: 3 of 3 (100 %), 2 skipped\nWhich, and why: rollcall job rows 7 --status skipped'],
  )
  assert.deepEqual(
    [bad.code, bad.out],
    [1, 'job 7 failed: 3 of 3 (100 %), 1 failed\nWhat helps: rollcall job errors 7'],
  )
})

for (const [waitingFor, next] of [
  ['approval', /rollcall job approve 7/],
  ['person', /rollcall job resume 7/],
  ['review', /rollcall job rows 7 --review ambiguous[^]*rollcall job resolve 7/],
  ['budget', /rollcall job errors 7[^]*rollcall job edit 7[^]*rollcall job resume 7/],
  ['canary', /rollcall job show 7[^]*rollcall job resume 7/],
] as const)
  test(`following ends with 5 and the next command where a job waits for ${waitingFor}`, async () => {
    const { code, out } = await runSampleCli('job follow 7', jobs({ status: 'paused', waitingFor }))

    assert.equal(code, 5)
    assert.match(out, /^job 7 paused, waits for /)
    assert.match(out, next)
  })

test('following goes on while a job only waits for its time', async () => {
  const interrupt = new AbortController()
  const printError = (line: string) => {
    told.push(line)
    interrupt.abort(new Error('interrupted'))
  }
  const told: string[] = []

  const { code } = await runSampleCli('job follow 7', {
    ...jobs({ status: 'pending', waitingFor: 'time' }),
    printError,
    signal: interrupt.signal,
  })

  assert.deepEqual([code, told[0]], [130, 'job 7 pending, waits for its time'])
})

test('with --json the job that was followed is what is printed', async () => {
  const { code, out } = await runSampleCli(
    'job follow 7 --json',
    jobs({ status: 'paused', waitingFor: 'review' }),
  )

  assert.equal(code, 5)
  assert.deepEqual(JSON.parse(out), { id: 7, status: 'paused', waitingFor: 'review' })
})

test('a job that is not there, or a number that is none, cannot be followed', async () => {
  assert.equal((await runSampleCli('job follow 8', jobs({}))).code, 3)
  const wrong = await runSampleCli('job follow seven', jobs({}))
  assert.deepEqual([wrong.code, /a number such as 7/.test(wrong.errors)], [2, true])
})

test('who follows a job where no server runs is told that this process does it', async () => {
  const followJob = async () => ({ id: 7, status: 'completed' })
  const parts = { ...jobs({ status: 'running' }), followJob, isServed: async () => false }

  const { code, errors } = await runSampleCli('job follow 7', parts)

  assert.equal(code, 0)
  assert.match(errors, /this process does what is to do; Ctrl-C cancels it/)
})

const waits = {
  status: 'pending',
  approval: 'waiting',
  approvalHash: 'abc',
  sentence: 'Put the tag web on 3 devices.',
}

test('on a terminal a job is shown before it is approved, and exactly that is approved after a yes', async () => {
  const { approved, operations } = jobs(waits)
  const asked: string[] = []
  const confirm = async (question: string) => {
    asked.push(question)
    return true
  }

  const { code, out } = await runSampleCli('job approve 7', { ...terminal, operations, confirm })

  assert.deepEqual([code, approved, asked], [0, ['abc'], ['Approve exactly this?']])
  assert.match(out, /^Put the tag web on 3 devices\./)
})

test('after a no nothing is approved', async () => {
  const { approved, operations } = jobs(waits)

  const { code, errors } = await runSampleCli('job approve 7', {
    ...terminal,
    operations,
    confirm: async () => false,
  })

  assert.deepEqual([code, approved, errors], [1, [], 'Nothing was done.'])
})

test('where nobody can look, an approval has to name its hash', async () => {
  const { approved, operations } = jobs(waits)

  const without = await runSampleCli('job approve 7', { operations })
  const named = await runSampleCli('job approve 7 --hash xyz', { operations })

  assert.equal(without.code, 2)
  assert.match(without.errors, /hash: expected the approvalHash/)
  assert.deepEqual([named.code, approved], [0, ['xyz']])
})
